"""What a refusal asks for: each row of the table, and what holds for any sequence of refusals (I4)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.reach.crm.errors import Reason
from queues.decisions.crm.answers import (
    BREAKS,
    LONGEST_PAUSE,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    STOPS,
    Answer,
    Then,
    after_refusal,
    is_used_up,
)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("reason", "more", "answer"),
    [
        ("sign_in", {}, Answer(Then.BREAK)),
        ("rights", {}, Answer(Then.BREAK)),
        ("field", {}, Answer(Then.BREAK)),
        ("account", {}, Answer(Then.BREAK)),
        ("gone", {}, Answer(Then.GONE)),
        ("wrong", {}, Answer(Then.STOP)),
        ("access", {}, Answer(Then.STOP)),
        ("converted", {}, Answer(Then.STOP)),
        ("limit", {"wait": 7}, Answer(Then.PAUSE, seconds(7))),
        ("limit", {"wait": 7200, "failures": 9}, Answer(Then.PAUSE, seconds(7200))),
        ("limit", {}, Answer(Then.PAUSE, seconds(60))),
        ("limit", {"failures": 3}, Answer(Then.PAUSE, seconds(480))),
        ("limit", {"failures": 60}, Answer(Then.PAUSE, seconds(3600))),
        ("limit", {"is_daily": True}, Answer(Then.PAUSE, seconds(3600))),
        ("silent", {}, Answer(Then.LATER, seconds(5))),
        ("silent", {"wait": 300}, Answer(Then.PAUSE, seconds(300))),
        ("silent", {"failures": 2}, Answer(Then.PAUSE, seconds(60))),
        ("silent", {"failures": 4}, Answer(Then.PAUSE, seconds(240))),
        ("busy", {"failures": 9}, Answer(Then.LATER, seconds(5))),
        ("busy", {"attempts": 4}, Answer(Then.LATER, seconds(80))),
        ("busy", {"attempts": MOST_ATTEMPTS - 1}, Answer(Then.STOP)),
        ("window", {}, Answer(Then.LATER, seconds(5))),
    ],
)
def test_each_refusal_has_its_answer(reason, more, answer):
    assert after_refusal(reason, **more) == answer


def test_every_reason_of_the_clients_is_in_the_table():
    known = BREAKS - {"account"} | STOPS | {"gone", "limit", "silent", "busy", "window"}
    assert known == {str(reason) for reason in Reason}


@given(st.sampled_from([*BREAKS, *STOPS, "gone", "limit", "silent", "busy", "window"]), st.data())
def test_any_refusal_waits_a_while_and_not_for_ever(reason, given_data):
    """No answer asks for the same call at once, and none for a wait that nobody asked for."""
    wait = given_data.draw(st.none() | st.floats(0.5, 86_400))
    failures, attempts = given_data.draw(st.integers(0, 65_000)), given_data.draw(st.integers(0, 65_000))
    luck, is_daily = given_data.draw(st.floats(0, 1)), given_data.draw(st.booleans())
    found = after_refusal(reason, wait=wait, is_daily=is_daily, failures=failures, attempts=attempts, luck=luck)
    if found.then in (Then.PAUSE, Then.LATER):
        assert found.wait >= seconds(min(wait or 4, 4) if found.then == Then.LATER else min(wait or 60, 60))
        assert found.wait <= max(LONGEST_PAUSE, LONGEST_WAIT * 1.2, seconds(wait or 0))
    else:
        assert found.wait == seconds(0)
    if wait is not None and found.then == Then.PAUSE:
        assert found.wait == seconds(wait)


@given(st.lists(st.sampled_from(["busy", "silent"]), min_size=MOST_ATTEMPTS, max_size=60))
def test_a_record_that_never_fits_is_left_after_a_bounded_number_of_tries(reasons):
    """The connection itself is well all the time: its failures are none."""
    answers = [after_refusal(reason, attempts=number) for number, reason in enumerate(reasons)]
    tries = next(number for number, answer in enumerate(answers, 1) if answer.then == Then.STOP)
    assert tries == MOST_ATTEMPTS
    assert sum((answer.wait for answer in answers[: tries - 1]), timedelta()) > timedelta(hours=6)


def test_eight_tenths_of_the_day_are_used_up_and_no_limit_is_none():
    assert [is_used_up(used, 1000) for used in (0, 799, 800, 1000, 2000)] == [False, False, True, True, True]
    assert not is_used_up(5, 0)
