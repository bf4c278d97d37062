"""Members by rule while others act: two runs at once, a run during a burst of leads, a page that is saved."""

from collections import Counter

import pytest

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.member_sync import sync_members
from routing.actions.rotation.membership import RuleEdit
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import Rep, RotationVersion, Turn
from tests.factories import MORNING, TeamFactory, make_lead, make_rep, make_rotation
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rotation(transactional_db):
    """Two by hand; two of the team fit and did not join yet."""
    team = TeamFactory(name="SMB")
    made = make_rotation(make_rep(), make_rep())
    edit_rotation(made, rules=[RuleEdit(team.pk)], by=None, at=MORNING)
    newcomers = [make_rep(), make_rep()]
    team.reps.add(*(Rep.objects.get(user=user) for user in newcomers))
    return made


def test_four_runs_at_once_make_one_version(rotation):
    all_at_once([lambda: sync_members(at=MORNING) for _run in range(4)])
    assert (rotation.members.count(), RotationVersion.objects.filter(rotation=rotation).count()) == (4, 3)


def test_who_joins_in_a_burst_gets_a_share_and_no_lead_is_lost(rotation):
    leads = [make_lead() for _lead in range(16)]
    acts = [lambda lead=lead: take_turns(rotation, [TurnRequest(lead)], at=MORNING) for lead in leads]
    all_at_once([*acts[:8], lambda: sync_members(at=MORNING), lambda: sync_members(at=MORNING), *acts[8:]])
    given = Counter(Turn.objects.filter(rotation=rotation).values_list("rep", flat=True))
    rotation.refresh_from_db()
    assert (sum(given.values()), rotation.turns_taken, rotation.members.count()) == (16, 16, 4)
    assert audit_rotation(rotation, at=MORNING).faults == []
