"""The way of a test lead through the real steps, after which nothing of it is left (K5, L15)."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from config.live import announcing
from leads.models import Lead
from leads.signals import lead_opened
from queues.actions.probe.sending import trace_lead
from queues.decisions.probe import End, Step, Stop
from queues.models import EntryRule, Queue
from queues.queries.probe import Origin
from tests.factories import (
    MORNING,
    QueueFactory,
    SourceFactory,
    TeamFactory,
    fill,
    make_entry,
    make_lead,
    make_rep,
    make_rotation,
    make_web_form,
)

pytestmark = pytest.mark.django_db
LONG = timedelta(seconds=10)
EVERYTHING = {"email": "required", "name": "required", "company_name": "optional", "phone": "required"}


def trace(origin=None, *, longest=LONG):
    return trace_lead(origin or Origin(web_form=make_web_form()), longest=longest, at=MORNING)[0]


@contextmanager
def failing(begins: str, error: type[Exception]):
    """The database refuses such statements."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith(begins):
            raise error
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def steps_of(way) -> dict:
    return {step["step"]: step for step in way.steps}


def everything() -> dict[str, list]:
    """All rows of all tables."""
    tables = [model for model in apps.get_models() if not model._meta.proxy]
    return {model._meta.label: sorted(map(repr, model._base_manager.values_list())) for model in tables}


@pytest.fixture
def pushed() -> Queue:
    rep = make_rep(first_name="Rina", last_name="Wijaya")
    queue = QueueFactory(name="Hot inbound", slug="hot", dispatch="push", rotation=make_rotation(rep))
    EntryRule.objects.create(name="All", outcome="queue", queue=queue)
    return queue


def test_a_lead_that_a_rotation_would_get_is_told_step_by_step(pushed):
    way = trace()
    assert (way.ended, way.stopped) == (End.ASSIGNED, None)
    assert [step["step"] for step in way.steps] == [
        Step.SENT, Step.SCORED, Step.RULED, Step.PLACED, Step.SERVED, Step.CLOCKS,
    ]  # fmt: skip
    steps = steps_of(way)
    assert (steps["ruled"]["rule"], steps["placed"]["queue"]) == ("All", "Hot inbound")
    assert steps["served"] == {
        "step": "served", "name": "Rina Wijaya", "how": "rotation", "turn": 1, "rotation": "SMB rotation",
        "place": 1, "skipped": [], "skipped_in_all": 0, "never_in": False,
        "messages": 1,
    }  # fmt: skip
    assert steps["clocks"]["contact_due_at"] == (MORNING + timedelta(hours=2)).isoformat()


def test_nothing_is_left_of_a_lead_that_was_given_out(pushed):
    form = make_web_form(asks=EVERYTHING)
    before = everything()
    assert trace(Origin(web_form=form)).ended == End.ASSIGNED
    assert everything() == before


def test_a_real_lead_gets_the_turn_that_the_test_lead_had(pushed):
    second = make_rep(first_name="Budi")
    pushed.rotation.members.create(rep=second.rep, position=1)
    names = [steps_of(trace())["served"]["name"] for _number in range(3)]
    assert set(names) == {"Rina Wijaya"}
    assert pushed.rotation.members.filter(rep__user=second).exists()


@pytest.mark.django_db(transaction=True)
def test_what_waits_for_the_commit_never_happens(pushed):
    sent: list[str] = []
    announcement = announcing.NOTIFY if connection.vendor == "postgresql" else announcing.BUMP

    def watch(execute, sql, params, many, context):
        if sql == announcement:
            sent.append(sql)
        return execute(sql, params, many, context)

    done: list[str] = []

    def receive(sender, leads, at, **_more):
        transaction.on_commit(lambda: done.append("committed"))

    lead_opened.connect(receive)
    form = make_web_form()
    before = everything()
    with connection.execute_wrapper(watch):
        assert trace(Origin(web_form=form)).ended == End.ASSIGNED
    lead_opened.disconnect(receive)
    assert (bool(sent), done, everything() == before) == (True, [], True)


def test_a_pull_queue_is_open_to_its_reps():
    team = TeamFactory()
    queue = QueueFactory(team=team)
    make_rep(team), make_rep(team), make_rep(TeamFactory())
    EntryRule.objects.create(name="All", outcome="queue", queue=queue)
    make_entry(queue)
    way = trace()
    steps = steps_of(way)
    assert (way.ended, way.stopped) == (End.CLAIMABLE, None)
    assert (steps["placed"]["waiting"], steps["open"]["reps"]) == (1, 2)


def test_a_queue_that_nobody_may_take_from_is_a_stop():
    queue = QueueFactory(team=TeamFactory())
    EntryRule.objects.create(name="All", outcome="queue", queue=queue)
    assert trace().stopped == Stop.NOBODY


def test_a_rotation_that_is_away_lets_the_lead_wait(pushed):
    pushed.rotation.members.get().rep.user.rep.__class__.objects.update(is_available=False)
    way = trace()
    assert (way.ended, way.stopped, "held_back" in steps_of(way)) == (End.WAITS, None, True)


def test_without_a_rule_it_stops_and_says_on_what_each_failed():
    EntryRule.objects.create(
        name="Large", outcome="queue", queue=QueueFactory(),
        conditions=[{"field": "score", "operator": "at_least", "value": 100}],
    )  # fmt: skip
    way = trace()
    assert (way.ended, way.stopped) == (End.NOWHERE, Stop.NO_RULE)
    assert steps_of(way)["ruled"]["passed"] == [["Large", "score at_least 100", False]]


def test_a_rule_that_sends_it_to_people_is_no_stop():
    EntryRule.objects.create(name="All to people", outcome="review")
    way = trace()
    assert (way.ended, way.stopped) == (End.REVIEW, None)


@pytest.mark.parametrize(("outcome", "ended"), [("nurture", End.NURTURE), ("reject", End.REJECTED)])
def test_a_rule_that_sets_it_aside_is_named(outcome, ended):
    EntryRule.objects.create(name="Not now", outcome=outcome)
    way = trace()
    assert (way.ended, way.stopped, steps_of(way)["ruled"]["rule"]) == (ended, None, "Not now")


def test_a_queue_that_is_off_is_a_stop():
    EntryRule.objects.create(name="All", outcome="queue", queue=QueueFactory(is_active=False))
    assert trace().stopped == Stop.QUEUE_OFF


def test_a_full_queue_parks_it():
    queue = QueueFactory(when_full="park", depth_limit=2, depth_lift=1)
    make_rep()
    fill(queue, 3)
    EntryRule.objects.create(name="All", outcome="queue", queue=queue)
    form = make_web_form()
    before = everything()
    way = trace(Origin(web_form=form))
    assert (way.ended, way.stopped, everything() == before) == (End.PARKED, None, True)


def test_a_step_that_fails_is_a_stop(pushed):
    with failing('INSERT INTO "queues_entry"', DatabaseError):
        assert trace().stopped == Stop.STEP_FAILED


def test_an_error_on_the_way_is_the_answer_and_no_exception(pushed):
    with failing('SELECT COUNT(*) AS "__count" FROM "routing_notification"', ValueError):
        way = trace()
    assert (way.stopped, way.steps[0]["what"]) == (Stop.ERROR, "ValueError")


def test_a_closed_form_and_a_full_one_are_stops(pushed):
    assert trace(Origin(web_form=make_web_form(is_active=False))).stopped == Stop.FORM_CLOSED
    form = make_web_form(per_hour_in_all=1)
    form.captures.create(channel="form", received_at=MORNING, raw={}, fingerprint="x")
    assert trace(Origin(web_form=form)).stopped == Stop.FORM_FULL


def test_a_source_sends_by_the_api(pushed):
    way = trace(Origin(source=SourceFactory(slug="referral", name="Referral")))
    assert (way.ended, Lead.objects.count()) == (End.ASSIGNED, 0)


def test_what_takes_too_long_is_broken_off(pushed):
    form = make_web_form()
    before = everything()
    way = trace(Origin(web_form=form), longest=timedelta(microseconds=1))
    assert (way.stopped, everything() == before) == (Stop.LATE, True)


def test_a_test_lead_joins_no_known_lead(pushed):
    make_lead(company_name="Probe of Alur", phone="+447700900123")
    assert trace(Origin(web_form=make_web_form(asks=EVERYTHING))).stopped is None


def test_real_work_goes_on_after_a_test_lead_was_sent(pushed):
    with transaction.atomic():
        trace()
        make_lead()
    assert models.QuerySet(Lead).count() == 1
