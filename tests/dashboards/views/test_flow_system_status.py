"""The state of the system on the flow page: heartbeat, sweeps, routing speed, what the cleanup will move (F12, D6)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import Task

from config.worker.heartbeat import record_heartbeat
from dashboards.decisions.time_spans import span_of
from dashboards.queries.off_hours import idle_cuts
from dashboards.queries.owner_speed import capture_to_owner
from dashboards.queries.stale import ARCHIVE, NURTURE, RECYCLE, leads_leaving
from dashboards.queries.system_status import SWEEPS, system_status
from leads.models import Capture, Lead
from queues.actions.claims.take import take_next
from queues.actions.clocks.cleanup import clear_stale
from queues.actions.clocks.waits import expire_waits
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.entries.placement import place_leads
from queues.models import EntryRule, Queue, ReviewItem
from queues.queries.stale import leaving, next_cleanup
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_lead, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))


def ran(func: str, *, at: datetime, success: bool = True) -> None:
    name = f"{func}-{at.timestamp()}"
    Task.objects.create(id=name[-32:], name=name[:100], func=func, started=at, stopped=at, success=success)


def all_ran(at: datetime) -> None:
    for func in SWEEPS:
        ran(func, at=at)


def given_by_rotation(*, received: datetime, at: datetime) -> Lead:
    """A lead that a rule placed and a rotation gave out."""
    queue = Queue.objects.first() or QueueFactory(dispatch="push", rotation=make_rotation(make_rep()))
    EntryRule.objects.get_or_create(name="All", outcome="queue", queue=queue)
    lead = make_lead(at=received)
    Capture.objects.create(channel="api", received_at=received, fingerprint="x", state="made", lead=lead)
    place_leads([lead], at=at)
    serve_waiting(at=at)
    return lead


def test_all_is_well_when_everything_ran_lately():
    record_heartbeat(at=MORNING - 4 * SECOND)
    all_ran(MORNING - 18 * SECOND)
    found = system_status(at=MORNING)
    assert (found.level, found.worker, found.beat_age) == ("ok", "ok", 4 * SECOND)
    assert (found.contacts.ran_at, found.contacts.late, found.contacts.level) == (MORNING - 18 * SECOND, 0, "ok")


def test_a_worker_that_was_never_seen_is_no_alarm_but_no_health():
    found = system_status(at=MORNING)
    assert (found.level, found.worker, found.contacts.level) == ("warn", "unknown", "off")


def test_a_silent_worker_stands_still():
    record_heartbeat(at=MORNING - 10 * MINUTE)
    all_ran(MORNING - 10 * MINUTE)
    found = system_status(at=MORNING)
    assert (found.level, found.worker, found.ages.level) == ("bad", "stale", "warn")


def test_clocks_that_no_sweep_saw_are_counted():
    record_heartbeat(at=MORNING)
    all_ran(MORNING)
    queue, rep = QueueFactory(), make_rep()
    make_entry(queue, since=MORNING - 5 * HOUR)
    take_next(queue, by=rep, at=MORNING - 3 * HOUR)
    make_entry(queue, since=MORNING - 30 * HOUR)
    found = system_status(at=MORNING)
    assert (found.contacts.late, found.waits.late, found.level) == (1, 1, "bad")
    expire_waits(at=MORNING)
    assert system_status(at=MORNING).waits.late == 0


def test_a_clock_that_ran_out_just_now_is_not_late():
    make_entry(QueueFactory(), since=MORNING - 24 * HOUR - MINUTE)
    assert system_status(at=MORNING).waits.late == 0


def test_tasks_that_failed_within_a_day_are_counted():
    record_heartbeat(at=MORNING)
    all_ran(MORNING)
    ran(SWEEPS[0], at=MORNING - HOUR, success=False)
    ran(SWEEPS[0], at=MORNING - 25 * HOUR, success=False)
    found = system_status(at=MORNING)
    assert (found.failed, found.level) == (1, "warn")


def test_oldest_of_the_review_desk_is_the_one_still_open():
    for hours, closed in ((30, MORNING), (16, None), (2, None)):
        how = "rejected" if closed else ""
        ReviewItem.objects.create(
            lead=make_lead(), opened_at=MORNING - hours * HOUR, closed_at=closed, closed_how=how, reasons=["no_rule"]
        )
    assert system_status(at=MORNING).review_oldest_at == MORNING - 16 * HOUR


def test_speed_is_measured_from_the_capture_to_the_first_owner():
    for seconds in (2, 4, 6):
        given_by_rotation(received=MORNING - seconds * SECOND, at=MORNING)
    speed = capture_to_owner(since=MORNING - DAY, at=MORNING)
    assert (speed.measured, speed.median, speed.most) == (3, 4 * SECOND, 6 * SECOND)


def test_speed_leaves_out_claims_and_leads_that_a_human_placed():
    queue, rep = QueueFactory(), make_rep()
    make_entry(queue, since=MORNING - HOUR)
    take_next(queue, by=rep, at=MORNING)
    push = QueueFactory(dispatch="push", rotation=make_rotation(make_rep()))
    make_entry(push, since=MORNING - HOUR)
    serve_waiting(at=MORNING)
    speed = capture_to_owner(since=MORNING - DAY, at=MORNING)
    assert (speed.measured, speed.median, speed.most) == (0, None, None)


def test_the_cleanup_is_listed_lead_by_lead_before_it_runs():
    queue = QueueFactory(name="SMB")
    old = make_entry(queue, since=MORNING - 8 * DAY).lead
    make_entry(queue, since=MORNING - 6 * DAY)
    parked = make_lead(stage=Lead.Stage.NURTURE, at=MORNING - 7 * DAY)
    pooled = make_lead(stage=Lead.Stage.RECYCLED, at=MORNING - 16 * DAY)
    found = leaving(at=MORNING)
    assert (found.nurture, found.recycle, found.archive, found.total) == (1, 1, 1, 3)
    rows = [(row.lead, row.step, row.where) for row in leads_leaving(at=MORNING)]
    assert rows == [(old, NURTURE, "SMB"), (parked, RECYCLE, ""), (pooled, ARCHIVE, "")]
    assert clear_stale(at=MORNING) == {"nurture": 1, "recycle": 1, "archive": 1}


def test_the_list_of_leaving_leads_may_be_cut():
    for _number in range(3):
        make_entry(QueueFactory(), since=MORNING - 8 * DAY)
    assert len(leads_leaving(at=MORNING, most=2)) == 2


def test_very_many_stale_leads_are_counted_no_further_than_a_thousand(page_text, client: Client):
    one = make_lead(stage=Lead.Stage.NURTURE, at=timezone.now() - 8 * DAY)
    values = {field.attname: getattr(one, field.attname) for field in Lead._meta.concrete_fields if field.name != "id"}
    Lead.objects.bulk_create(Lead(**values) for _number in range(1000))
    client.force_login(make_ops())
    flow, listed, cleanup = (
        page_text(client.get(path)) for path in ("/flow/", "/flow/stale/", reverse("queues:cleanup"))
    )
    assert (flow.count("1 000 or more"), "1 000 leads or more move at the next cleanup" in flow) == (2, True)
    assert "1 000 leads or more move</strong> until" in listed
    assert "1 000 old leads or more will leave tonight" in cleanup
    lines = client.get("/flow/stale/", {"format": "csv"}).content.decode().strip().splitlines()
    assert len(lines) == 1 + 1001


def test_the_next_cleanup_is_tonight():
    assert timezone.localtime(next_cleanup(at=MORNING), timezone.get_default_timezone()).hour == 2
    assert timedelta() < next_cleanup(at=MORNING) - MORNING < DAY


def test_hours_are_idle_when_no_team_works_then():
    week = {"mon": [["09:00", "12:00"]]}
    TeamFactory(working_hours=week, time_zone="Asia/Jakarta")
    TeamFactory(working_hours={"mon": [["11:00", "12:00"]]}, time_zone="Asia/Singapore")
    TeamFactory(working_hours={"mon": "broken"})
    span = span_of("24h", at=MORNING, tz=ZoneInfo("Asia/Jakarta"))
    assert [cut.hour for cut, away in zip(span.cuts, idle_cuts(span), strict=True) if not away] == [9, 10]


def test_without_working_hours_no_hour_is_idle():
    TeamFactory()
    span = span_of("24h", at=MORNING, tz=ZoneInfo("Asia/Jakarta"))
    assert idle_cuts(span) == []
