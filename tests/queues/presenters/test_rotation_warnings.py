"""What surely nobody meant is said on the pages of the rotation: members, caps, fallback, bands, rules (F11c)."""

import pytest
from django.test import Client
from django.urls import reverse

from queues.models import EntryRule, Segment
from routing.models import Rotation
from routing.presenters.rotation_warnings import rotation_warnings
from tests.factories import MORNING, QueueFactory, TeamFactory, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db


def score(operator: str, value: object) -> dict:
    return {"field": "score", "operator": operator, "value": value}


def warnings(rotation: Rotation) -> list[str]:
    return rotation_warnings(Rotation.objects.get(pk=rotation.pk), at=MORNING)


def rep(name: str, **fields):
    return make_rep(first_name="", last_name=name, **fields)


def test_a_rotation_as_it_should_be_is_not_warned_of():
    rotation = make_rotation(rep("Adi"), rep("Budi"), when_nobody="fallback", fallback=rep("Dina").rep)
    queue = QueueFactory(dispatch="push", rotation=rotation)
    EntryRule.objects.create(name="All", position=1, outcome="queue", queue=queue)
    assert warnings(rotation) == []


def test_a_rotation_that_holds_leads_and_names_nobody_says_so():
    rotation = make_rotation(rep("Adi"), name="SMB")
    assert warnings(rotation) == []  # nothing gives it leads
    QueueFactory(dispatch="push", rotation=rotation)
    says = "SMB has no fallback person: when nobody is available, its leads wait until somebody is."
    assert warnings(rotation) == [says]
    Rotation.objects.update(fallback=rep("Dina").rep)
    assert warnings(rotation) == []


def test_caps_that_come_to_zero_are_named():
    rotation = make_rotation(rep("Adi"), rep("Budi"), name="SMB", cap_day=0)
    rotation.members.filter(position=1).update(cap_week=0)
    assert warnings(rotation) == [
        "Nobody in SMB is available now.",
        "A cap of SMB is 0: members without their own cap get no lead.",
        "Budi has a cap of 0 and gets no lead.",
    ]


def test_a_manager_in_turn_needs_a_quota():
    manager = rep("Maria")
    TeamFactory().managers.add(manager)
    TeamFactory().managers.add(manager)
    rotation = make_rotation(rep("Adi"), manager)
    assert warnings(rotation) == ["Maria manages a team and takes turns without a limit: set a cap for managers."]
    rotation.members.filter(position=1).update(cap_week=3)
    assert warnings(rotation) == []


@pytest.mark.parametrize(
    ("when_nobody", "says"),
    [
        ("hold", []),
        ("fallback", ["Dina, the fallback, is deactivated: when nobody is available, leads wait."]),
        ("anyway", ["Leads would be assigned anyway, but every member is deactivated: they wait."]),
    ],
)
def test_nobody_behind_the_last_resort_is_said(when_nobody, says):
    rotation = make_rotation(
        rep("Adi", is_active=False), name="SMB", when_nobody=when_nobody, fallback=rep("Dina", is_active=False).rep
    )
    assert warnings(rotation) == ["Nobody in SMB is available now.", *says]


def test_bands_and_rules_that_lead_to_it_are_looked_at():
    dina = {"fallback": rep("Dina").rep}
    senior = make_rotation(rep("Adi"), name="Senior", **dina)
    standard = make_rotation(rep("Budi"), name="Standard", **dina)
    other = make_rotation(rep("Citra"), name="Other")
    queue = QueueFactory(name="Scored", dispatch="push", rotation=standard)
    Segment.objects.create(name="High", queue=queue, rotation=senior, position=1, conditions=[score("at_least", 81)])
    Segment.objects.create(name="Low", queue=queue, rotation=standard, position=2, conditions=[score("at_most", 40)])
    never = [score("at_least", 80), score("at_most", 20)]
    EntryRule.objects.create(name="Odd", position=1, outcome="queue", queue=queue, conditions=never)
    EntryRule.objects.create(name="All", position=2, outcome="queue", queue=queue)
    EntryRule.objects.create(name="Late", position=3, outcome="queue", queue=queue, conditions=[score("at_least", 50)])
    expected = [
        "No segment takes leads with score from 41 to 80; they go to Standard.",
        '"Odd" can never match: its conditions exclude each other.',
        '"Late" never takes a lead: "All" above it takes the same leads first.',
    ]
    assert (warnings(senior), warnings(standard), warnings(other)) == (expected, expected, [])


def test_the_form_and_the_trial_show_them(client: Client):
    rotation = make_rotation(rep("Adi"), cap_hour=0)
    client.force_login(make_ops())
    for page in ("change", "try_it"):
        shown = client.get(reverse(f"admin:routing_rotation_{page}", args=[rotation.pk])).content.decode()
        assert "is 0: members without their own cap get no lead." in shown
