"""The page of the weekly letter: the newest, past ones by their week, and nobody else's (K7, C9)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing.actions.letters import write_letters
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import FairnessLetter
from tests.factories import MORNING, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
PAGE = "/my-numbers/letter/"
MONDAY = datetime.fromisoformat("2026-11-23T07:00:00+07:00")
DAY = timedelta(days=1)


@pytest.fixture
def rina():
    return make_rep(first_name="Rina", last_name="")


@pytest.fixture
def written(rina, client, time_machine):
    """Two weeks with letters; it is the second Monday."""
    rotation = make_rotation(rina, make_rep(first_name="Maria", last_name=""), name="SMB turns")
    for number in range(2):
        take_turns(rotation, [TurnRequest(make_lead()) for _n in range(2 + 2 * number)], at=MORNING + number * 7 * DAY)
        write_letters(at=MONDAY + number * 7 * DAY)
    time_machine.move_to(MONDAY + 7 * DAY, tick=False)
    client.force_login(rina)
    return rotation


def test_the_newest_letter_opens_and_past_ones_are_one_press_away(client, written, page_text):
    newest = page_text(client.get(PAGE))
    assert "SMB turns gave you 2 leads, and your due was 2." in newest
    assert f'href="{PAGE}?week=2026-W47"' in newest
    past = page_text(client.get(f"{PAGE}?week=2026-W47"))
    assert "Your week 16 – 22 Nov 2026" in past
    assert "SMB turns gave you 1 lead, and your due was 1." in past


def test_a_letter_stays_as_it_was_written(client, written, page_text):
    written.name = "Renamed"
    written.save()
    assert "SMB turns gave you 1 lead" in page_text(client.get(f"{PAGE}?week=2026-W47"))


def test_it_names_no_colleague(client, written, page_text):
    shown = page_text(client.get(PAGE)).split("<main")[1]
    assert "Maria" not in shown


@pytest.mark.parametrize(
    ("week", "status", "says"),
    [
        ("soon", 400, "This is no week. Write it as 2026-W47."),
        ("2026-W60", 400, "This is no week. Write it as 2026-W47."),
        ("2026-W49", 404, "There is no letter about this week yet. It comes on the Monday after it, at 7:00."),
        ("2026-W40", 404, "There is no letter about this week: you were in no rotation and got no lead"),
    ],
)
def test_a_week_without_a_letter_is_said(client, written, week, status, says, page_text):
    answer = client.get(PAGE, {"week": week})
    assert (answer.status_code, says in page_text(answer)) == (status, True)


def test_a_rep_without_letters_reads_when_they_come(client, as_rep, page_text):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert "A letter comes each Monday at 7:00" in page_text(answer)


def test_the_two_questions_stand_beside_the_letter_that_asks(client, rina, written, page_text):
    assert "Nobody learns what you answer." in page_text(client.get(f"{PAGE}?week=2026-W47"))
    FairnessLetter.objects.filter(rep=rina.rep, week=date(2026, 11, 23)).update(facts={"asks": False})
    assert "Nobody learns what you answer." not in page_text(client.get(f"{PAGE}?week=2026-W48"))


def test_more_rotations_and_letters_cost_no_more_statements(client, rina, written):
    counts = []
    for number in (1, 3):
        facts = FairnessLetter.objects.get(rep=rina.rep, week=date(2026, 11, 23)).facts
        many = facts | {"rotations": facts["rotations"][:1] * number}
        FairnessLetter.objects.filter(rep=rina.rep, week=date(2026, 11, 23)).update(facts=many)
        FairnessLetter.objects.create(rep=rina.rep, week=date(2026, 9, 7 * number), written_at=MONDAY, facts=facts)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
