"""Turns summed up by the database give the same figures as turn by turn, on any history (H1)."""

import random
from collections import Counter
from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Lead
from routing.actions.rotation.turn_days import count_turn_day
from routing.decisions.fairness import Share, due_of, verdict
from routing.decisions.rotation.state import TURN
from routing.decisions.value_fairness import LeadSums
from routing.models import Assignment, CountedDay, LedgerLine, Roster, Rotation, Turn
from routing.queries.fairness import Period, Span, rotation_fairness
from routing.queries.shares import rotation_shares
from tests.factories import MORNING, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SPAN = Span(Period.MONTH, MORNING - 100 * HOUR, MORNING)
STATES = ((100, ""), (100, ""), (300, ""), (100, "on_leave"))  # weight and why the member is passed over
NEEDS = ("", '["industry", "food"]')


def history(rotation: Rotation, pick: random.Random) -> None:
    """Turns of several rosters, with members away or barred, some undone, some without a roster, some from before the
    worth of a lead was noted, many at the borders of the period."""
    members = list(rotation.members.order_by("pk"))
    rosters = [
        Roster.objects.create(
            rotation=rotation,
            version=1,
            at=MORNING,
            digest=f"{number}",
            members=[[each.pk, each.rep_id, each.position, *pick.choice(STATES)] for each in members],
            skills=pick.choice([None, {str(members[0].pk): ["food"]}]),
        )
        for number in range(3)
    ]
    for number in range(80):
        lead = make_lead(score=pick.randrange(101), deal_size=pick.choice([None, 1000, 250]))
        chosen = pick.choice(members)
        barred = pick.sample(members, min(pick.choice([0, 0, 1, 2]), len(members)))
        notes = pick.choice([{}, {"score": lead.score, "deal_size": lead.deal_size}])
        turn = Turn.objects.create(
            rotation=rotation,
            number=number + 1,
            version=1,
            at=MORNING - pick.choice([0, 1, 23, 24, 25, 99, 100, 101]) * HOUR,
            lead=lead,
            rep=chosen.rep,
            position=chosen.position,
            roster=pick.choice([*rosters, None]),
            barred={str(each.pk): pick.choice(["declined", "not_them"]) for each in barred},
            need=pick.choice(NEEDS),
            size=pick.choice([TURN, TURN, TURN // 2, 0]),
            **notes,
        )
        ended = pick.choice(["", "won", "converted", "lost", "undone"])
        if pick.random() < 0.9:
            Assignment.objects.create(
                lead=lead,
                holder=chosen.rep.user,
                how="rotation",
                turn=turn,
                assigned_at=turn.at,
                ended_how=ended,
                ended_at=turn.at if ended else None,
            )
            Lead.objects.filter(pk=lead.pk).update(stage=pick.choice(["won", "converted"]) if ended else "held")
    for each in members:
        at = MORNING - pick.choice([0, 1, 100, 101]) * HOUR
        LedgerLine.objects.create(rotation=rotation, at=at, kind="counted", rep=each.rep, given=TURN)


def turn_by_turn(rotation: Rotation) -> tuple:
    turns = [
        turn
        for turn in Turn.objects.filter(rotation=rotation, roster__isnull=False).select_related("roster", "lead")
        if SPAN.start <= turn.at < SPAN.end and turn.size
        if not Assignment.objects.filter(turn=turn, ended_how="undone").exists()
    ]
    given, shared, sums = Counter(), Counter(), {}
    for turn in turns:
        given[turn.rep_id] += Fraction(turn.size, TURN)
        shared[turn.roster.shared_by(turn.barred, turn.need)] += turn.size
        how = Assignment.objects.filter(turn=turn).values_list("ended_how", flat=True).first()
        sums[turn.rep_id] = sums.get(turn.rep_id, LeadSums()) + LeadSums(
            leads=1,
            scored=1,
            points=turn.lead.score,
            squares=turn.lead.score**2,
            with_deal=int(turn.lead.deal_size is not None),
            deals=Fraction(turn.lead.deal_size or 0),
            converted=int(how in ("converted", "won")),
            won=int(how in ("converted", "won") and turn.lead.stage == "won"),
        )
    for line in LedgerLine.objects.filter(rotation=rotation, kind="counted"):
        if SPAN.start <= line.at < SPAN.end:
            given[line.rep_id] += 1
    due = due_of(shared, unit=TURN)
    reps = sorted({each.rep_id for each in rotation.members.all()} | due.keys() | given.keys())
    return [Share(rep, given[rep], due.get(rep, Fraction(0))) for rep in reps], len(turns), sums


def keep(days: range) -> None:
    """Keep the sums of these days, as many days before the end of the period; those of the morning are not over."""
    for number in days:
        end = MORNING.replace(hour=17, minute=0) - (number + 1) * 24 * HOUR  # midnight in Jakarta
        count_turn_day(end.date(), end - 24 * HOUR, end, at=MORNING)


@pytest.mark.parametrize("kept", [range(0), range(5), range(1, 4, 2), range(2, 9)], ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_sums_of_the_database_are_those_of_every_turn(seed: int, kept: range):
    rotation = make_rotation(*[make_rep() for _number in range(4)])
    history(rotation, random.Random(seed))
    history(make_rotation(make_rep(), name="Another"), random.Random(seed + 100))
    keep(kept)
    found = rotation_fairness(rotation, SPAN)
    shares, turns, sums = turn_by_turn(rotation)
    plain = verdict(shares)
    assert found.turns == turns > 0
    assert [(row.share.rep_id, row.share.given, row.share.due) for row in found.verdict.rows] == [
        (share.rep_id, share.given, share.due) for share in shares
    ]
    assert (found.verdict.level, found.verdict.gini, found.verdict.spread) == (plain.level, plain.gini, plain.spread)
    assert {row.rep_id: row.sums for row in found.value.rows} == {
        share.rep_id: sums.get(share.rep_id, LeadSums()) for share in shares
    }


@pytest.mark.parametrize("seed", range(4))
def test_shares_are_the_same_from_kept_days(seed: int):
    rotation = make_rotation(*[make_rep() for _number in range(4)])
    history(rotation, random.Random(seed))
    from_rows = rotation_shares([rotation.pk], start=SPAN.start, end=SPAN.end)
    keep(range(5))
    with CaptureQueriesContext(connection) as queries:
        found = rotation_shares([rotation.pk], start=SPAN.start, end=SPAN.end)
    assert found == from_rows
    assert found[rotation.pk].passed
    assert sum('FROM "routing_rosterday"' in one["sql"] for one in queries.captured_queries) == 1


def test_a_day_is_kept_when_nothing_of_it_can_be_undone_any_more():
    end = MORNING.replace(hour=17, minute=0)
    minute = timedelta(minutes=1)
    for after, kept, is_whole in ((5 * minute, minute, False), (6 * minute, timedelta(), True)):
        count_turn_day(end.date(), end - 24 * HOUR, end, at=end + after)  # exactly five minutes can be undone
        day = CountedDay.objects.get()
        assert (day.end_at, day.is_whole) == (end - kept, is_whole)


def test_nothing_is_kept_in_the_first_minutes_of_a_day():
    start = MORNING.replace(hour=17, minute=0)
    count_turn_day(start.date(), start, start + 24 * HOUR, at=start + timedelta(minutes=6))
    assert not CountedDay.objects.exists()


def test_sizes_larger_than_a_number_of_the_database_are_kept_exactly():
    rotation = make_rotation(make_rep())
    member = rotation.members.get()
    who = [[member.pk, member.rep_id, member.position, 100, ""]]
    roster = Roster.objects.create(rotation=rotation, version=1, at=MORNING, digest="1", members=who)
    huge = 10**18 + 1  # a deal of a billion (F8)
    for days in range(1, 13):
        Turn.objects.create(
            rotation=rotation, number=days, version=1, at=MORNING - days * 24 * HOUR, lead=make_lead(),
            rep=member.rep, position=member.position, roster=roster, size=huge, score=50,
        )  # fmt: skip
    keep(range(12))
    found = rotation_fairness(rotation, Span(Period.QUARTER, MORNING - 90 * 24 * HOUR, MORNING))
    assert [(row.share.given, row.share.due) for row in found.verdict.rows] == [
        (Fraction(12 * huge, TURN), Fraction(12 * huge, TURN))
    ]


def test_many_turns_are_read_as_few_rows():
    rotation = make_rotation(*[make_rep() for _number in range(2)])
    history(rotation, random.Random(7))
    like = Turn.objects.filter(roster__isnull=False).order_by("pk").first()
    with CaptureQueriesContext(connection) as few:
        before = rotation_fairness(rotation, SPAN)
    more = [
        Turn(
            rotation=rotation, number=1000 + number, version=1, at=MORNING - HOUR, lead_id=like.lead_id,
            rep_id=like.rep_id, position=0, roster_id=like.roster_id, size=TURN, score=50,
        )
        for number in range(3000)
    ]  # fmt: skip
    Turn.objects.bulk_create(more)
    with CaptureQueriesContext(connection) as many:
        found = rotation_fairness(rotation, SPAN)
    assert (found.turns - before.turns, len(many)) == (3000, len(few))
    of_turns = [one["sql"] for one in many.captured_queries if 'FROM "routing_turn"' in one["sql"]]
    assert len(of_turns) == 4  # the period, what earlier releases did not note, the last day, what was undone of it
    assert all("GROUP BY" in sql for sql in of_turns)
