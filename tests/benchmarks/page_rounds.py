"""Answers for pages with the settings of production: page_rounds.py COUNT, on the database of DATABASE_URL.

An empty database first gets a history of so many leads. Then each line of the input, {"who": ..., "path": ...}, is
answered with one line of JSON about the page and all that it loads by itself: milliseconds, statements, bytes.
With "slow", a number of milliseconds, it tells the statements that took longer, each with its plan.
"""

import html
import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.utils import timezone  # noqa: E402

from leads.models import Lead  # noqa: E402
from queues.models import Entry, Queue  # noqa: E402
from queues.tasks import count_figures  # noqa: E402
from routing import roles  # noqa: E402
from tests.benchmarks.history import Copies, make_cast, write_history  # noqa: E402

TAG = re.compile(r"<[a-z]+\b[^>]*\bhx-get=\"([^\"]*)\"[^>]*>")
BY_ITSELF = re.compile(r"hx-trigger=\"[^\"]*\b(load|revealed|intersect)\b")
TOLD = 1_000_000  # leads with a story of their own; more are copies of them
HERE = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
factory = RequestFactory(**HERE)


@dataclass(slots=True)
class Heard:
    """The statements of a page; those that took longer than `slow` milliseconds are kept."""

    slow: float | None = None
    count: int = 0
    kept: list[tuple[float, str, object]] = field(default_factory=list)

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = (time.perf_counter() - start) * 1000
            if self.slow is not None and took > self.slow:
                self.kept.append((took, sql, params))


def main(count: int) -> None:
    settings.ROOT_URLCONF = "tests.benchmarks.urls"
    call_command("migrate", verbosity=0, interactive=False)
    told: dict[str, object] = {}
    if not Lead.objects.exists():
        told = fill(count)
    told["entries"] = Entry.objects.count()
    told["queue"] = Queue.objects.get(slug="queue-1").pk
    count_figures()
    handler, cookies = WSGIHandler(), {role: cookie_of(role) for role in ("rep", "manager", "ops")}
    print("ready", flush=True)
    print(json.dumps(told), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = whole_page(handler, cookies[asked["who"]], asked["path"], slow=asked.get("slow"))
        print(json.dumps(answer), flush=True)


def fill(count: int) -> dict[str, object]:
    at, start = timezone.now(), time.perf_counter()
    times = max(1, count // TOLD)
    write_history(make_cast(at=at), count // times, Copies(times), at=at)
    written = time.perf_counter()
    call_command("rebuild_figures", stdout=sys.stderr)
    counted = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        (size,) = cursor.fetchone()
    return {"seconds": round(written - start), "figures": round(counted - written), "size": size}


def cookie_of(role: str) -> str:
    group = {"rep": roles.REPS, "manager": roles.MANAGERS, "ops": roles.SALES_OPS}[role]
    client = Client(**HERE)
    client.force_login(django.contrib.auth.get_user_model().objects.filter(groups__name=group).order_by("pk")[0])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def whole_page(handler: Callable, cookie: str, path: str, *, slow: float | None) -> dict[str, object]:
    heard = Heard(slow)
    with connection.execute_wrapper(heard):
        start = time.perf_counter()
        status, body = answer(handler, path, cookie)
        parts = [html.unescape(tag.group(1)) for tag in TAG.finditer(body) if BY_ITSELF.search(tag.group(0))]
        size = len(body)
        for part in parts:
            more, loaded = answer(handler, part, cookie, HTTP_HX_REQUEST="true")
            status, size = max(status, more), size + len(loaded)
        took = (time.perf_counter() - start) * 1000
    told = {"ms": took, "statements": heard.count, "status": status, "bytes": size, "parts": len(parts)}
    return told | ({"slow": [plan_of(*each) for each in heard.kept]} if slow is not None else {})


def answer(handler: Callable, path: str, cookie: str, **more: str) -> tuple[int, str]:
    environ = factory.get(path, HTTP_COOKIE=cookie, **more).environ
    found: list[str] = []
    response = handler(environ, lambda status, _headers: found.append(status))
    body = b"".join(response).decode()
    response.close()
    return int(found[0].split()[0]), body


def plan_of(took: float, sql: str, params: object) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    return {"ms": took, "sql": sql, "params": repr(params)[:600], "plan": plan}


if __name__ == "__main__":
    main(int(sys.argv[1]))
