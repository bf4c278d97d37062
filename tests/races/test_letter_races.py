"""Letters when two workers write them at the same moment (K7)."""

from datetime import datetime

import pytest

from routing.actions.letters import write_letters
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import FairnessLetter, Notification
from tests.factories import MORNING, make_lead, make_rep, make_rotation
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime.fromisoformat("2026-11-23T07:00:00+07:00")


def test_each_gets_one_letter_and_one_message_however_many_write():
    people = [make_rep() for _number in range(4)]
    rotation = make_rotation(*people)
    take_turns(rotation, [TurnRequest(make_lead()) for _number in range(6)], at=MORNING)
    results = all_at_once([lambda: write_letters(at=MONDAY)] * 4)
    assert sum(results) == 4
    assert FairnessLetter.objects.count() == 4
    assert sorted(Notification.objects.filter(kind="letter").values_list("user", flat=True)) == [
        user.pk for user in people
    ]
