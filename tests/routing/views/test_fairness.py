"""Fairness: due against given, one sentence, and nothing of rotations that are not one's own (H1, C9, L2)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.models import Lead
from routing.actions.rotation.credits import count_as_turn
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.undo import revert_assignment
from routing.decisions.fairness import Share, verdict
from routing.decisions.rotation.state import TURN
from routing.models import Assignment, RotationMember, TimeOff, Turn
from routing.presenters.fairness import fairness_summary
from routing.queries.fairness import period_span, rotation_fairness
from tests.factories import MORNING, TeamFactory, make_lead, make_manager, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db
NOW = MORNING + timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def people():
    return [make_rep(first_name=name, last_name="") for name in ("Rina", "Maria", "Carlos")]


@pytest.fixture
def rotation(people):
    return make_rotation(*people)


def give(rotation, count: int, *, at=MORNING) -> list[Assignment]:
    return take_turns(rotation, [TurnRequest(make_lead()) for _number in range(count)], at=at)


def shares(rotation, key: str = "month", *, at=NOW) -> dict[str, tuple]:
    found = rotation_fairness(rotation, period_span(key, at=at))
    return {
        str(found.reps[row.share.rep_id]): (round(float(row.share.due), 2), row.share.given)
        for row in found.verdict.rows
    }


def page(client: Client, user, rotation, query: str = ""):
    client.force_login(user)
    return client.get(f"/fairness/{rotation.pk}/{query}")


def test_due_is_weight_times_the_time_in_which_somebody_could_be_given_leads(rotation, people):
    RotationMember.objects.filter(rep=people[0].rep).update(weight=Decimal(2))
    give(rotation, 8)
    TimeOff.objects.create(
        rep=people[2].rep, kind="leave", starts_at=MORNING + timedelta(minutes=1), ends_at=NOW + timedelta(days=1)
    )
    give(rotation, 6, at=MORNING + timedelta(minutes=5))
    assert shares(rotation) == {"Rina": (8, 8), "Maria": (4, 4), "Carlos": (2, 2)}


def test_the_page_says_one_sentence(client, rotation, people):
    give(rotation, 5)
    shown = page(client, make_ops(), rotation)
    assert shown.context["summary"].sentence == "Fair: nobody is more than one lead from what was due."
    assert [(line.name, line.due, line.given, line.difference) for _member, line in shown.context["rows"]] == [
        ("Rina", "1.7", "2", "+0.3"),
        ("Maria", "1.7", "2", "+0.3"),
        ("Carlos", "1.7", "1", "−0.7"),
    ]


def test_who_got_leads_by_hand_beyond_the_share_is_named(client, rotation, people):
    give(rotation, 6)
    for _lead in range(4):
        count_as_turn(rotation, user_id=people[0].pk, why="by_hand", by=None, at=MORNING)
    summary = page(client, make_ops(), rotation).context["summary"]
    assert (summary.sign, summary.sentence) == ("bad", "Not fair: Rina was given 6, and 2.0 were due.")
    assert "The rest of the difference is 200.0\xa0% of what was due; up to 5 % is fine." in summary.more
    assert summary.alerts == ["Rina is more than half away from what was due: 6 of 2.0."]


@pytest.mark.parametrize(
    ("given", "due", "sentence", "beyond"),
    [
        (42, "40", "Acceptable: Rina was given 42, and 40.0 were due.", "5.0"),
        (42, "39.9", "Watch: Rina was given 42, and 39.9 were due.", "5.01"),
        (8, "6.99", "Not fair: Rina was given 8, and 6.99 were due.", "14.3"),
        (106, "100.96", "Acceptable: Rina was given 106, and 100.96 were due.", "4.95"),
    ],
)
def test_the_sentence_counts_what_its_figures_say(rotation, people, given: int, due: str, sentence: str, beyond: str):
    """A due of 6.99 is not shown as 7.0, from which eight would be one lead."""
    judged = verdict([Share(people[0].rep.pk, given, Fraction(due))])
    empty = rotation_fairness(rotation, period_span("month", at=NOW))
    report = replace(empty, verdict=judged, reps={people[0].rep.pk: people[0].rep}, turns=given)
    summary = fairness_summary(report, rotation)
    assert summary.sentence == sentence
    assert f"The rest of the difference is {beyond}\xa0% of what was due; up to 5 % is fine." in summary.more


def test_undone_turns_count_for_nobody(rotation, people):
    made = give(rotation, 3)
    revert_assignment(made[2], by=people[2], at=MORNING)
    assert shares(rotation) == {"Rina": (0.67, 1), "Maria": (0.67, 1), "Carlos": (0.67, 0)}


def test_a_period_counts_its_own_turns_only(rotation):
    give(rotation, 3, at=MORNING - timedelta(days=3))
    give(rotation, 1)
    counts = {
        key: rotation_fairness(rotation, period_span(key, at=NOW)).turns
        for key in ("week", "month", "quarter", "nonsense")
    }
    assert counts == {"week": 1, "month": 4, "quarter": 4, "nonsense": 4}


def test_without_turns_there_is_nothing_to_compare(client, rotation):
    summary = page(client, make_ops(), rotation).context["summary"]
    assert summary.sentence == "No turn was taken in this time, so there is nothing to compare."
    assert dict(summary.figures)["Gini"] == "n/a"


def test_who_waited_a_day_though_leads_came_is_named(client, rotation, people):
    RotationMember.objects.filter(rep=people[2].rep).update(balance=-9 * TURN)  # as if many leads were given by hand
    give(rotation, 6)
    assert page(client, make_ops(), rotation).context["summary"].alerts[-1] == (
        "Carlos got no lead for 24 hours, although leads came and this rep was available."
    )


def test_everybody_in_the_rotation_sees_it_and_nobody_else(client, rotation, people):
    team = TeamFactory()
    people[1].rep.teams.add(team)
    give(rotation, 3)
    answers = {
        "member": page(client, people[0], rotation).status_code,
        "manager": page(client, make_manager(team), rotation).status_code,
        "stranger": page(client, make_rep(), rotation).status_code,
        "other manager": page(client, make_manager(TeamFactory()), rotation).status_code,
    }
    assert answers == {"member": 200, "manager": 200, "stranger": 404, "other manager": 404}
    client.force_login(make_rep())
    assert client.get("/fairness/").context["rotation"] is None


def results(rep, *, of: int, won: int, converted: int = 0) -> None:
    """Ends the leads of a rep."""
    held = list(Assignment.objects.filter(holder=rep, ended_at=None).order_by("pk")[:of])
    for number, each in enumerate(held):
        how = "won" if number < won else "converted" if number < won + converted else "lost"
        Assignment.objects.filter(pk=each.pk).update(ended_at=NOW, ended_how=how)
        Lead.objects.filter(pk=each.lead_id).update(stage=how)


def test_ten_leads_each_of_unlike_worth_are_a_fair_count_and_no_fair_value(client, people):
    rotation = make_rotation(*people[:2])
    for _number in range(10):
        requests = [TurnRequest(make_lead(score=score, deal_size=deal)) for score, deal in ((90, 5000), (30, None))]
        take_turns(rotation, requests, at=MORNING)
    shown = page(client, make_ops(), rotation)
    assert [(row.name, row.leads, row.points, row.due, row.each, row.deals) for row in shown.context["values"]] == [
        ("Rina", "10", "900", "600", "90.0", "50\xa0000"),
        ("Maria", "10", "300", "600", "30.0", "n/a"),
    ]
    value = shown.context["value"]
    assert shown.context["summary"].sentence == "Fair: nobody is more than one lead from what was due."
    assert value.sentence == (
        "The count is fair, the value is not: Rina got 900 points, 600 were due. Maria got 300 points, 600 were due."
    )
    assert value.helps.startswith("Sharing by value would narrow it")
    assert (value.sign, value.results.startswith("Conversion cannot be compared")) == ("bad", True)
    assert [href for _text, href in shown.context["links"]] == [
        f"/admin/routing/rotation/{rotation.pk}/change/",
        f"/admin/routing/rotation/{rotation.pk}/versions/",
    ]
    assert all(client.get(href).status_code == 200 for _text, href in shown.context["links"])


def test_the_worth_is_that_of_the_moment_and_of_earlier_releases_that_of_now(client, rotation, people):
    give(rotation, 6)
    Lead.objects.update(score=10)
    Turn.objects.filter(rep=people[0].rep).update(score=None, deal_size=None)
    values = page(client, make_ops(), rotation).context["values"]
    assert [(row.name, row.points) for row in values] == [("Rina", "20"), ("Maria", "100"), ("Carlos", "100")]


def test_conversion_twice_as_high_suggests_weights_or_training(client, rotation, people):
    give(rotation, 63)
    results(people[0], of=20, won=6, converted=4)
    results(people[1], of=20, won=2, converted=3)
    results(people[2], of=10, won=5)
    shown = page(client, make_ops(), rotation).context
    assert shown["value"].results == ("Rina converts 48\xa0% of 21 leads, Carlos 24\xa0% of 21: 2.0 times as much.")
    assert (shown["value"].results_sign, "weights" in shown["value"].results_help) == ("warn", True)
    assert [(row.conversion, row.win_rate) for row in shown["values"]] == [
        ("48\xa0%", "29\xa0%"), ("24\xa0%", "10\xa0%"), ("24\xa0%", "24\xa0%")
    ]  # fmt: skip


def test_a_rep_sees_value_of_all_and_results_of_nobody_else(client, rotation, people):
    give(rotation, 6)
    shown = page(client, people[1], rotation).context
    assert [row.conversion for row in shown["values"]] == ["–", "0\xa0%", "–"]
    assert (shown["value"].results, shown["links"]) == ("", [])
    assert [row.points for row in shown["values"]] == ["100", "100", "100"]
    team = TeamFactory()
    people[1].rep.teams.add(team)
    manager = page(client, make_manager(team), rotation).context
    assert [href for _text, href in manager["links"]] == [f"/rotations/{rotation.pk}/"]
    assert [row.conversion for row in manager["values"]] == ["0\xa0%"] * 3


def test_where_value_is_shared_the_verdict_is_on_value(client, people):
    rotation = make_rotation(*people, way="value")
    give(rotation, 6)
    value = page(client, make_ops(), rotation).context["value"]
    assert (value.sign, value.helps) == ("off", "")
    assert value.sentence == "Value is what this rotation shares, so the verdict above is on value."


def test_the_table_is_a_file(client, rotation):
    give(rotation, 3)
    lines = page(client, make_ops(), rotation, "?csv&p=week").content.decode().splitlines()
    assert lines == [
        "\ufeffMember,Due,Given,Difference,Leads,Points,Points due,Points a lead,Expected deals,Leads with a deal size,"
        "Conversion,Win rate",
        *(f"{name},1.0,1,0.0,1,50,50,50.0,n/a,0,0\xa0%,0\xa0%" for name in ("Rina", "Maria", "Carlos")),
    ]


def test_more_members_cost_no_more_queries(client, rotation):
    give(rotation, 2)
    ops = make_ops()
    page(client, ops, rotation)
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(client, ops, rotation)
        counts.append(len(asked))
        for place in (7, 8, 9):
            RotationMember.objects.create(rotation=rotation, rep=make_rep().rep, position=place)
        give(rotation, 4)
    assert counts[0] == counts[1]
