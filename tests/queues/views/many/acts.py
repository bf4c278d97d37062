"""What a person and the worker do with many leads of the review desk, and what they see."""

import csv
import io
import re
from datetime import timedelta
from urllib.parse import urlencode

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from config.jobs.run import run_job
from config.models import BackgroundJob
from leads.models import Lead
from queues.models import CleanupRun

MANY = "/review/many/"


def preview(client: Client, act: str, query: str = "reason=no_rule", **more) -> HttpResponse:
    return client.get(f"{MANY}?{query}&{urlencode({'act': act, **more})}")


def confirm(client: Client, page: HttpResponse, query: str = "reason=no_rule", **more) -> HttpResponse:
    """Press the button of the preview."""
    form = page.content.decode().rpartition('<form class="al-body"')[2]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return client.post(f"{MANY}?{query}", fields | more)


def work(chunks: int | None = None) -> None:
    """The worker: so many chunks, or to the end."""
    for job in BackgroundJob.objects.filter(finished_at__isnull=True).order_by("pk"):
        if chunks is None:
            run_job(job.pk, clock=timezone.now)
        for _chunk in range(chunks or 0):
            run_job(job.pk, clock=timezone.now, limit=timedelta(0))


def says(answer: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def stages() -> dict[str, int]:
    found: dict[str, int] = {}
    for stage in Lead.objects.order_by("pk").values_list("stage", flat=True):
        found[stage] = found.get(stage, 0) + 1
    return found


def rows_of_runs(client: Client) -> list[str]:
    return [row.says for row in client.get("/review/runs/").context["runs"]]


def left_of(client: Client, run: CleanupRun) -> list[dict[str, str]]:
    answer = client.get(f"/review/runs/{run.pk}/left.csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
