"""A rotation that asks for a skill passes over who lacks it, says so, and is fair among the others (F5, C6)."""

import pytest

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.models import Turn
from routing.queries.rotation.my_turns import my_turns
from tests.factories import MORNING, SourceFactory, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db


def skilled(*skills):
    user = make_rep()
    user.rep.skills = list(skills)
    user.rep.save(update_fields=["skills"])
    return user


def give(rotation, **lead):
    return take_turns(rotation, [TurnRequest(make_lead(**lead))], at=MORNING)[0]


@pytest.mark.parametrize(
    ("skill", "held", "lead"),
    [
        ("industry", "hospitality", {"industry": "Hospitality"}),
        ("country", "Indonesia", {"country": "ID"}),
        ("lead_type", "hot inbound", {"lead_type": "hot_inbound"}),
    ],
)
def test_only_who_holds_the_skill_gets_the_lead(skill, held, lead):
    one, two = skilled("Retail"), skilled(held, "Retail")
    rotation = make_rotation(one, two, skill=skill)
    given = [give(rotation, **lead) for _lead in range(2)]
    assert [each.holder for each in given] == [two, two]
    assert given[0].receipt["skipped"] == [
        {"rep": one.rep.pk, "name": str(one.rep), "position": 0, "outcome": "skipped", "reason": "no_skill"}
    ]
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_a_source_is_a_skill_by_its_name_and_by_its_key():
    one, two, three = skilled("referral"), skilled("Trade fair"), skilled("fair-2026")
    rotation = make_rotation(one, two, three, skill="source")
    fair = SourceFactory(slug="fair-2026", name="Trade fair")
    assert {give(rotation, source=fair).holder for _lead in range(2)} == {two, three}


def test_a_lead_that_asks_for_nothing_goes_to_the_next_in_line():
    one, two = skilled(), skilled("Retail")
    assert give(make_rotation(one, two, skill="industry"), industry="").holder == one


def test_nobody_with_the_skill_holds_the_lead_and_not_those_behind_it():
    rotation = make_rotation(skilled("Retail"), skill="industry")
    with pytest.raises(NobodyAvailable) as nobody:
        give(rotation, industry="Mining")
    assert [look.reason for look in nobody.value.results] == ["no_skill"]
    wishes = [TurnRequest(make_lead(industry="Mining")), TurnRequest(make_lead(industry="Retail"))]
    assert [each.lead.industry for each in take_turns(rotation, wishes, at=MORNING)] == ["Retail"]


def test_why_not_me_names_the_skill():
    one, two = skilled("Retail"), skilled("Mining")
    rotation = make_rotation(one, two, skill="industry")
    give(rotation, industry="Mining")
    (turn,) = my_turns(rotation, one.rep).object_list
    assert (turn.outcome.code, turn.outcome.reason) == ("passed_over", "no_skill")


def test_what_could_not_have_been_theirs_is_not_owed():
    one, two = skilled("Retail"), skilled("Retail", "Mining")
    rotation = make_rotation(one, two, skill="industry", skipped_means="owed")
    for _lead in range(3):
        give(rotation, industry="Mining")
    for _lead in range(4):
        give(rotation, industry="Retail")
    counts = {user: Turn.objects.filter(rep=user.rep, lead__industry="Retail").count() for user in (one, two)}
    assert counts == {one: 2, two: 2}
