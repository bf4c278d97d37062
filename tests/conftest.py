"""What every test may ask for: people who are signed in, a clock, the test database and a real server on it."""

import gc
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote

import hypothesis
import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.template import RequestContext, Template
from django.template.context import BaseContext
from django.test import TransactionTestCase
from django.test.signals import template_rendered
from django.utils import translation
from hypothesis import HealthCheck
from pytest_django.plugin import DjangoDbBlocker
from time_machine import TimeMachineFixture
from whitenoise.middleware import WhiteNoiseMiddleware

from config.company import keep
from config.models import Company
from routing.models import Team
from tests.clients import PersonClient
from tests.database_copies import copy_database
from tests.emptying import empty_tables
from tests.factories import MORNING, TeamFactory, make_manager, make_ops, make_rep
from tests.patience import PATIENCE

# A machine that is slow must not fail an example that is right.
hypothesis.settings.register_profile("alur", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.settings.register_profile("long", hypothesis.settings.get_profile("alur"), max_examples=10_000)
hypothesis.settings.register_profile("half", hypothesis.settings.get_profile("alur"), max_examples=50)
hypothesis.settings.register_profile("again", hypothesis.settings.get_profile("alur"), max_examples=25)
hypothesis.settings.load_profile("alur")

gc.set_threshold(50_000, 20, 100)  # the usual ones cost a page a seventh

ROOT = Path(__file__).resolve().parent.parent
LONGEST = ("tests/dashboards/demo/", "tests/upgrades", "tests/routing/actions/rotation/test_lives.py")
LONG = (
    "::TestAsIfNeverMade::",
    "::TestAnyMix::",
    "::TestAnyLife::",
    "::TestTwoWays::",
    "::TestAnyScores::",
    "test_olist_",
    "tests/journeys/lives/",
    "tests/upgrades/",
)
# The second database of a whole run is tried below the doors, where all that is written and asked is: by the tests of
# actions, queries, constraints, sums, locks, sessions and upgrades. Through doors it opens each address as each role
# (test_reach) and the figures of reports. What pages, forms and journeys show beside that is alike on both.
DOORS = re.compile(
    r"tests/(leads|routing|queues|dashboards)/(admin|presenters|templatetags|views)/"
    r"(?!.*the_database_refuses|reports/test_(waits|contact|outcomes|losses|goals))"
    r"|tests/journeys/test_(?!reach\.py::test_each_address|figures_agree)"
    r"|tests/routing/calendar_feeds/|tests/dashboards/demo/"
    r"|tests/config/(admin/test_setting_words|web/test_weight|worker/test_supervise)"
)
VARIED = re.compile(r"tests/\w+/(actions|api|management)/")  # cases of one test differ in values, not in statements
FIRST_CASES: dict[str, str] = {}
WAITING_ENDS_AT = 0.8  # of a run: what is left then fills all processors to the end
PROCESSES = ("tests/browser", "tests/races", "tests/config/worker/test_supervise.py", "tests/config/test_deploy.py")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Marks say what needs which database (Makefile)."""
    if any(name in item.nodeid for name in LONG):
        item.add_marker(pytest.mark.long)
    if DOORS.match(item.nodeid):
        item.add_marker(pytest.mark.doors)
    if isinstance(item, pytest.Function) and VARIED.match(item.nodeid) and _is_further_case(item):
        item.add_marker(pytest.mark.further_case)
    if item.nodeid.startswith("tests/races"):
        item.add_marker(pytest.mark.races)
    if item.nodeid.startswith(PROCESSES) or "site" in item.fixturenames or "start_site" in item.fixturenames:
        item.add_marker(pytest.mark.processes)
    if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames):
        item.add_marker(pytest.mark.database)


def _is_further_case(item: pytest.Function) -> bool:
    name, _bracket, case = item.nodeid.partition("[")
    return bool(case) and FIRST_CASES.setdefault(name, case) != case


@pytest.hookimpl(trylast=True)  # pytest-django would put off what needs real transactions, which waits the most
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files go first, so that none is left for the end. Then files that mostly wait for other processes are
    spread among those that need the processor, so that they run side by side."""
    alone = [item for item in items if item.nodeid.startswith(LONGEST)]
    rest = [item for item in items if not item.nodeid.startswith(LONGEST)]
    kinds = [[], []]
    place: dict[Path, float] = {}
    for item in rest:
        kinds[item.nodeid.startswith(PROCESSES)].append(item)
    for kind, last in zip(kinds, (1, WAITING_ENDS_AT), strict=True):
        for number, item in enumerate(kind):
            place.setdefault(item.path, number / len(kind) * last)
    items[:] = alone + sorted(rest, key=lambda item: place[item.path])


def pytest_collection_finish() -> None:
    """What has been imported by now stays: nobody needs to look for garbage in it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def whole_pages_are_reported(django_test_environment: None) -> None:
    """Django's client copies the context of every template. A page of the admin is some two thousand (each input is
    several), of which tests look at the page itself: another fifth of its cost."""

    def render(template: Template, context: BaseContext) -> str:
        if context.template is template and isinstance(context, RequestContext):
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    Template._render = render  # until django_test_environment ends


@pytest.fixture(scope="session", autouse=True)
def static_files_are_found_once(django_test_environment: None) -> None:
    """Each client has middleware of its own, and WhiteNoise's would look for some 300 files: 15 ms of a test."""
    found = WhiteNoiseMiddleware(None).files
    WhiteNoiseMiddleware.add_files_from_finders = lambda made: made.files.update(found)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Takes the place of pytest-django's own, which would migrate a new database in each process."""
    with django_db_blocker.unblock():
        drop = copy_database()
    TransactionTestCase._fixture_teardown = empty_tables
    yield
    with django_db_blocker.unblock():
        drop()


@pytest.fixture(autouse=True)
def nothing_is_left_of_the_test_before() -> None:
    """Rows have the same ids as those of the test before, and a request leaves its language in the thread."""
    cache.clear()
    translation.deactivate()


@pytest.fixture(autouse=True)
def company_without_choices() -> None:
    """Nothing is chosen, the guide is closed, and no statement asks for it, until a test saves a company."""
    keep(Company(pk=1, guide_closed_at=MORNING), seconds=float("inf"))


@pytest.fixture(scope="session")
def process_env(django_db_setup: None) -> dict[str, str]:
    """The environment of another process that works on this run's test database."""
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{place['NAME']}"
    else:
        login = ":".join(quote(part, safe="") for part in (place["USER"], place["PASSWORD"]) if part)
        url = f"postgres://{login}@{place['HOST']}:{place['PORT'] or 5432}/{place['NAME']}"
    mine = {name: value for name, value in os.environ.items() if name not in ("ALUR_SERVER", "TEST_DATABASE_URL")}
    return mine | {"DATABASE_URL": url, "DEBUG": "false", "ALUR_DEMO": "true", "LOG_LEVEL": "WARNING"}


@pytest.fixture(scope="session")
def start_site(process_env: dict[str, str]) -> Iterator[Callable[..., str]]:
    """Starts a real server (ASGI unless asked otherwise) with some environment variables and returns its address."""
    servers: list[subprocess.Popen] = []

    def start(*, kind: str = "asgi", **env: str) -> str:
        port = free_port()
        commands = {
            "asgi": f"uvicorn config.asgi:application --port {port} --timeout-graceful-shutdown 1",
            "wsgi": f"gunicorn config.wsgi:application --bind 127.0.0.1:{port} --graceful-timeout 1",
        }
        command = [sys.executable, "-m", *commands[kind].split(), "--log-level", "warning"]
        servers.append(subprocess.Popen(command, cwd=ROOT, env=process_env | env))
        return await_health(f"http://127.0.0.1:{port}", servers[-1])

    yield start
    for server in servers:
        server.send_signal(signal.SIGTERM)
    for server in servers:
        server.wait(timeout=PATIENCE)


@pytest.fixture(scope="session")
def site(start_site: Callable[..., str]) -> str:
    """The address of one real ASGI server; a test that uses it also asks for transactional_db."""
    return start_site()


@pytest.fixture
def client() -> PersonClient:
    """Takes the place of pytest-django's own, which signs people in by another backend."""
    return PersonClient()


@pytest.fixture
def htmx(client: PersonClient) -> PersonClient:
    """The client's browser, asking for parts of pages."""
    return client.part_client()


@pytest.fixture
def morning(time_machine: TimeMachineFixture) -> datetime:
    """The clock stands still on Monday, 10:42 in Jakarta."""
    time_machine.move_to(MORNING, tick=False)
    return MORNING


@pytest.fixture
def team(db: None) -> Team:
    return TeamFactory()


@pytest.fixture
def as_rep(client: PersonClient, team: Team) -> User:
    """The client is signed in as a rep of the team."""
    user = make_rep(team)
    client.force_login(user)
    return user


@pytest.fixture
def as_manager(client: PersonClient, team: Team) -> User:
    """The client is signed in as the manager of the team."""
    user = make_manager(team, first_name="Sari", last_name="Dewanti")
    client.force_login(user)
    return user


@pytest.fixture
def as_ops(client: PersonClient, db: None) -> User:
    """The client is signed in as sales ops."""
    user = make_ops(first_name="Bima", last_name="Prasetyo")
    client.force_login(user)
    return user


@pytest.fixture(scope="session")
def page_text() -> Callable[[HttpResponse], str]:
    """Reads an answer as one line of HTML, however it is indented."""
    return lambda answer: " ".join(answer.content.decode().split())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_health(address: str, server: subprocess.Popen, seconds: float = PATIENCE) -> str:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        assert server.poll() is None, "the server ended at its start"
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=30):
                return address
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the server did not answer in time")
