"""The weekly letter: once to each rep, on Monday morning where the rep is, with what counted (K7)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import take_next
from routing.actions.letters import write_letters
from routing.actions.rotation.credits import catch_up, count_as_turn
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.survey import answer_survey, invite_to_survey
from routing.actions.undo import revert_assignment
from routing.actions.words.sending import send_words
from routing.actions.words.spreading import spread_words
from routing.models import Assignment, FairnessLetter, Notification, RotationMember, TimeOff
from routing.presenters.inbox import message_sentence
from routing.presenters.letters import letter_lines, letter_parts
from routing.presenters.words import compose
from routing.queries.fairness import Period, Span, rotation_fairness
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
WEEK = date(2026, 11, 16)  # MORNING is its Monday
MONDAY = datetime.fromisoformat("2026-11-23T07:00:00+07:00")
SITE = settings.SITE_URL
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def people():
    return [make_rep(first_name=name, last_name="") for name in ("Rina", "Maria", "Carlos")]


@pytest.fixture
def rotation(people):
    return make_rotation(*people, name="SMB turns")


def give(rotation, count: int, *, at=MORNING) -> list[Assignment]:
    return take_turns(rotation, [TurnRequest(make_lead()) for _number in range(count)], at=at)


def letter(user, week: date = WEEK) -> FairnessLetter:
    return FairnessLetter.objects.get(rep=user.rep, week=week)


def lines(user) -> list[str]:
    return letter_lines(letter(user).facts, WEEK)


def messages(user) -> list[Notification]:
    return list(Notification.objects.filter(user=user, kind="letter").order_by("pk"))


def test_each_member_reads_share_against_due(rotation, people):
    give(rotation, 7)
    assert write_letters(at=MONDAY) == 3
    assert lines(people[0]) == [
        "Your week 16 – 22 Nov 2026.",
        "3 leads came to you from rotations.",
        "SMB turns gave you 3 leads, and your due was 2.3. That is your share, as near as whole leads allow.",
    ]
    (message,) = messages(people[0])
    assert message_sentence(message, at=MONDAY) == (
        "Last week rotations gave you 3 leads, and your due was 2.3. "
        "Two questions about how leads are shared out wait for you."
    )


def test_the_figures_are_those_of_the_page_of_fairness(rotation, people):
    """Weights, an absence, an undone lead and one that counted: the letter and the page tell the same."""
    RotationMember.objects.filter(rep=people[0].rep).update(weight=Decimal(2))
    given = give(rotation, 9)
    revert_assignment(given[-1], by=given[-1].holder, at=MORNING + MINUTE)
    TimeOff.objects.create(rep=people[2].rep, kind="leave", starts_at=MORNING + 2 * MINUTE, ends_at=MORNING + DAY)
    give(rotation, 5, at=MORNING + 3 * MINUTE)
    count_as_turn(rotation, user_id=people[1].pk, why="by_hand", by=None, at=MORNING + DAY)
    write_letters(at=MONDAY)
    span = Span(Period.WEEK, MORNING - DAY, MORNING + 3 * DAY)
    found = {row.share.rep_id: row.share for row in rotation_fairness(rotation, span).verdict.rows}
    for user in people:
        (told,) = letter(user).facts["rotations"]
        share = found[user.rep.pk]
        assert (told["given"], told["due"]) == (float(share.given), round(float(share.due), 2)), user


def test_what_counted_is_said(rotation, people):
    RotationMember.objects.filter(rep=people[0].rep).update(weight=Decimal(2))
    TimeOff.objects.create(rep=people[2].rep, kind="leave", starts_at=MORNING - DAY, ends_at=MORNING + DAY)
    give(rotation, 3)
    catch_up(rotation, rep=people[2].rep, turns=2, why="behind", by=make_ops(), at=MORNING + DAY)
    count_as_turn(rotation, user_id=people[2].pk, why="by_hand", by=None, at=MORNING + DAY)
    write_letters(at=MONDAY)
    (part,) = letter_parts(letter(people[2]).facts)
    assert part.because == (
        "You were passed over for 3 of its 3 turns: on leave (3).",
        "Your weight was 1 of 4.",
        "Sales ops gave you 2 turns ahead of the others.",
        "1 lead from elsewhere counted as a turn.",
        "2 turns are still owed to you.",
    )


def test_own_claims_are_told_apart(people):
    queue = QueueFactory(team=None)
    for _number in range(2):
        make_entry(queue)
        take_next(queue, by=people[0], at=MORNING)
    write_letters(at=MONDAY)
    facts = letter(people[0]).facts
    assert lines(people[0])[1] == (
        "You are in no rotation. You took 2 leads from queues yourself, which moves no turn."
    )
    assert facts["rotations"] == []


def test_a_rotation_by_room_says_that_nothing_is_due(people):
    give(make_rotation(*people, name="By room", way="most_free"), 2)
    write_letters(at=MONDAY)
    (part,) = letter_parts(letter(people[0]).facts)
    assert (part.sign, part.says) == (
        "off",
        "By room gave you 1 lead. It gives leads to who has the most room, so nothing is due.",
    )


def test_a_letter_is_written_once_however_often_the_task_runs(rotation, people):
    give(rotation, 3)
    assert [write_letters(at=MONDAY + number * DAY) for number in range(7)] == [3, 0, 0, 0, 0, 0, 0]
    assert [len(messages(user)) for user in people] == [1, 1, 1]


def test_a_letter_that_is_late_is_written_all_the_same_and_an_older_one_never(rotation, people):
    give(rotation, 3)
    assert write_letters(at=MONDAY + 6 * DAY) == 3
    assert letter(people[0]).facts["rotations"][0]["got"] == 1
    assert write_letters(at=MONDAY + 21 * DAY) == 3
    assert list(FairnessLetter.objects.filter(rep=people[0].rep).values_list("week", flat=True)) == [
        WEEK + 21 * DAY,
        WEEK,
    ]


def test_it_is_monday_morning_where_the_rep_is(rotation, people):
    people[1].rep.time_zone = "America/New_York"
    people[1].rep.save()
    people[2].rep.teams.add(TeamFactory(time_zone="Europe/Berlin"))
    give(rotation, 3)
    told = []
    for hours in range(-1, 14):
        write_letters(at=MONDAY + timedelta(hours=hours))
        told.append(FairnessLetter.objects.filter(week=WEEK).count())
    assert told == [0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3]  # 12 h and 6 h behind Jakarta


def test_a_week_ends_at_the_midnight_of_the_rep(rotation, people):
    give(rotation, 3, at=MONDAY - timedelta(hours=7, seconds=1))
    give(rotation, 6, at=MONDAY - timedelta(hours=7))
    write_letters(at=MONDAY)
    assert letter(people[0]).facts["rotations"][0]["turns"] == 3


def test_nothing_to_tell_is_no_letter_but_for_the_two_questions(people):
    assert write_letters(at=MONDAY) == 3  # the first of the month, which asks
    assert write_letters(at=MONDAY + 7 * DAY) == 0
    assert [len(messages(user)) for user in people] == [1, 1, 1]
    (message,) = messages(people[0])
    assert message_sentence(message, at=MONDAY) == "Two questions about how leads are shared out wait for you."


def test_the_first_letter_of_a_month_asks_and_the_next_does_not(rotation, people):
    give(rotation, 3)
    for number in range(4):
        write_letters(at=MONDAY + number * 7 * DAY)
    asked = FairnessLetter.objects.filter(rep=people[0].rep).order_by("week").values_list("week", "facts__asks")
    assert list(asked) == [
        (WEEK, True),  # due in November
        (WEEK + 7 * DAY, False),
        (WEEK + 14 * DAY, True),  # due on 7 December
        (WEEK + 21 * DAY, False),
    ]


def test_who_has_answered_is_not_asked(rotation, people):
    give(rotation, 3)
    invite_to_survey(at=MORNING)
    answer_survey(people[0], month=date(2026, 11, 1), fair=5, is_clear=True, at=MORNING)
    write_letters(at=MONDAY)
    assert [letter(user).facts["asks"] for user in people] == [False, True, True]


def test_who_is_not_active_or_no_rep_gets_none(rotation, people):
    give(rotation, 3)
    people[0].is_active = False
    people[0].save()
    make_manager(TeamFactory())
    assert write_letters(at=MONDAY) == 2
    assert set(Notification.objects.filter(kind="letter").values_list("user", flat=True)) == {
        people[1].pk,
        people[2].pk,
    }


def test_who_has_a_letter_already_keeps_it_and_the_others_get_theirs(rotation, people):
    give(rotation, 3)
    FairnessLetter.objects.create(rep=people[0].rep, week=WEEK, written_at=MONDAY, is_sent=False)
    assert write_letters(at=MONDAY) == 2
    assert messages(people[0]) == []


def test_it_leaves_by_mail_as_a_whole(rotation, people):
    spread_words(at=MORNING)
    give(rotation, 3)
    write_letters(at=MONDAY)
    Notification.objects.exclude(user=people[0]).update(is_spread=True)
    Notification.objects.exclude(kind="letter").update(is_spread=True)
    spread_words(at=MONDAY)
    send_words(at=MONDAY, compose=compose)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([people[0].email], "Your week: what you got, and what was due")
    assert sent.body.split("\n\n")[:5] == [
        "Your week 16 – 22 Nov 2026.",
        "1 lead came to you from rotations.",
        "SMB turns gave you 1 lead, and your due was 1. That is your share, as near as whole leads allow.",
        "Two questions, without your name: is distribution fair, and do you understand how leads are assigned? "
        f"{SITE}/my-numbers/survey/",
        f"My numbers: {SITE}/my-numbers/",
    ]
    assert f"{SITE}/my-numbers/letter/?week=2026-W47" in sent.body


def test_more_reps_and_turns_cost_few_statements_more(people):
    def cost(reps: list, at: datetime) -> int:
        rotation = make_rotation(*reps, name=f"Turns {len(reps)}")
        give(rotation, 2 * len(reps), at=at - 6 * DAY)
        write_letters(at=at - 7 * DAY)
        with CaptureQueriesContext(connection) as asked:
            write_letters(at=at)
        return len(asked)

    few = cost(people[:1], MONDAY)
    many = cost(people + [make_rep() for _number in range(2)], MONDAY + 14 * DAY)
    assert many - few <= 5 * 14  # of its own a letter has some dozen: the lock, what it tells, the message
