"""Clocks that pause: cards and lists say why, until when, and how much working time is left (D3)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from dashboards.queries.coming_breaches import upcoming_breaches
from dashboards.queries.desk import day_numbers, my_leads
from dashboards.queries.time_left import waits_left
from dashboards.queries.waiting import first_rows_of_each
from queues.actions.claims.take import take_next, take_next_by_orm
from queues.actions.claims.undo import undo_assignment
from queues.actions.clocks.holders import keep_holder_clocks
from queues.actions.entries.leaving import withdraw
from queues.actions.entries.moving import move_entries
from routing.actions.availability.clocks import extend_clocks
from routing.actions.availability.time_off import plan_time_off
from routing.actions.contact import log_contact
from routing.models import Assignment
from tests.factories import QueueFactory, TeamFactory, make_entry, make_manager, make_rep
from tests.markup import markup

pytestmark = pytest.mark.django_db

JAKARTA = ZoneInfo("Asia/Jakarta")
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
START = datetime(2026, 3, 2, 1, tzinfo=UTC)
HALF, HOUR = timedelta(minutes=30), timedelta(hours=1)


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=JAKARTA)


@pytest.fixture
def team(time_machine):
    time_machine.move_to(START, tick=False)
    team = TeamFactory(name="Inside Sales", working_hours=WEEK)
    extend_clocks(at=START)
    return team


def taken(team, at: datetime, **fields) -> Assignment:
    queue = QueueFactory(**{"team": team, "contact_minutes": 60, "contact_counts": "team"} | fields)
    make_entry(queue, since=START)
    rep = make_rep(team)
    keep_holder_clocks(at=START)
    return take_next(queue, by=rep, at=at)


def desk_of(client: Client, held: Assignment, time_machine, at: datetime) -> str:
    time_machine.move_to(at, tick=False)
    client.force_login(held.holder)
    return markup(client.get("/desk/", {"lead": held.lead_id}))


def test_the_card_says_when_it_will_pause_and_over_the_weekend_that_it_does(client: Client, time_machine, team):
    held = taken(team, moment(6, 16, 30))
    friday = desk_of(client, held, time_machine, moment(6, 16, 45))
    assert "It pauses at 17:00 and counts again Mon 09:00: 45 min of working time left." in plain(friday)
    assert "45 min left" in plain(friday)
    assert "· due Mon 09:30" in friday
    assert 'data-due="2026-03-06T10:30:00+00:00" data-limit="3600"' in friday  # as if it ran on: 45 min from now
    saturday = desk_of(client, held, time_machine, moment(7, 12))
    says = "Paused outside working hours; counts again Mon 09:00. Then 30 min of working time are left."
    assert says in plain(saturday)
    assert 'stroke-dasharray="50 100"' in saturday  # half of the working time, not the whole ring
    assert "paused until Mon 09:00" in saturday
    assert "data-due" not in saturday.partition('id="lead-clock"')[2].partition("</section>")[0]
    monday = desk_of(client, held, time_machine, moment(9, 9, 10))
    assert ("Paused" in monday, "20 min left" in plain(monday)) == (False, True)


@pytest.mark.parametrize(("kind", "word"), [("leave", "on leave"), ("sick", "away")])
def test_the_card_says_that_the_holder_is_on_leave(client: Client, time_machine, team, kind, word):
    held = taken(team, moment(3, 16, 30), contact_counts="holder")
    span = {"kind": kind, "starts_at": moment(4, 0), "ends_at": moment(9, 0), "note": "private"}
    plan_time_off(held.holder.rep, **span, by=None, at=moment(3, 16, 40))
    held.refresh_from_db()
    Assignment.objects.filter(pk=held.pk).update(contact_due_at=moment(9, 9, 30), first_due_at=moment(9, 9, 30))
    page = desk_of(client, held, time_machine, moment(4, 12))
    assert f"Paused: {word} until Mon 09:00. Then 30 min of working time are left." in plain(page)
    assert "private" not in page.partition('id="lead-clock"')[2].partition("</section>")[0]


def test_the_teams_clock_does_not_pause_for_leave(client: Client, time_machine, team):
    held = taken(team, moment(3, 16, 30))
    span = {"kind": "leave", "starts_at": moment(4, 0), "ends_at": moment(9, 0), "note": ""}
    plan_time_off(held.holder.rep, **span, by=None, at=moment(3, 16, 40))
    page = desk_of(client, held, time_machine, moment(3, 20))
    assert "Paused outside working hours; counts again Wed 09:00." in page


def test_a_clock_of_all_hours_says_nothing_about_pauses(client: Client, time_machine, team):
    held = taken(team, moment(6, 16, 30), contact_counts="wall")
    page = desk_of(client, held, time_machine, moment(6, 16, 45))
    assert ("pauses" in page.casefold(), "of working time" in page) == (False, False)


def test_lists_show_working_time_beside_the_limit(client: Client, time_machine, team):
    held = taken(team, moment(6, 16, 30), wait_minutes=120, wait_counts="team")
    queue, manager = held.entry.queue, make_manager(team)
    make_entry(queue, since=moment(6, 16, 30))
    saturday = moment(7, 12)
    (row,) = first_rows_of_each([queue], user=None, at=saturday)[0].rows
    assert (row.due_at, row.limit, row.left.left, row.left.resumes_at) == (
        moment(9, 10, 30), 2 * HOUR, 3 * HALF, moment(9, 9)
    )  # fmt: skip
    (own,) = my_leads(held.holder, at=saturday).rows
    assert (own.left.left, own.left.is_paused) == (HALF, True)
    coming = {one.clock: (one.limit, one.left and one.left.left) for one in upcoming_breaches(manager, at=saturday)}
    assert (coming["wait"], coming["contact"]) == ((2 * HOUR, 3 * HALF), (HOUR, HALF))
    time_machine.move_to(saturday, tick=False)
    client.force_login(manager)
    queues, line = markup(client.get("/queues/")), markup(client.get(f"/queues/{queue.slug}/"))
    assert "paused until Mon 09:00" in queues
    assert "1 h 30 min of working time left of 2 h, due Mon 10:30" in plain(line)
    assert "paused until Mon 09:00" in markup(client.get("/escalations/"))
    assert "paused until Mon 09:00" in markup(client.get("/team/", {"open": held.holder.rep.pk}))


def test_times_to_contact_are_working_time_and_say_so(client: Client, time_machine, team):
    held = taken(team, moment(6, 16, 30))
    log_contact(held, kind="call", outcome="reached", note="", by=held.holder, at=moment(9, 9, 10))
    day = day_numbers(held.holder, at=moment(9, 12))
    assert (day.median_to_contact, day.counts_hours) == (timedelta(minutes=40), True)
    page = desk_of(client, held, time_machine, moment(9, 12))
    assert "40 min of working time after the claim; the limit is 1 h" in plain(page)
    client.force_login(make_manager(team))
    assert '40 min</a><span class="sub">working time</span>' in plain(markup(client.get("/team/")))


def test_queues_that_count_all_hours_cost_no_query(team, django_assert_num_queries):
    wall, work = QueueFactory(team=team), QueueFactory(team=team, wait_counts="team")
    with django_assert_num_queries(0):
        assert waits_left([(wall, moment(9, 9))] * 3, at=moment(7, 12)) == [None] * 3
    with django_assert_num_queries(2):
        assert len(waits_left([(wall, moment(9, 10)), *[(work, moment(9, 10))] * 9], at=moment(7, 12))) == 10


def test_the_page_of_a_lead_lists_its_stays_and_when_the_wait_is_over(client: Client, time_machine, team):
    queue = QueueFactory(name="Inbound", team=team, wait_minutes=120, wait_counts="team")
    entry = make_entry(queue, since=moment(6, 16, 30))
    time_machine.move_to(moment(7, 12), tick=False)
    client.force_login(make_manager(team))
    page = markup(client.get(f"/leads/{entry.lead_id}/"))
    assert ("It never waited in a queue" in page, "paused until Mon 09:00" in page) == (False, True)


LEAVING = {
    "taken": lambda entry, rep, at: take_next(entry.queue, by=rep, at=at),
    "taken through the ORM": lambda entry, rep, at: take_next_by_orm(entry.queue, by=rep, at=at),
    "closed": lambda entry, rep, at: withdraw([entry.lead], how="archived", by=None, at=at),
    "moved": lambda entry, rep, at: move_entries([entry.pk], entry.queue, QueueFactory(), by=None, at=at),
}


@pytest.mark.parametrize("way", LEAVING)
@pytest.mark.parametrize(("counts", "seconds"), [("team", 60 * 60), ("wall", None)])
def test_a_lead_that_leaves_keeps_how_long_it_waited_by_the_queues_clock(team, way, counts, seconds):
    queue = QueueFactory(team=team, wait_counts=counts)
    entry = make_entry(queue, since=moment(6, 16, 30))
    LEAVING[way](entry, make_rep(team), moment(9, 9, 30))
    entry.refresh_from_db()
    assert (entry.left_at, entry.waited_seconds) == (moment(9, 9, 30), seconds)


def test_a_claim_that_is_undone_waits_on_and_the_receipt_says_both_times(client: Client, time_machine, team):
    queue = QueueFactory(team=team, wait_counts="team")
    entry = make_entry(queue, since=moment(6, 16, 30))
    held = take_next(queue, by=make_rep(team), at=moment(9, 9, 30))
    page = desk_of(client, held, time_machine, moment(9, 9, 31))
    assert "2 d 17 h, of it 1 h 00 min of working time" in plain(page)
    undo_assignment(held, by=held.holder, at=moment(9, 9, 32))
    entry.refresh_from_db()
    assert (entry.left_at, entry.waited_seconds) == (None, None)


def plain(page: str) -> str:
    return page.replace("\u00a0", " ")
