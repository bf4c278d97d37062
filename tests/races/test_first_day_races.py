"""Two of sales ops who set up an installation at the same moment: everything is made once (M1, M2)."""

from collections import Counter

import pytest
from django.test import Client

from config.models import Company
from leads.models import ScoreRule, Source
from queues.actions.set_up.run import set_up
from queues.models import EntryRule, PriorityTier, Queue
from routing.models import Invitation, Rep, Rotation, Team
from tests.factories import make_ops
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
TEAM = {"name": "Inside Sales", "emails": "rina@example.com\nbudi@example.com", "queue": "new", "how": "hybrid"}


@pytest.fixture
def browsers(transactional_db) -> list[Client]:
    both = [Client(), Client()]
    for each in both:
        each.force_login(make_ops())
    return both


def rows() -> dict[str, int]:
    return {each.__name__: each.objects.count() for each in (Source, ScoreRule, PriorityTier, EntryRule, Queue)}


def test_two_who_press_use_the_defaults_make_them_once(browsers):
    answers = all_at_once([lambda c=c: c.post("/get-going/defaults/") for c in browsers])
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/get-going/")] * 2
    made = rows()
    assert made["Queue"] == 1
    assert set(set_up().values()) == {0}
    assert rows() == made


def test_of_two_who_name_the_company_the_second_sees_what_the_first_saved(browsers):
    names = ("Arunika Niaga", "Arunika Karya")
    sent = [
        {"name": name, "time_zone": "Asia/Jakarta", "holiday_country": "", "language": "en", "seen": 0}
        for name in names
    ]
    answers = all_at_once([lambda c=c, s=s: c.post("/company/", s) for c, s in zip(browsers, sent, strict=True)])
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [302, 409]
    kept = Company.objects.get().name
    assert kept == names[statuses.index(302)]
    assert f"“{kept}”" in answers[statuses.index(409)].content.decode()


def test_two_who_make_the_same_team_make_one(browsers):
    answers = all_at_once([lambda c=c: c.post("/get-going/team/", TEAM) for c in browsers])
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/get-going/")] * 2
    made = [Team.objects.count(), Rotation.objects.count(), Queue.objects.count(), Invitation.objects.count()]
    assert (made, Rep.objects.filter(teams__name="Inside Sales").count()) == ([1, 1, 1, 2], 2)


def test_of_two_teams_with_one_person_the_second_takes_in_who_is_here_or_is_asked_again(browsers):
    other = TEAM | {"name": "Field Sales"}
    answers = all_at_once(
        [
            lambda c=c, sent=sent: c.post("/get-going/team/", sent)
            for c, sent in zip(browsers, (TEAM, other), strict=True)
        ]
    )
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {302: 1, 422: 1}
    assert (Team.objects.count(), Rotation.objects.count(), Queue.objects.count(), Rep.objects.count()) == (1, 1, 1, 2)
    again = browsers[[answer.status_code for answer in answers].index(422)]
    left = other if Team.objects.filter(name="Inside Sales").exists() else TEAM
    assert again.post("/get-going/team/", left).status_code == 302
    assert (Team.objects.count(), Rep.objects.count(), Invitation.objects.count()) == (2, 2, 2)
