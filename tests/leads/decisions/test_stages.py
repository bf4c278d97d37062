"""Stages: where a lead may go, and which reasons cost a turn."""

import pytest

from leads.decisions.stages import (
    CLOSED,
    DISQUALIFY_REASONS,
    OPEN,
    PARKED,
    RETURN_REASONS,
    Stage,
    can_move,
    gives_turn_back,
)


def test_every_stage_is_open_or_closed():
    assert sorted([*OPEN, *CLOSED]) == sorted(Stage)
    assert PARKED <= CLOSED


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        ("captured", "waiting"),
        ("captured", "review"),
        ("waiting", "held"),
        ("waiting", "waiting"),
        ("held", "waiting"),
        ("held", "held"),
        ("held", "converted"),
        ("waiting", "converted"),  # a CRM made a deal of it
        ("review", "won"),
        ("held", "disqualified"),
        ("converted", "won"),
        ("review", "waiting"),
        ("review", "rejected"),
        ("waiting", "nurture"),
        ("nurture", "recycled"),
        ("recycled", "archived"),
        ("archived", "captured"),
        ("lost", "captured"),
        ("nurture", "captured"),
        ("held", "merged"),
    ],
)
def test_can_move_along_the_life_of_a_lead(from_, to):
    assert can_move(from_, to) is True


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        ("nurture", "won"),
        ("partner", "converted"),
        ("won", "nurture"),
        ("archived", "won"),
        ("nurture", "nurture"),
        ("archived", "archived"),
        ("held", "elsewhere"),
        ("elsewhere", "held"),
        *(("merged", stage) for stage in Stage),
    ],
)
def test_can_move_refuses_the_rest(from_, to):
    assert can_move(from_, to) is False


def test_can_move_lets_every_closed_lead_but_the_merged_come_back():
    assert {stage for stage in CLOSED if can_move(stage, "captured")} == CLOSED - {Stage.MERGED}


def test_reasons_give_a_turn_back_when_the_lead_never_was_one():
    back = {"duplicate", "competitor", "student", "invalid"}
    assert {reason for reason, gives in RETURN_REASONS.items() if gives} == back
    assert {reason for reason, gives in DISQUALIFY_REASONS.items() if gives} == back
    assert (gives_turn_back("student"), gives_turn_back("not_my_type"), gives_turn_back("")) == (True, False, False)
