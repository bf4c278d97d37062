"""The flow of leads: every column adds up to all leads, in counts and in heights (E2)."""

import re
from random import Random

import pytest

from dashboards.decisions.reports.lead_flow import (
    ENDS,
    FLOOR,
    GAP,
    LABEL_ROOM,
    ON_ITS_WAY,
    STEPS,
    TOP,
    End,
    Step,
    Went,
    lead_flow,
)
from leads.decisions.stages import Stage


def went(end: End, count: int, *steps: Step) -> Went:
    return Went(frozenset({Step.CAPTURED, *steps}), end, count)


def some(seed: int) -> list[Went]:
    random = Random(seed)
    further = [Step.REVIEWED, Step.QUEUED, Step.CLAIMED, Step.CONTACTED]
    return [
        went(random.choice(list(End)), random.randint(0, 90), *random.sample(further, random.randint(0, 4)))
        for _way in range(random.randint(1, 40))
    ]


def test_every_stage_has_an_end_except_merged_ones():
    assert set(ENDS) == {str(stage) for stage in Stage} - {"merged"}


def test_a_lead_is_at_a_step_or_on_its_way_or_at_its_end():
    straight = went(End.CONVERTED, 1, Step.QUEUED, Step.CLAIMED)
    assert [straight.place(number) for number in range(6)] == [
        Step.CAPTURED,
        ON_ITS_WAY,
        Step.QUEUED,
        Step.CLAIMED,
        End.CONVERTED,
        End.CONVERTED,
    ]


def test_counts_by_step_and_end():
    flow = lead_flow([went(End.LOST, 3, Step.REVIEWED), went(End.CONVERTED, 2, Step.QUEUED, Step.CLAIMED)])
    assert (flow.total, flow.of_step(Step.CAPTURED), flow.of_step(Step.REVIEWED), flow.of_step(Step.CLAIMED)) == (
        5,
        5,
        3,
        2,
    )
    assert (flow.of_end(End.LOST), flow.of_end(End.CONVERTED), flow.of_end(End.OPEN)) == (3, 2, 0)
    assert flow.reached[Step.CONTACTED, End.CONVERTED] == 0


@pytest.mark.parametrize("seed", range(30))
def test_every_column_adds_up(seed: int):
    ways = some(seed)
    flow = lead_flow(ways)
    total = sum(each.count for each in ways)
    assert flow.total == sum(flow.of_end(end) for end in End) == total
    for number in range(len(STEPS)):  # the bands between two columns carry every lead once
        assert _between(flow, number) == total
    assert all(node.y >= TOP and node.y + node.height <= FLOOR + GAP for node in (*flow.steps, *flow.ends))


@pytest.mark.parametrize("seed", range(30))
def test_words_at_the_ends_do_not_touch(seed: int):
    ys = [node.label_y for node in lead_flow(some(seed)).ends]
    assert all(b - a >= LABEL_ROOM - 0.2 for a, b in zip(ys, ys[1:], strict=False))
    assert all(y <= FLOOR for y in ys)


def test_no_lead_draws_nothing():
    flow = lead_flow([])
    assert (flow.total, flow.bands, flow.ends, [node.height for node in flow.steps]) == (0, (), (), [0.0] * 5)


def _between(flow, number: int) -> int:
    """Leads in the bands that begin in a column."""
    starts = {}
    for band in flow.bands:
        x = float(re.match(r"M([\d.]+)", band.path).group(1))
        starts[x // 168] = starts.get(x // 168, 0) + band.count
    return starts.get(number, 0)
