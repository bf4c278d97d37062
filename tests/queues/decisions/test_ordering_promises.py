"""The promises of B6, one by one, on any queue; and the merge that must agree with the words on all of them."""

from datetime import UTC, datetime, timedelta
from itertools import islice

from hypothesis import example, given, settings
from hypothesis import strategies as st

from queues.decisions.ordering import Bands, Order, QueueCounts, WaitingLead, band_size, head_positions, ranked
from tests.effort import examples

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
BANDS = Bands()
WIDE = Bands(first_percent=60, second_percent=30)
HOUR = timedelta(hours=1)
LIFTED_BEHIND_ONE_THAT_STAYS = [
    WaitingLead(number, (0, number, 0), AT - age * HOUR)
    for number, age in enumerate((1, 25, 1, 40, 1, 1, 1, 1, 1, 1, 1, 1), start=1)
]


def base_order(entries) -> list[WaitingLead]:
    return sorted(entries, key=lambda entry: (*entry.keys, entry.since_at, entry.id))


def aged(entries, after: timedelta, at: datetime = AT) -> list[WaitingLead]:
    return sorted((e for e in entries if at - e.since_at >= after), key=lambda entry: (entry.since_at, entry.id))


def tally(entries, bands: Bands = BANDS) -> QueueCounts:
    return QueueCounts(len(entries), len(aged(entries, bands.first_after)), len(aged(entries, bands.second_after)))


def merged(entries, bands=BANDS, order_name=Order.FIFO, limit=None, offset=0):
    return head_positions(
        base_order(entries),
        aged(entries, bands.first_after),
        tally(entries, bands),
        order_name=order_name,
        bands=bands,
        at=AT,
        limit=limit,
        offset=offset,
    )


def order_of(entries, bands=BANDS, order_name=Order.FIFO):
    return ranked(entries, order_name=order_name, bands=bands, at=AT)


EDGES = [0, 1, 5, 23.99, 24, 25, 30, 47.99, 48, 49, 60, 80]
mixed_ages = st.sampled_from(EDGES)
mostly_fresh = st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 23.99, *EDGES])
SOME_KEYS = [(tier, score, deal) for tier in (0, 1, 2) for score in (0, 1) for deal in (-1, 0)]


def queues(with_fronts: bool = True):
    """Fresh queues and aged ones, ties included, in any order of arrival."""
    some_keys = st.sampled_from(SOME_KEYS + [(-1, 0, 0)] if with_fronts else SOME_KEYS)
    kinds = [st.lists(st.tuples(ages, some_keys), max_size=40) for ages in (mixed_ages, mostly_fresh)]
    return st.one_of(*kinds).map(
        lambda rows: [WaitingLead(number, keys, AT - age * HOUR) for number, (age, keys) in enumerate(rows)]
    )


some_bands = st.sampled_from([BANDS, WIDE, Bands(first_percent=100, second_percent=100), Bands(second_percent=25)])
promise = settings(max_examples=examples(150), deadline=None)


class Seen:
    """A ranked queue with what the promises speak of."""

    def __init__(self, entries, bands):
        self.bands = bands
        self.positions = order_of(entries, bands)
        self.order = [position.entry for position in self.positions]
        self.base = base_order(entries)
        self.number = {entry.id: number for number, entry in enumerate(self.order, start=1)}
        self.rank = {entry.id: number for number, entry in enumerate(self.base, start=1)}
        self.fronted = [entry for entry in self.base if entry.keys[0] < 0]
        self.lifted = [position.entry for position in self.positions if position.reason.startswith("lifted")]
        self.first, self.first_places = self._band(bands.first_after, bands.first_percent)
        self.second, self.second_places = self._band(bands.second_after, bands.second_percent)

    def _band(self, after, percent):
        members = [entry for entry in aged(self.base, after) if entry.keys[0] >= 0]
        return members, band_size(len(self.base), percent)

    def room(self, positions):
        return max(positions - len(self.fronted), 0)

    def promised(self):
        """(lead, last place it may have): of each band as many of the oldest as it has room for."""
        yield from ((entry, self.first_places) for entry in self.first[: self.room(self.first_places)])
        yield from ((entry, self.second_places) for entry in self.second[: self.room(self.second_places)])


@promise
@given(queues(), some_bands, st.sampled_from(list(Order)))
@example(LIFTED_BEHIND_ONE_THAT_STAYS, BANDS, Order.FIFO)
def test_head_places_agrees_with_the_words(entries, bands, order_name):
    assert merged(entries, bands, order_name) == order_of(entries, bands, order_name)


@promise
@given(queues(), some_bands, st.integers(0, 12), st.integers(0, 12))
def test_a_page_is_a_piece_of_the_whole_even_when_the_streams_are_cut(entries, bands, limit, offset):
    whole = order_of(entries, bands)
    assert merged(entries, bands, limit=limit, offset=offset) == whole[offset : offset + limit]
    cut = head_positions(
        islice(base_order(entries), offset + limit),
        islice(aged(entries, bands.first_after), offset + limit),
        tally(entries, bands),
        order_name=Order.FIFO,
        bands=bands,
        at=AT,
        limit=limit,
        offset=offset,
    )
    assert cut == whole[offset : offset + limit]


@promise
@given(queues(), some_bands)
def test_everybody_has_one_place(entries, bands):
    seen = Seen(entries, bands)
    assert sorted(entry.id for entry in seen.order) == sorted(entry.id for entry in entries)
    assert [position.number for position in seen.positions] == list(range(1, len(entries) + 1))


@promise
@given(queues(), some_bands)
def test_the_aged_stand_within_their_band_as_far_as_it_has_room(entries, bands):
    seen = Seen(entries, bands)
    assert [entry for entry, last in seen.promised() if seen.number[entry.id] > last] == []


@promise
@given(queues(), some_bands)
def test_a_band_that_is_too_small_is_filled_by_its_oldest(entries, bands):
    seen = Seen(entries, bands)
    for members, positions in ((seen.first, seen.first_places), (seen.second, seen.second_places)):
        if len(members) > seen.room(positions):
            inside = seen.order[len(seen.fronted) : positions]
            assert inside == members[: seen.room(positions)]


@promise
@given(queues(), some_bands)
def test_nobody_is_lifted_further_than_needed(entries, bands):
    """To let the lead that was passed go first would push somebody out of a band, or out of the filling."""
    seen = Seen(entries, bands)
    last_places = {}
    for entry, last in seen.promised():
        last_places[entry.id] = min(last, last_places.get(entry.id, last))
    lifted = {entry.id for entry in seen.lifted}
    for entry in seen.lifted:
        start = seen.number[entry.id]
        run = [entry]
        while seen.order[start + len(run) - 1].id in lifted:
            run.append(seen.order[start + len(run) - 1])
        assert any(seen.number[one.id] == last_places.get(one.id) for one in run) or is_filling(seen, run)


def is_filling(seen: Seen, run) -> bool:
    """A band with more aged leads than places is filled oldest first, also past leads that are aged themselves."""
    return any(
        len(members) > seen.room(positions) and all(seen.number[entry.id] <= positions for entry in run)
        for members, positions in ((seen.first, seen.first_places), (seen.second, seen.second_places))
    )


@promise
@given(queues(), some_bands)
def test_a_lead_of_the_narrow_band_stands_before_any_lifted_into_the_wide_one(entries, bands):
    seen = Seen(entries, bands)
    in_second = {entry.id for entry in seen.second}
    wide_only = [seen.number[entry.id] for entry in seen.lifted if entry.id not in in_second]
    narrow = [seen.number[number] for number in in_second]
    assert [number for number in wide_only if number < max(narrow, default=0)] == []


@promise
@given(queues(), some_bands)
def test_among_the_lifted_of_one_kind_older_goes_first(entries, bands):
    seen = Seen(entries, bands)
    for reason in ("lifted_first", "lifted_second"):
        moved = [position.entry for position in seen.positions if position.reason == reason]
        assert moved == sorted(moved, key=lambda entry: (entry.since_at, entry.id))


@promise
@given(queues(), some_bands)
def test_those_who_are_not_lifted_keep_the_base_order(entries, bands):
    seen = Seen(entries, bands)
    lifted = {entry.id for entry in seen.lifted}
    assert [entry for entry in seen.order if entry.id not in lifted] == [e for e in seen.base if e.id not in lifted]


@promise
@given(queues(), some_bands)
def test_only_the_aged_are_lifted_and_only_when_somebody_stands_too_far_back(entries, bands):
    seen = Seen(entries, bands)
    first = {entry.id for entry in seen.first}
    assert {entry.id for entry in seen.lifted} <= first
    has_room = len(seen.first) <= seen.room(seen.first_places) and len(seen.second) <= seen.room(seen.second_places)
    if has_room and all(seen.rank[entry.id] <= last for entry, last in seen.promised()):
        assert seen.order == seen.base


@promise
@given(queues(), some_bands)
def test_fronted_leads_come_first_in_their_own_order(entries, bands):
    seen = Seen(entries, bands)
    assert seen.order[: len(seen.fronted)] == seen.fronted


@promise
@given(queues(with_fronts=False))
def test_the_order_does_not_depend_on_the_order_of_arrival(entries):
    assert order_of(entries) == order_of(entries[::-1])
