"""Nothing blocks a queue: leads that nobody free may have wait, and those behind them are given at once (F5, F6)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions.corrections import correct_lead
from leads.actions.intake.capture import capture_lead
from leads.queries.leads import rule_facts
from queues.actions.dispatch.assign_next import NobodyToAssign, assign_next
from queues.actions.dispatch.serve import serve, serve_waiting
from queues.actions.entries.placement import Arrival, enter
from queues.models import Decline, Entry, EntryRule, Queue
from routing.actions.availability.time_off import set_available
from routing.actions.rotation.editing import edit_rotation
from routing.models import Assignment, Rotation, TimeOff
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    fill,
    fill_line,
    make_entry,
    make_lead,
    make_manager,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LATER = MORNING + timedelta(hours=1)


def skilled(*skills: str) -> User:
    user = make_rep()
    user.rep.skills = list(skills)
    user.rep.save(update_fields=["skills"])
    return user


def push_queue(*people: User, **fields) -> Queue:
    return QueueFactory(dispatch="push", rotation=make_rotation(*people, **fields))


def fill_given_back(queue: Queue, count: int, *, by: tuple[User, ...]) -> None:
    """Leads that these people gave back, back in the queue."""
    leads = [make_lead() for _number in range(count)]
    Decline.objects.bulk_create(
        Decline(lead=lead, user=user, reason="no_skill", at=MORNING) for lead in leads for user in by
    )
    facts = rule_facts(leads)
    enter(queue, [Arrival(lead, facts[lead.pk], since_at=MORNING) for lead in leads], at=MORNING)


def leave(user: User) -> None:
    TimeOff.objects.create(rep=user.rep, starts_at=MORNING - MINUTE, ends_at=MORNING + timedelta(days=3), kind="leave")


def given() -> list[tuple[int, int]]:
    return list(Assignment.objects.order_by("pk").values_list("lead", "holder"))


def plain_leads(queue: Queue, count: int = 3) -> list[int]:
    return [each.lead_id for each in fill(queue, count, since=MORNING + MINUTE)]


def test_sixty_leads_for_an_absent_specialist_do_not_hold_up_the_leads_behind_them():
    one, two, specialist = skilled(), skilled(), skilled("Banking")
    queue = push_queue(one, two, specialist, skill="industry")
    leave(specialist)
    banking = fill(queue, 60, industry="Banking")
    plain = plain_leads(queue)

    assert serve_waiting(at=LATER) == 3
    assert given() == [(plain[0], one.pk), (plain[1], two.pk), (plain[2], one.pk)]

    TimeOff.objects.all().delete()
    assert serve_waiting(at=LATER) == 60
    assert [lead for lead, _holder in given()[3:]] == [each.lead_id for each in banking]


@pytest.mark.parametrize("depth", [60, 700])
def test_a_plain_lead_that_arrives_behind_them_is_given_at_once(depth):
    free, specialist = skilled(), skilled("Banking")
    queue = push_queue(free, specialist, skill="industry")
    EntryRule.objects.create(name="All", outcome="queue", queue=queue)
    leave(specialist)
    fill(queue, depth, industry="Banking")
    lead = capture_lead({"email": "dewi@plain.co.id"}, channel="api", at=LATER).lead
    assert given() == [(lead.pk, free.pk)]


def test_a_specialist_at_the_daily_cap_holds_up_nobody():
    plain_rep, specialist = skilled(), skilled("Banking")
    queue = push_queue(plain_rep, specialist, skill="industry", cap_day=2)
    banking = fill(queue, 10, industry="Banking")
    plain = plain_leads(queue, 2)
    serve(queue, at=LATER)
    assert given() == [
        (banking[0].lead_id, specialist.pk),
        (banking[1].lead_id, specialist.pk),
        (plain[0], plain_rep.pk),
        (plain[1], plain_rep.pk),
    ]
    assert serve_waiting(at=LATER + timedelta(days=1)) == 2


def test_fifty_five_leads_that_were_given_back_do_not_hold_up_the_leads_behind_them():
    one, two = make_rep(), make_rep()
    queue = push_queue(one, two)
    fill_given_back(queue, 55, by=(one, two))
    plain = plain_leads(queue)

    assert serve_waiting(at=LATER) == 3
    assert [lead for lead, _holder in given()] == plain
    assert serve_waiting(at=LATER) == 0

    queue.rotation.members.create(rep=(newcomer := make_rep()).rep, position=9)
    assert serve_waiting(at=LATER) == 55
    assert {holder for _lead, holder in given()[3:]} == {newcomer.pk}


def test_leads_behind_those_for_an_absent_owner_or_another_rotation_are_given():
    free, away = make_rep(), make_rep()
    queue = push_queue(free)
    others = make_rotation(away, name="Other")
    leave(away)
    Entry.objects.filter(pk__in=[each.pk for each in fill(queue, 210)]).update(rotation=others, needs=f"{others.pk}::|")
    plain = plain_leads(queue, 2)
    assert serve_waiting(at=LATER) == 2
    assert [lead for lead, _holder in given()] == plain


def test_assign_next_finds_the_first_lead_that_somebody_may_have():
    free, specialist = skilled(), skilled("Banking")
    queue = push_queue(free, specialist, skill="industry")
    leave(specialist)
    fill(queue, 60, industry="Banking")
    (plain,) = plain_leads(queue, 1)
    assigned = assign_next(queue, by=make_manager(), at=LATER)
    assert (assigned.lead_id, assigned.holder) == (plain, free)


def test_assign_next_of_a_queue_without_a_rotation_passes_over_what_all_who_are_free_gave_back():
    team = TeamFactory()
    queue, free, away, full = QueueFactory(team=team), make_rep(team), make_rep(team), make_rep(team)
    leave(away)
    full.rep.capacity = 0
    full.rep.save()
    fill_given_back(queue, 30, by=(free,))
    (plain,) = plain_leads(queue, 1)
    assigned = assign_next(queue, by=make_manager(team), at=LATER)
    assert (assigned.lead_id, assigned.holder, assigned.receipt["place"]) == (plain, free, 31)
    with pytest.raises(NobodyToAssign) as nobody:
        assign_next(queue, by=make_manager(team), at=LATER)
    assert dict(nobody.value.skipped)[str(free.rep)] == "declined"


def test_leads_that_waited_before_the_rotation_asked_for_a_skill_are_read_again(django_capture_on_commit_callbacks):
    free, specialist = skilled(), skilled("Banking")
    for user in (free, specialist):
        set_available(user.rep, is_available=False, by=user, at=MORNING)
    queue = push_queue(free, specialist)
    fill(queue, 60, industry="Banking")
    plain = plain_leads(queue)
    with django_capture_on_commit_callbacks(execute=True):
        edit_rotation(queue.rotation, fields={"skill": "industry"}, by=None, at=MORNING)
    set_available(free.rep, is_available=True, by=free, at=LATER)
    assert [lead for lead, _holder in given()] == plain


def test_leads_of_the_release_before_are_read_when_they_are_served():
    free, specialist = skilled(), skilled("Banking")
    queue = push_queue(free, specialist, skill="industry")
    leave(specialist)
    fill(queue, 700, industry="Banking")
    plain = plain_leads(queue)
    Entry.objects.update(needs="?")  # as the migration leaves them
    for _minute in range(3):
        serve_waiting(at=LATER)
    assert [lead for lead, _holder in given()] == plain


def test_a_lead_whose_facts_change_waits_for_somebody_else(django_capture_on_commit_callbacks):
    free, specialist = skilled(), skilled("Banking")
    queue = push_queue(free, specialist, skill="industry")
    leave(specialist)
    first, *_others = fill(queue, 60, industry="Banking")
    assert serve_waiting(at=LATER) == 0
    correct_lead(first.lead, {"industry": "Retail"}, by=make_manager(), at=LATER)
    first.refresh_from_db()
    assert first.needs == f"{queue.rotation_id}:industry:retail|"


def test_serving_asks_as_much_behind_many_leads_as_behind_few():
    free, specialist = skilled(), skilled("Banking")
    queues = []
    for depth in (250, 1250):
        queue = QueueFactory(
            dispatch="push", rotation=make_rotation(free, specialist, name=f"{depth}", skill="industry")
        )
        fill_line(queue, [(MORNING, {"industry": "Banking"})] * depth)
        plain_leads(queue, 2)
        queues.append(queue)
    leave(specialist)
    asked = []
    for queue in queues:
        with CaptureQueriesContext(connection) as queries:
            assert len(serve(queue, at=LATER)) == 2
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_assigning_anyway_and_the_fallback_person_know_no_caps_and_no_skills():
    capped, fallback = skilled("Banking"), make_rep()
    queue = push_queue(capped, skill="industry", cap_day=1, when_nobody="fallback", fallback=fallback.rep)
    fill(queue, 8, industry="Retail")
    assert len(serve(queue, at=LATER)) == 8
    assert {holder for _lead, holder in given()} == {fallback.pk}
    assert Rotation.objects.get().pointer is None
    entry = make_entry(queue)
    assert [each.lead_id for each in serve(queue, at=LATER)] == [entry.lead_id]
