"""What the answers of a month add up to, and which groups may be shown (H3)."""

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.survey import (
    MIN_ANSWERS,
    State,
    Tally,
    months_back,
    next_month,
    partition,
    survey_month,
    survey_result,
)

JAKARTA = ZoneInfo("Asia/Jakarta")


def tally(*answers: int, clear: int | None = None, asked: int | None = None) -> Tally:
    clear = len(answers) if clear is None else clear
    fair = tuple(answers.count(score) for score in range(1, 6))
    return Tally(len(answers) if asked is None else asked, fair, clear, len(answers) - clear)


def test_4_4_5_3_5_4_is_above_the_target():
    found = survey_result(tally(4, 4, 5, 3, 5, 4, asked=8))
    assert (found.state, found.mean, round(float(found.mean), 2), found.is_fair) == (
        "shown",
        Fraction(25, 6),
        4.17,
        True,
    )
    assert found.took_part == Fraction(6, 8)


def test_exactly_4_is_not_above_the_target():
    assert not survey_result(tally(4, 4, 4, 3, 5)).is_fair


def test_5_of_6_who_understand_are_flagged():
    found = survey_result(tally(4, 4, 5, 3, 5, 4, clear=5))
    assert (found.understood, found.is_clear) == (Fraction(5, 6), False)
    assert survey_result(tally(4, 4, 5, 3, 5, 4)).is_clear


@pytest.mark.parametrize(("answers", "state"), [((), State.NONE), ((5, 5, 5, 5), State.FEW), ((5,) * 5, State.SHOWN)])
def test_fewer_than_five_answers_have_no_figures(answers, state):
    found = survey_result(tally(*answers, asked=9))
    assert (found.state, found.answered, found.mean is None) == (state, len(answers), state != State.SHOWN)


def test_nobody_asked_took_no_part():
    assert survey_result(Tally()).took_part is None


def test_a_small_rest_is_in_no_sum():
    parts = partition({1: tally(*[5] * 6), 2: tally(*[1] * 4)}, alone={1: True, 2: True})
    assert (list(parts.groups), parts.others, parts.left_out, parts.whole.answered) == ([1], None, 4, 6)


def test_small_groups_are_shown_together_once_they_have_five_answers():
    parts = partition({1: tally(*[5] * 6), 2: tally(*[1] * 4), 3: tally(2)}, alone={1: True, 2: True, 3: False})
    assert (list(parts.groups), parts.others.answered, parts.left_out, parts.whole.answered) == ([1], 5, 0, 11)


GROUPS = st.dictionaries(
    st.integers(1, 6), st.tuples(st.lists(st.integers(1, 5), max_size=9), st.booleans()), max_size=6
)


@given(GROUPS)
def test_whatever_is_shown_and_every_difference_has_five_answers_or_none(groups):
    tallies = {key: tally(*answers) for key, (answers, _alone) in groups.items()}
    parts = partition(tallies, alone={key: alone for key, (_answers, alone) in groups.items()})
    cells = [*parts.groups.values(), *([parts.others] if parts.others else [])]
    assert all(cell.answered >= MIN_ANSWERS for cell in cells)
    assert parts.whole.answered == sum(cell.answered for cell in cells)  # sums and differences are of whole cells
    assert parts.whole.answered + parts.left_out == sum(each.answered for each in tallies.values())
    assert not parts.left_out or parts.others is None


def test_a_month_begins_at_midnight_of_the_zone():
    assert survey_month(datetime(2026, 11, 30, 16, 59, tzinfo=UTC), JAKARTA) == date(2026, 11, 1)
    assert survey_month(datetime(2026, 11, 30, 17, 0, tzinfo=UTC), JAKARTA) == date(2026, 12, 1)


def test_months_go_over_the_new_year():
    assert months_back(date(2026, 2, 1), 3) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert (next_month(date(2026, 12, 1)), next_month(date(2026, 1, 1))) == (date(2027, 1, 1), date(2026, 2, 1))
