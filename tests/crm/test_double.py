"""The ground of the doubles: it counts, keeps records, and fails as it was asked to (I4)."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.crm.double import Double
from tests.crm.faults import Fault, FaultKind
from tests.crm.wire import Answer, Call, Refused

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Shelf(Double):
    """Lists its records, one a page, and takes notes."""

    KIND = "Book"
    is_open = True

    def answer(self, call: Call) -> Answer:
        if not self.is_open:
            raise Refused(Answer.of({"error": "sign in"}, 401))
        if call.method == "PATCH":
            self.edit(call.path.rpartition("/")[2], by="api", **call.json)
            return Answer(204)
        start = int(call.query.get("from", "0")) - self.is_repeated(call)
        return Answer.of([row.values for row in list(self.rows.values())[start : start + 1]], X_Row=str(start))

    def too_many(self, wait: float | None) -> Answer:
        return Answer.of({"error": "slow"}, 429, **({} if wait is None else {"Retry_After": str(int(wait))}))

    def own_error(self) -> Answer:
        return Answer.of({"error": "ours"}, 500)

    def revoke(self) -> None:
        self.is_open = False


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with Shelf(NOON) as shelf:
        yield shelf


def ask(shelf: Shelf, target: str = "/books", method: str = "GET", body: object = None, seconds: float = 5) -> tuple:
    line = http.client.HTTPConnection(shelf.address.removeprefix("http://"), timeout=seconds)
    line.request(method, target, json.dumps(body) if body else None)
    reply = line.getresponse()
    return reply.status, reply.read(), dict(reply.headers.items())


def test_records_have_stamps_of_the_doubles_own_clock(shelf: Shelf):
    book = shelf.add(by="Ana", title="Emma")
    shelf.now += timedelta(hours=1)
    shelf.skew = timedelta(minutes=-5)
    shelf.lag = timedelta(seconds=20)
    assert ask(shelf, f"/books/{book}", "PATCH", {"title": "Emma 2"})[0] == 204
    row = shelf.rows[book]
    assert (row.values, row.changed_by, row.created_at) == ({"title": "Emma 2"}, "api", NOON)
    assert row.changed_at == NOON + timedelta(minutes=55)
    assert row.seen_at == NOON + timedelta(minutes=60, seconds=20)


def test_merging_deletes_one_and_touches_the_other(shelf: Shelf):
    loser, winner = shelf.add(by="Ana"), shelf.add(by="Ana")
    shelf.now += timedelta(hours=1)
    shelf.merge(loser, into=winner, by="Budi")
    assert (shelf.rows[loser].is_gone, shelf.rows[loser].merged_into) == (True, winner)
    assert {row.changed_at for row in shelf.rows.values()} == {shelf.now}


def test_faults_are_used_up_by_the_calls_they_fit(shelf: Shelf):
    shelf.next_faults = [
        Fault(FaultKind.TOO_MANY, wait=7, on="/other"),
        Fault(FaultKind.TOO_MANY),
        Fault(FaultKind.ERROR),
        Fault(FaultKind.HTML),
        Fault(FaultKind.STATUS, status=420),
    ]
    statuses = [ask(shelf)[0] for _call in range(5)]
    assert (statuses, ask(shelf, "/other")[2]["Retry-After"]) == ([429, 500, 200, 420, 200], "7")
    assert (shelf.next_faults, len(shelf.calls), shelf.count("/other")) == ([], 6, 1)


def test_a_cut_line_brings_half_an_answer_of_a_call_that_was_done(shelf: Shelf):
    book = shelf.add(by="Ana", title="Emma")
    shelf.next_faults = [Fault(FaultKind.CUT)]
    with pytest.raises(http.client.IncompleteRead):
        ask(shelf)
    shelf.next_faults = [Fault(FaultKind.HANG, wait=0.01, is_done=True)]
    with pytest.raises(http.client.RemoteDisconnected):
        ask(shelf, f"/books/{book}", "PATCH", {"title": "Emma 2"})
    assert shelf.rows[book].values == {"title": "Emma 2"}


def test_a_hang_ends_with_the_test():
    with Shelf(NOON) as shelf:
        shelf.next_faults = [Fault(FaultKind.HANG)]
        start = time.monotonic()
        with pytest.raises(socket.timeout):
            ask(shelf, seconds=0.05)
    assert time.monotonic() - start < 5


def test_a_page_comes_twice_and_tokens_are_revoked(shelf: Shelf):
    for title in ("Emma", "Persuasion"):
        shelf.add(by="Ana", title=title)
    shelf.next_faults = [Fault(FaultKind.REPEAT, on="from=1"), Fault(FaultKind.REVOKED, on="from=2")]
    bodies = [ask(shelf, f"/books?from={start}")[:2] for start in (0, 1, 1, 2)]
    emma, persuasion = (200, b'[{"title": "Emma"}]'), (200, b'[{"title": "Persuasion"}]')
    assert bodies == [emma, emma, persuasion, (401, b'{"error": "sign in"}')]


def test_a_share_of_calls_fails_as_the_seed_says(shelf: Shelf):
    faults = (Fault(FaultKind.ERROR), Fault(FaultKind.TOO_MANY))
    seen = []
    for _run in range(2):
        shelf.fail_a_share(0.3, faults, seed=4)
        seen.append([ask(shelf)[0] for _call in range(30)])
    assert seen[0] == seen[1]
    assert set(seen[0]) == {200, 429, 500}
    shelf.fail_no_more()
    assert ask(shelf)[0] == 200


def test_calls_beyond_the_limit_of_the_window_are_refused_and_counted(shelf: Shelf):
    shelf.most_calls, shelf.window = 2, timedelta(minutes=10)
    assert [ask(shelf)[0] for _call in range(3)] == [200, 200, 429]
    assert (shelf.calls_too_many, shelf.calls_in_window) == (1, 3)
    shelf.now += timedelta(minutes=11)
    assert (ask(shelf)[0], shelf.calls_in_window) == (200, 1)
