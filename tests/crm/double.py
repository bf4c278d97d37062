"""What the doubles of the three CRMs share: a host on this machine that counts calls, keeps records, and fails when a
test wants it to (I4).

A double knows none of Alur's code. It is as strict as its vendor: `answer` refuses what the vendor would refuse.
"""

import random
import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from tests.crm.faults import Fault, FaultKind
from tests.crm.wire import Answer, Call, Refused, host

LONGEST_HANG = 20  # seconds; the end of the test ends it as well


@dataclass(slots=True)
class Row:
    """One record. `values` have the vendor's names; `seen_at`: from when on lists and searches show this version."""

    id: str
    kind: str
    values: dict[str, object]
    created_at: datetime
    changed_at: datetime
    seen_at: datetime
    changed_by: str = ""
    is_gone: bool = False
    merged_into: str = ""
    converted_to: str = ""


class Double:
    """
    Use as a context manager; `address` is where it stands. `now`: its clock, which only the test moves. `skew`: what
    its stamps are off by; `lag`: for how long a changed record is missing in lists. `next_faults` are used up by the
    next calls that they fit; `fail_a_share` lets a seeded share of all calls fail. `most_calls` in `window`: beyond,
    calls are refused as too many and counted in `calls_too_many`.

    A subclass has `answer`, `too_many`, `own_error`, `revoke`, `new_id`, and `is_page` for what lists records; there it
    asks `is_repeated(call)` and then answers the page before once more.
    """

    KIND = ""  # of records, when a test says none

    def __init__(self, now: datetime, *, tls: ssl.SSLContext | None = None) -> None:
        self.now, self.skew, self.lag = now, timedelta(), timedelta()
        self.rows: dict[str, Row] = {}
        self.hidden_fields: set[str] = set()
        self.calls: list[Call] = []
        self.faults_met: list[FaultKind] = []
        self.next_faults: list[Fault] = []
        self.most_calls, self.window, self.calls_too_many = 0, timedelta(days=1), 0
        self.before: Callable[[Call], object] = lambda call: None  # runs before each answer, without a lock
        self.lock = threading.RLock()
        self._share: tuple[float, tuple[Fault, ...], random.Random] | None = None
        self._repeating: Call | None = None
        self._counted: deque[datetime] = deque()  # calls of the window
        self._released = threading.Event()
        self._server = host(lambda: self.now, self.meet, self.hang, tls)
        scheme = "https" if tls else "http"
        self.address = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    # what a vendor decides

    def answer(self, call: Call) -> Answer:
        raise NotImplementedError

    def too_many(self, wait: float | None) -> Answer:
        raise NotImplementedError

    def own_error(self) -> Answer:
        raise NotImplementedError

    def revoke(self) -> None:
        """No token that was given out is good any longer."""
        raise NotImplementedError

    def new_id(self) -> str:
        return str(1000 + len(self.rows))

    def is_page(self, call: Call) -> bool:
        return call.method == "GET"

    def is_repeated(self, call: Call) -> bool:
        return self._repeating is call

    def spare(self, call: Call) -> bool:
        """Neither counted against the limit nor failed by a share, as the token endpoints."""
        return "token" in call.path

    # what a test and people over there do

    def count(self, part: str, method: str = "") -> int:
        """Calls so far whose target has this part."""
        return sum(part in call.target and method in ("", call.method) for call in self.calls)

    def fail_a_share(self, share: float, faults: tuple[Fault, ...], *, seed: int) -> None:
        self._share = (share, faults, random.Random(seed))

    def fail_no_more(self) -> None:
        self._share, self.next_faults = None, []

    def add(self, *, by: str, kind: str = "", record_id: str = "", **values: object) -> str:
        with self.lock:
            row = Row(record_id or self.new_id(), kind or self.KIND, dict(values), self.now, self.now, self.now)
            self.rows[row.id] = row
            self.touch(row, by=by)
            row.created_at = row.changed_at
            return row.id

    def edit(self, record_id: str, *, by: str, **values: object) -> None:
        with self.lock:
            row = self.rows[record_id]
            row.values |= values
            self.touch(row, by=by)

    def delete(self, record_id: str, *, by: str) -> None:
        with self.lock:
            self.rows[record_id].is_gone = True
            self.touch(self.rows[record_id], by=by)

    def merge(self, record_id: str, *, into: str, by: str) -> None:
        with self.lock:
            self.rows[record_id].merged_into = into
            self.delete(record_id, by=by)
            self.touch(self.rows[into], by=by)

    def convert(self, record_id: str, *, into: str, by: str) -> None:
        with self.lock:
            self.rows[record_id].converted_to = into
            self.touch(self.rows[record_id], by=by)

    def touch(self, row: Row, *, by: str) -> None:
        row.changed_at, row.changed_by, row.seen_at = self.now + self.skew, by, self.now + self.lag

    # how a call is met

    def meet(self, call: Call) -> tuple[Answer, Fault | None]:
        """The answer, and the fault of its wire, if any."""
        self.before(call)
        with self.lock:
            self.calls.append(call)
            if not self.spare(call) and self._is_beyond_limit(call):
                self.calls_too_many += 1
                return self.too_many(None), None
            fault = self._fault(call)
            if fault:
                self.faults_met.append(fault.kind)
                if not fault.happens_after:
                    return self._faulty(fault), fault
                self._prepare(fault, call)
            try:
                return self.answer(call), fault
            except Refused as refused:
                return refused.answer, fault

    def _prepare(self, fault: Fault, call: Call) -> None:
        if fault.kind is FaultKind.REVOKED:
            self.revoke()
        elif fault.kind is FaultKind.VANISHED:
            self.hidden_fields.add(fault.field)
        elif fault.kind is FaultKind.REPEAT:
            self._repeating = call

    def _faulty(self, fault: Fault) -> Answer:
        if fault.kind is FaultKind.TOO_MANY:
            return self.too_many(fault.wait)
        if fault.kind is FaultKind.HTML:
            page = b"<!doctype html><html><title>Maintenance</title><p>Please come back later.</p></html>"
            return Answer(fault.status or 200, page, {"Content-Type": "text/html"})
        if fault.kind is FaultKind.STATUS:
            return Answer(fault.status, b"", {})
        return self.own_error()

    def _fault(self, call: Call) -> Fault | None:
        for fault in self.next_faults:
            if fault.on in call.target and (fault.kind is not FaultKind.REPEAT or self.is_page(call)):
                self.next_faults.remove(fault)
                return fault
        if self._share and not self.spare(call):
            share, faults, chance = self._share
            fault = chance.choice(faults) if chance.random() < share else None
            return fault if fault and (fault.kind is not FaultKind.REPEAT or self.is_page(call)) else None
        return None

    def _is_beyond_limit(self, call: Call) -> bool:
        self._counted.append(call.at)
        return bool(self.most_calls) and self.calls_in_window > self.most_calls

    @property
    def calls_in_window(self) -> int:
        while self._counted and self._counted[0] <= self.now - self.window:
            self._counted.popleft()
        return len(self._counted)

    def hang(self, seconds: float) -> None:
        self._released.wait(min(seconds or LONGEST_HANG, LONGEST_HANG))
