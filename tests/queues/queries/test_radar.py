"""What the radar counts of a team, by acts of people, and the leads behind each figure (K2, E10)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from leads.actions.stages import close_lead
from leads.models import Source
from queues.actions.claims.reservations import release, reserve
from queues.actions.claims.take import pick, take_next
from queues.actions.claims.undo import undo_assignment
from queues.actions.figures.sweep import count_figures
from queues.decisions.radar import Looked, Period, Rate, RepCounts, Sign
from queues.models import FigureState, HabitDay, Queue
from queues.queries.radar import beside, counts_by_person, people_of
from queues.queries.radar_leads import LOOKS, PART, WHOLE, assignments_behind, previews_behind
from routing.actions.act_undo import correct_contact, undo_act
from routing.actions.assignment import return_lead
from routing.actions.closing import close_held_lead
from routing.actions.contact import add_note, log_contact, snooze
from routing.models import Assignment, Team
from tests.factories import QueueFactory, SourceFactory, make_entry, make_ops, make_rep

pytestmark = pytest.mark.django_db
JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)  # Monday 10:00 in Jakarta
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
MONTH = Period(NOW - 60 * DAY, NOW - 30 * DAY, NOW, at=NOW)
QUARTER = Period(NOW - 180 * DAY, NOW - 90 * DAY, NOW, at=NOW)


@pytest.fixture
def queue() -> Queue:
    return QueueFactory(name="Cold list", picks_within=3, is_reserving=True)


@pytest.fixture
def rep(team: Team) -> User:
    return make_rep(team, last_name="Aa")


@pytest.fixture
def other(team: Team) -> User:
    return make_rep(team, last_name="Bb")


def counts(team: Team, rep: User, period: Period = MONTH) -> tuple[RepCounts, RepCounts]:
    now, before = counts_by_person(people_of([team.pk]), period)
    return now[rep.pk], before[rep.pk]


def take(queue: Queue, by: User, at: datetime, **lead) -> Assignment:
    make_entry(queue, since=at, **lead)
    return take_next(queue, by=by, at=at)


def contact(held: Assignment, at: datetime) -> None:
    log_contact(held, kind="call", outcome="no_answer", note="", by=held.holder, at=at)


def behind(rep: User, sign: Sign, *, key: int | str = "", period: Period = MONTH) -> tuple[int, int]:
    """How many leads stand behind both numbers of a figure."""
    zones = {rep.pk: JAKARTA}
    lists = [assignments_behind(zones, period, sign=sign, key=key, which=which) for which in (PART, WHOLE)]
    return len(lists[0]), len(lists[1])


def test_previews_say_who_took_them_and_what_became_of_them(team, rep, other, queue):
    at = NOW - 2 * DAY
    entries = [make_entry(queue, since=at - HOUR + number * SECOND) for number in range(3)]
    for entry in entries:
        reserve(entry, by=rep, at=at)
    release(by=rep)
    pick(entries[0], by=rep, at=at)
    taken = take_next(queue, by=other, at=at)
    close_held_lead(taken, stage="converted", by=other, at=at + HOUR)
    mine, before = counts(team, rep)
    assert mine.looked == Looked(previewed=3, took=1, others_took=1, converted=1, still_waiting=1)
    assert before.looked == Looked()
    assert counts(team, other)[0].looked == Looked()
    assert {which: len(previews_behind({rep.pk: JAKARTA}, MONTH, which=which)) for which in LOOKS} == {
        "all": 3, "decided": 2, "took": 1, "others": 1, "converted": 1, "waiting": 1,
    }  # fmt: skip


def test_what_left_without_a_rep_was_taken_by_nobody(team, rep, queue):
    entry = make_entry(queue, since=NOW - DAY)
    reserve(entry, by=rep, at=NOW - DAY)
    close_lead(entry.lead, stage="nurture", by=make_ops(), at=NOW - HOUR)
    looked = counts(team, rep)[0].looked
    assert looked == Looked(previewed=1)


def test_previews_of_90_days_have_no_period_before(team, rep, queue):
    assert [each.looked for each in counts(team, rep, QUARTER)] == [Looked(), None]


def test_returns_are_counted_by_source_and_reason_of_what_was_received(team, rep, queue):
    cold, warm = SourceFactory(slug="cold", name="Cold list"), SourceFactory(slug="warm", name="Referral")
    for reason in ("not_my_type", "not_my_type", "duplicate"):
        return_lead(take(queue, rep, NOW - DAY, source=cold), reason=reason, note="", by=rep, at=NOW - HOUR)
        queue.entries.waiting().get().lead.entries.all().delete()
    take(queue, rep, NOW - DAY, source=cold)
    take(queue, rep, NOW - DAY, source=warm)
    undo_assignment(take(queue, rep, NOW - HOUR, source=warm), by=rep, at=NOW - HOUR + SECOND)
    old = take(queue, rep, NOW - 40 * DAY, source=cold)
    return_lead(old, reason="student", note="", by=rep, at=NOW - DAY)
    mine, before = counts(team, rep)
    assert mine.by_source == {cold.pk: Rate(3, 4), warm.pk: Rate(0, 1)}
    assert (mine.reasons, mine.received, mine.given) == ({"not_my_type": 2, "duplicate": 1}, 5, 0)
    assert (before.by_source, before.reasons) == ({cold.pk: Rate(1, 1)}, {"student": 1})
    assert (behind(rep, Sign.RETURNED), behind(rep, Sign.RETURNED, key=cold.pk)) == ((3, 5), (3, 4))
    assert behind(rep, Sign.REASON, key="not_my_type") == (2, 5)


def test_skips_are_returns_of_a_blind_queue_before_contact(team, rep):
    blind = QueueFactory(is_blind=True)
    return_lead(take(blind, rep, NOW - DAY), reason="not_my_type", note="", by=rep, at=NOW - HOUR)
    mine = counts(team, rep)[0]
    assert (mine.skipped, mine.rate(Sign.RETURNED)) == (1, Rate(1, 1))


def test_picks_from_above_the_first_place_and_how_many_places_they_went_past(team, rep, queue):
    entries = [make_entry(queue, since=NOW - DAY + number * SECOND) for number in range(4)]
    pick(entries[2], by=rep, at=NOW - HOUR)
    pick(entries[1], by=rep, at=NOW - HOUR)
    pick(entries[0], by=rep, at=NOW - HOUR)
    take_next(queue, by=rep, at=NOW - HOUR)
    mine = counts(team, rep)[0]
    assert (mine.picked, mine.places) == (Rate(2, 4), 3)
    assert behind(rep, Sign.PICKED) == (2, 4)


def test_friday_is_late_from_three_in_the_reps_own_zone_and_judged_on_monday(team, rep, queue):
    rep.rep.time_zone = "Europe/Berlin"
    rep.rep.save(update_fields=["time_zone"])
    berlin = ZoneInfo("Europe/Berlin")
    friday = datetime(2026, 11, 20, 15, tzinfo=berlin)
    monday = datetime(2026, 11, 23, tzinfo=berlin)
    take(queue, rep, friday - SECOND)
    silent, late, gone, in_time = (take(queue, rep, friday + number * HOUR) for number in range(4))
    contact(late, monday)
    return_lead(gone, reason="no_capacity", note="", by=rep, at=monday - SECOND)
    contact(in_time, monday - SECOND)
    take(queue, rep, friday + 9 * HOUR)  # Saturday
    take(queue, rep, datetime(2026, 11, 27, 16, tzinfo=berlin))
    now = datetime(2026, 11, 30, tzinfo=berlin)  # the second weekend is over at this very moment
    over, open_ = (Period(at - 60 * DAY, at - 30 * DAY, at, at=at) for at in (now, now - SECOND))
    found = {each.at: counts(team, rep, each)[0].friday for each in (over, open_)}
    assert found == {over.at: Rate(3, 5), open_.at: Rate(2, 4)}
    lists = [assignments_behind({rep.pk: berlin}, over, sign=Sign.FRIDAY, which=each) for each in (PART, WHOLE)]
    assert [len(each) for each in lists] == [3, 5]


def test_contact_within_seconds_is_less_than_thirty(team, rep, queue):
    for seconds in (0, 29, 30, 3600):
        contact(take(queue, rep, NOW - DAY), NOW - DAY + seconds * SECOND)
    take(queue, rep, NOW - DAY)
    assert (counts(team, rep)[0].quick, behind(rep, Sign.QUICK)) == (Rate(2, 4), (2, 4))


def test_silent_is_a_lead_with_nothing_after_its_first_contact(team, rep, queue):
    at = NOW - 8 * DAY
    silent, noted, planned, ended, fresh = (take(queue, rep, at) for _time in range(5))
    for held in (silent, noted, ended):
        contact(held, at + HOUR)
    log_contact(planned, kind="call", outcome="call_back", note="", by=rep, at=at + HOUR, follow_up_at=NOW + DAY)
    contact(fresh, NOW - 7 * DAY + SECOND)
    add_note(noted, text="Wants an offer", by=rep, at=at + 2 * HOUR)
    close_held_lead(ended, stage="disqualified", reason="no_need", by=rep, at=NOW - HOUR)
    assert (counts(team, rep)[0].silent, behind(rep, Sign.SILENT)) == (Rate(1, 5), (1, 5))


def test_what_was_taken_back_does_not_end_the_silence(team, rep, queue):
    at = NOW - 8 * DAY
    called, noted, snoozed, again = (take(queue, rep, at) for _time in range(4))
    for held in (called, noted, snoozed, again):
        contact(held, at + HOUR)
    later = at + 2 * HOUR
    acts = [
        log_contact(called, kind="call", outcome="no_answer", note="", by=rep, at=later),
        add_note(noted, text="Of another lead", by=rep, at=later),
        snooze(snoozed, until=later + HOUR, by=rep, at=later),
    ]
    contact(again, later)
    assert (counts(team, rep)[0].silent, behind(rep, Sign.SILENT)) == (Rate(0, 4), (0, 4))
    for act in acts:
        undo_act(act, by=rep, at=later + MINUTE)
    assert (counts(team, rep)[0].silent, behind(rep, Sign.SILENT)) == (Rate(3, 4), (3, 4))


def test_a_first_contact_that_was_made_before_it_was_logged_is_no_later_one(team, rep, queue):
    at = NOW - 8 * DAY
    corrected, twice = (take(queue, rep, at) for _time in range(2))
    for held in (corrected, twice):
        act = log_contact(held, kind="call", outcome="reached", note="", by=rep, at=at + 2 * HOUR)
        correct_contact(act, kind="call", outcome="reached", made_at=at + HOUR, by=rep, at=at + 3 * HOUR)
    contact(twice, at + 4 * HOUR)
    assert (counts(team, rep)[0].silent, behind(rep, Sign.SILENT)) == (Rate(1, 2), (1, 2))


def test_held_is_of_now_whenever_received(team, rep, queue):
    _old, contacted, given_back = (take(queue, rep, NOW - 70 * DAY) for _time in range(3))
    contact(contacted, NOW - 39 * DAY)
    return_lead(given_back, reason="no_capacity", note="", by=rep, at=NOW - 5 * DAY)
    take(queue, make_rep(), NOW - 5 * DAY)
    take(queue, rep, NOW - DAY)
    mine = counts(team, rep)[0]
    assert (mine.held, mine.open_leads, behind(rep, Sign.HELD)) == (2, 3, (2, 3))


def test_the_period_is_half_open(team, rep, queue):
    for at in (NOW - 30 * DAY - SECOND, NOW - 30 * DAY, NOW - SECOND, NOW):
        take(queue, rep, at)
    mine, before = counts(team, rep, replace(MONTH, at=NOW + DAY))
    assert (mine.received, before.received) == (2, 1)


def test_a_rep_stands_beside_the_others_of_the_team_only(team, rep, other, queue):
    stranger = make_rep(Team.objects.create(name="Elsewhere"))
    for person, returned in ((rep, 8), (other, 1), (stranger, 9)):
        for number in range(12):
            held = take(QueueFactory(), person, NOW - DAY)
            if number < returned:
                return_lead(held, reason="no_capacity", note="", by=person, at=NOW - HOUR)
    reps = people_of([team.pk])
    rows = {row.rep.user_id: row for row in beside(reps, counts_by_person(reps, MONTH))}
    source = Source.objects.get().pk
    assert [(each.sign, each.key) for each in rows[rep.pk].unusual if each.sign == Sign.RETURNED] == [
        (Sign.RETURNED, ""),
        (Sign.RETURNED, source),
    ]
    assert rows[rep.pk].findings[1].usual == 1 / 12
    assert [each for each in rows[other.pk].unusual if each.sign == Sign.RETURNED] == []


def test_a_rep_without_a_team_has_a_row_and_nobody_to_compare_with(queue):
    alone = make_rep()
    take(queue, alone, NOW - DAY)
    (own,) = beside([alone.rep], counts_by_person([alone.rep], MONTH))
    assert (own.now.received, own.unusual) == (1, [])


def test_the_number_of_statements_does_not_grow(team, queue):
    needed = []
    for _more in range(2):
        for _time in range(2):
            take(queue, make_rep(team), NOW - DAY)
        count_figures(at=NOW)
        midnight = NOW + 14 * HOUR
        month = Period(midnight - 60 * DAY, midnight - 30 * DAY, midnight, at=NOW)
        with CaptureQueriesContext(connection) as asked:
            counts_by_person(people_of([team.pk]), month)
        needed.append(len(asked))
    assert needed == [8, 8]


def test_kept_days_say_what_the_rows_say(team, rep, other, queue):
    """After any edit the day is counted again; and a late Friday when its Monday begins, though nothing happened."""
    week = Period(NOW - 14 * DAY, NOW - 7 * DAY, NOW + 14 * HOUR, at=NOW)  # until midnight in Jakarta
    friday = datetime(2026, 11, 27, 9, tzinfo=UTC)
    held = take(queue, rep, friday)
    entries = [make_entry(queue, since=friday + number * SECOND) for number in range(2)]
    pick(entries[1], by=rep, at=friday + HOUR)
    for at in (friday + HOUR, friday + DAY, NOW - 5 * HOUR):
        count_figures(at=at)
    quick = take_next(queue, by=other, at=NOW - 4 * HOUR)
    contact(quick, NOW - 4 * HOUR + SECOND)
    fresh = take(queue, other, NOW - SECOND)
    count_figures(at=NOW)
    kept = counts(team, rep, week), counts(team, other, week)
    assert (kept[0][0].friday, kept[0][0].picked, kept[1][0].quick) == (Rate(2, 2), Rate(1, 2), Rate(1, 1))
    assert kept == _without_kept_days(team, rep, other, week)
    return_lead(held, reason="not_my_type", note="", by=rep, at=NOW)
    undo_assignment(fresh, by=other, at=NOW)
    count_figures(at=NOW)
    assert HabitDay.objects.filter(rep=rep).count() == 2  # with and without a reason
    assert (counts(team, rep, week), counts(team, other, week)) == _without_kept_days(team, rep, other, week)


def _without_kept_days(team: Team, *people: User) -> tuple:
    *reps, week = people
    with transaction.atomic():
        FigureState.objects.all().delete()
        found = tuple(counts(team, rep, week) for rep in reps)
        transaction.set_rollback(True)
    return found
