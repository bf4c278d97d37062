"""When the probe runs, what is kept of it, and what sales ops are told (K5)."""

from datetime import timedelta

import pytest

from queues.actions.probe.choices import change_probe
from queues.actions.probe.running import NothingToProbe, run_due_probe, run_probe
from queues.decisions.probe import State
from queues.models import EntryRule, Probe, ProbeRun
from queues.queries.probe import Origin, health_part, origin_of, probe_settings, probe_state
from routing.models import Notification
from tests.factories import MORNING, QueueFactory, SourceFactory, make_ops, make_rep, make_web_form

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def rule() -> EntryRule:
    make_rep()
    make_web_form(name="Demo form")
    return EntryRule.objects.create(name="All", outcome="queue", queue=QueueFactory())


def told() -> list[tuple[str, str]]:
    rows = Notification.objects.filter(kind__startswith="probe").order_by("pk")
    return [(row.kind, row.details["why"]) for row in rows]


def run_minutes(first: int, last: int) -> list[int]:
    """In which of these minutes the worker's look sent a lead."""
    return [minute for minute in range(first, last) if run_due_probe(at=MORNING + minute * MINUTE)]


def test_it_runs_every_five_minutes_and_never_twice_in_one(rule):
    assert run_minutes(0, 12) == [0, 5, 10]
    assert run_due_probe(at=MORNING + 10 * MINUTE) is False
    assert list(ProbeRun.objects.order_by("at").values_list("is_ok", "origin")) == [(True, "Demo form")] * 3


def test_an_outage_is_told_once_and_its_end_once(rule):
    make_ops()
    run_minutes(0, 1)
    EntryRule.objects.update(is_active=False)
    run_minutes(1, 20)
    assert told() == [("probe_down", "failed")]
    EntryRule.objects.update(is_active=True)
    run_minutes(20, 40)
    assert told() == [("probe_down", "failed"), ("probe_well", "failed")]
    EntryRule.objects.update(is_active=False)
    run_minutes(40, 50)
    assert told()[2:] == [("probe_down", "failed")]


def test_silence_of_more_than_three_intervals_is_told_by_the_next_look(rule):
    make_ops()
    run_minutes(0, 1)
    assert probe_state(at=MORNING + 15 * MINUTE).state == State.WELL
    assert probe_state(at=MORNING + 15 * MINUTE + timedelta(seconds=1)).state == State.MISSED
    assert told() == []  # nobody is there to tell it
    run_due_probe(at=MORNING + 40 * MINUTE)
    assert told() == [("probe_down", "missed"), ("probe_well", "missed")]
    down = Notification.objects.get(kind="probe_down")
    assert (down.details["minutes"], down.details["since"]) == (40, MORNING.isoformat())


def test_a_run_that_dies_each_time_is_an_outage_too(rule):
    make_ops()
    run_minutes(0, 1)
    for minute in range(5, 21):  # its turn is taken, and nothing is recorded
        Probe.objects.update(due_at=MORNING + (minute + 5) * MINUTE)
        run_due_probe(at=MORNING + minute * MINUTE)
    assert told() == [("probe_down", "missed")]


def test_switched_off_it_does_nothing_and_alerts_nobody(rule):
    ops = make_ops()
    run_minutes(0, 1)
    change_probe(is_on=False, every_minutes=5, max_seconds=10, origin=None, by=ops, at=MORNING)
    assert run_minutes(1, 60) == []
    assert (told(), probe_state(at=MORNING + 60 * MINUTE).state) == ([], State.OFF)
    change_probe(is_on=True, every_minutes=2, max_seconds=10, origin=None, by=ops, at=MORNING + 60 * MINUTE)
    assert run_minutes(60, 65) == [60, 62, 64]
    assert told() == []


def test_without_a_form_or_source_its_silence_is_no_outage():
    make_ops()
    Probe.objects.create(pk=1, heard_at=MORNING)
    assert run_minutes(0, 60) == []
    with pytest.raises(NothingToProbe):
        run_probe(by=None, at=MORNING)
    assert (told(), probe_state(at=MORNING).state) == ([], State.IDLE)
    make_web_form()
    assert run_due_probe(at=MORNING + 60 * MINUTE) is True
    assert [kind for kind, _why in told()] == ["probe_down"]  # there is no rule: it fails, and nothing was missed


def test_runs_are_kept_for_fourteen_days(rule):
    for days in (0, 1, 14, 15):
        run_probe(by=None, at=MORNING + timedelta(days=days))
    assert ProbeRun.objects.count() == 3


def test_it_comes_from_the_first_open_form_unless_somebody_chose():
    closed, first = make_web_form(is_active=False), make_web_form()
    source = SourceFactory(slug="referral")
    assert origin_of(probe_settings()) == Origin(web_form=first)
    change_probe(is_on=True, every_minutes=5, max_seconds=10, origin=Origin(web_form=closed), by=None, at=MORNING)
    assert origin_of(probe_settings()) == Origin(web_form=closed)
    change_probe(is_on=True, every_minutes=5, max_seconds=10, origin=Origin(source=source), by=None, at=MORNING)
    assert origin_of(probe_settings()) == Origin(source=source)


def test_its_settings_have_a_history_and_runs_have_none(rule):
    ops = make_ops()
    change_probe(is_on=True, every_minutes=3, max_seconds=10, origin=None, by=ops, at=MORNING)
    run_minutes(0, 10)
    assert [(row.every_minutes, row.history_user) for row in Probe.history.order_by("history_id")] == [(3, ops)]


def test_health_says_how_it_is_and_names_nobody(rule):
    assert health_part(MORNING) == {"state": "new", "last_heard_seconds": None}
    run_minutes(0, 1)
    assert health_part(MORNING + MINUTE) == {"state": "well", "last_heard_seconds": 60}
    EntryRule.objects.update(is_active=False)
    run_minutes(5, 6)
    assert health_part(MORNING + 6 * MINUTE) == {"state": "failed", "last_heard_seconds": 60}
