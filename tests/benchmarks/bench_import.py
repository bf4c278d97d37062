"""What an import costs: beside a plain one of the same rows (at least 0.12 of its speed, aim 0.2, memory under 150 MB),
and what length costs: a lead of a file of 100,000 against one of 10,000 (at most 1.2 times, memory under 200 MB)."""

import csv
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, median

import psutil
import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from leads.actions.imports.run import CHUNK_SIZE, mapping_of, run_import
from leads.actions.imports.uploads import receive_upload, set_mapping
from leads.models import Lead, Source, Upload
from queues.actions.claims.take import take_next
from queues.models import Entry, EntryRule, Queue, ReviewItem
from routing.models import Assignment
from tests.benchmarks.measure import report
from tests.benchmarks.rows import fill
from tests.conftest import ROOT
from tests.factories import QueueFactory, make_rep, make_rotation

SIZES = (10_000, 100_000)
PLAIN_SIZE = 20_000
SOURCES = ("Demo request", "Trial", "Referral", "Campaign", "Purchased list", "Webinar", "Paid search", "Social")
HEADER = (
    "Lead id,First name,Last name,E-mail,Phone,Company,Website,Employees,Job title,City,Country,Source,Created,Note"
)


def rules_and_routing() -> None:
    """A queue to take from, one that a rotation of five drains, and what is left for the review desk."""
    pull = QueueFactory(name="Standard", order="priority")
    push = QueueFactory(
        name="Referrals", dispatch="push", rotation=make_rotation(*(make_rep() for _number in range(5)))
    )
    conditions = (
        ([{"field": "title", "operator": "contains", "value": "student"}], None),
        ([{"field": "source", "operator": "is", "value": "referral"}], push),
        ([{"field": "company_size", "operator": "at_least", "value": 40}], pull),
    )
    for position, (wanted, queue) in enumerate(conditions):
        EntryRule.objects.create(
            name=f"Rule {position}",
            position=position,
            conditions=wanted,
            outcome="queue" if queue else "review",
            queue=queue,
        )


def write(path: Path, count: int) -> None:
    """Three leads of each company, spread over the file; one in fifty is somebody who stands further up."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER.split(","))
        for n in range(count):
            who, firm = (n - n // 7 if n % 50 == 49 else n), n % (count // 3)
            name = f"maju{count}x{firm}"
            row = [f"{count}-{who}", f"Dewi{who * 7919 % 9973}", f"Lestari{who % 977}", f"p{who}@{name}.co.id"]
            row += [f"+62{811 + count // 100_000}{who:08d}", f"PT Maju {firm} {count}", f"https://www.{name}.co.id"]
            row += [str(n * 37 % 200), "Student" if n % 9 == 0 else "CTO", "Jakarta", "Indonesia", SOURCES[n % 8]]
            writer.writerow([*row, f"2026-11-{n % 15 + 1:02d} {n % 24:02d}:15", "seen at the fair, likes tea"])


def bring_in(path: Path) -> tuple[Upload, list[float], int]:
    """The finished import, the seconds of each chunk, and the most memory it took beyond the beginning."""
    with path.open("rb") as stream:
        upload = receive_upload(stream, name=path.name, by=None, at=timezone.now())
    set_mapping(upload, mapping=mapping_of(upload), defaults={})
    process, took = psutil.Process(), []
    before, last, most = process.memory_info().rss, time.perf_counter(), 0

    def watch(_upload: Upload) -> None:
        nonlocal last, most
        now = time.perf_counter()
        took.append(now - last)
        last, most = now, max(most, process.memory_info().rss - before)

    return run_import(upload.pk, clock=timezone.now, max_time=None, on_progress=watch), took, most


def bring_in_plainly(path: Path) -> float:
    """csv.DictReader and one bulk insert of the same rows, without anything that makes leads of them. Seconds."""
    source = Source.objects.get_or_create(slug="bench", defaults={"name": "Bench"})[0]
    begun, at = time.perf_counter(), timezone.now()
    with path.open(newline="") as file, transaction.atomic():
        Lead.objects.bulk_create(
            Lead(
                external_id=row["Lead id"],
                first_name=row["First name"],
                last_name=row["Last name"],
                email=row["E-mail"],
                phone=row["Phone"],
                company_name=row["Company"],
                company_size=int(row["Employees"]),
                title=row["Job title"],
                city=row["City"],
                message=row["Note"],
                source=source,
                stage_at=at,
                captured_at=at,
                created_at=at,
            )
            for row in csv.DictReader(file)
        )
    return time.perf_counter() - begun


@pytest.mark.django_db(transaction=True)
def test_import_beside_a_plain_one(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    rules_and_routing()
    path = tmp_path / "leads.csv"
    write(path, PLAIN_SIZE)
    begun = time.perf_counter()
    done, _took, memory = bring_in(path)
    seconds = time.perf_counter() - begun
    plain = bring_in_plainly(path)
    report("import of 20,000 beside a plain one, s", {"import": seconds, "plain": plain, "state": done.state})
    report("its speed", {"ratio": plain / seconds}, bar="at least 0.12, aim 0.2")
    report("its memory, MB", {"most": memory / 2**20}, bar="under 150")


@pytest.mark.django_db(transaction=True)
def test_import(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    rules_and_routing()
    each, memory = {}, 0
    for count in SIZES:
        write(tmp_path / f"{count}.csv", count)
        done, took, memory = bring_in(tmp_path / f"{count}.csv")
        each[count] = median(took) / CHUNK_SIZE * 1000
        rate = CHUNK_SIZE / fmean(took)
        report(f"import of {count}", {"state": done.state, "made": done.made, "joined": done.merged, "rows/s": rate})
    small, large = each.values()
    report("time of one lead, ms", {"10k": small, "100k": large, "ratio": large / small}, bar="at most 1.2")
    report("memory of the longer import, MB", {"most": memory / 2**20}, bar="under 200")
    waiting, review = Entry.objects.waiting().count(), ReviewItem.objects.filter(closed_at__isnull=True).count()
    assert Lead.objects.count() == waiting + review + Assignment.objects.open().count()


@pytest.mark.django_db(transaction=True)
def test_claims_beside_an_import(tmp_path, process_env):
    """The import runs in a process of its own, as in the worker; the rep takes from the queue that it fills."""
    rules_and_routing()
    queue, rep = Queue.objects.get(name="Standard"), make_rep()
    fill(queue, 5_000, at=timezone.now())
    path = tmp_path / "leads.csv"
    write(path, PLAIN_SIZE)
    take_next(queue, by=rep, at=timezone.now())
    alone = _claims(queue, rep, until=lambda: False)
    env = process_env | {"MEDIA_ROOT": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "manage.py"), "import_leads", str(path)]
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
        beside = _claims(queue, rep, until=lambda: process.poll() is not None, most=1_500)
        process.wait(timeout=600)
    report("claim, ms", {"alone": median(alone), "beside": median(beside), "longest": max(beside)})
    report("claims beside an import", {"ratio": median(beside) / median(alone)}, bar="at most 1.5 times slower")


def _claims(queue: Queue, rep: User, *, until: Callable[[], bool], most: int = 200) -> list[float]:
    found: list[float] = []
    while len(found) < most and not until():
        begun = time.perf_counter()
        take_next(queue, by=rep, at=timezone.now())
        found.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.02)  # a rep does other things too
    return found
