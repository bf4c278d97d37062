"""Reading what changed, window after window, misses nothing and comes to an end, whatever happens beside it (I4)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.salesforce import SalesforceClient
from tests.crm.faults import Fault, FaultKind
from tests.crm.salesforce_client import client_of
from tests.crm.salesforce_double import BUDI, SalesforceDouble
from tests.effort import examples

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
OVERLAP, SETTLED = timedelta(seconds=600), timedelta(seconds=30)
FAULTS = (
    Fault(FaultKind.REPEAT, on="/query"),
    Fault(FaultKind.CUT, on="/query"),
    Fault(FaultKind.ERROR, on="/query"),
    Fault(FaultKind.HTML, on="/query"),
    Fault(FaultKind.REVOKED, on="/query"),
    Fault(FaultKind.TOO_MANY, wait=3, on="/query"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """Some time passes, somebody changes a lead (beyond those there are: makes one), and whether Alur then reads.
    `lag`: how long it takes until the change can be seen; `skew`: what its stamp is off by."""

    seconds: int
    lead: int
    what: str
    reads: bool
    lag: int
    skew: int
    fault: Fault | None
    forgets: bool


STEPS = st.builds(
    Step,
    seconds=st.integers(0, 400),
    lead=st.integers(0, 14),
    what=st.sampled_from(["edit", "edit", "edit", "delete", "convert", "merge"]),
    reads=st.booleans(),
    lag=st.integers(0, 250),
    skew=st.integers(-250, 250),
    fault=st.none() | st.sampled_from(FAULTS),
    forgets=st.booleans(),
)


class Reader:
    """What asks a client, as a poll does: windows that overlap, and the cursor moves to a window's end after its last
    page."""

    def __init__(self, double: SalesforceDouble, client: SalesforceClient) -> None:
        self.double, self.client = double, client
        self.cursor = NOON - OVERLAP
        self.seen: dict[str, set[tuple]] = {}
        self.calls = 0

    def read(self) -> None:
        since, until, after = self.cursor - OVERLAP, self.double.now - SETTLED, ""
        while True:
            self.calls += 1
            assert self.calls < 2_000
            try:
                page = self.client.changed(since=since, until=until, fields=["Title"], after=after)
            except CrmRefused as refused:
                assert refused.reason in (Reason.SILENT, Reason.LIMIT, Reason.WINDOW)
                after = "" if refused.reason is Reason.WINDOW else after
                continue
            for record in page.records:
                self.seen.setdefault(record.id, set()).add(
                    (record.values.get("Title"), record.is_gone, record.merged_into, record.converted_to)
                )
            after = page.after
            if not after:
                self.cursor = until
                return


@pytest.mark.parametrize("page_size", [1, 3, 2000])
def test_every_change_is_read_at_least_once_and_reading_ends(page_size: int):
    with SalesforceDouble(NOON) as double:
        double.page_size, double.most_calls = page_size, 0
        client = client_of(double)

        @settings(max_examples=examples(25))
        @given(st.lists(STEPS, max_size=25))
        def lives(steps: list[Step]) -> None:
            double.rows, double.now, double.next_faults = {}, NOON, []
            reader = Reader(double, client)
            for number, step in enumerate(steps):
                double.now += timedelta(seconds=step.seconds)
                double.lag, double.skew = timedelta(seconds=step.lag), timedelta(seconds=step.skew)
                _change(double, step, number)
                if step.forgets:
                    double.before = _forgets_once(double)
                if step.reads:
                    double.next_faults = [step.fault] if step.fault else []
                    reader.read()
            double.now += timedelta(hours=1)
            reader.read()
            assert {key: _last(row) in reader.seen.get(key, ()) for key, row in double.rows.items()} == dict.fromkeys(
                double.rows, True
            )

        lives()


def _change(double: SalesforceDouble, step: Step, number: int) -> None:
    open_leads = [row.id for row in double.rows.values() if not row.is_gone and not row.converted_to]
    if step.lead >= len(open_leads):
        double.add(Title=f"made {number}")
        return
    lead = open_leads[step.lead]
    if step.what == "delete":
        double.delete(lead, by=BUDI)
    elif step.what == "convert":
        double.convert(lead)
    elif step.what == "merge" and len(open_leads) > 1:
        double.merge(lead, into=open_leads[step.lead - 1], by=BUDI)
    else:
        double.edit(lead, by=BUDI, Title=f"changed {number}")


def _forgets_once(double: SalesforceDouble):
    """Salesforce loses its place between two pages."""

    def before(call) -> None:
        if "/query/01g" in call.path:
            double.forget_locators()
            double.before = lambda call: None

    return before


def _last(row) -> tuple:
    return row.values["Title"], row.is_gone, row.merged_into, row.converted_to


def test_what_changes_between_two_pages_comes_with_the_next_window():
    with SalesforceDouble(NOON) as double:
        double.page_size = 2
        leads = [double.add(Title="old") for _lead in range(6)]
        double.now += timedelta(minutes=5)
        reader = Reader(double, client_of(double))

        def changed_meanwhile(call) -> None:
            if "/query/01g" in call.path:
                double.edit(leads[0], by=BUDI, Title="new")
                double.before = lambda call: None

        double.before = changed_meanwhile
        reader.read()
        assert {title for title, *_rest in reader.seen[leads[0]]} == {"old"}
        double.now += timedelta(minutes=2)
        reader.read()
        assert {title for title, *_rest in reader.seen[leads[0]]} == {"old", "new"}


def test_a_first_run_takes_a_thousand_leads_a_call():
    with SalesforceDouble(NOON) as double:
        for number in range(5_000):
            double.add(Title=f"Lead {number}")
        double.now += timedelta(minutes=5)
        reader = Reader(double, client_of(double))
        reader.read()
        assert (len(reader.seen), reader.calls) == (5_000, 5)


def test_a_query_that_times_out_is_answered_in_shorter_windows():
    with SalesforceDouble(NOON) as double:
        for minute in range(64):
            double.now = NOON + timedelta(minutes=minute)
            double.add()
        double.most_rows = 10
        client, seen, windows = client_of(double), set(), [(NOON, NOON + timedelta(minutes=64))]
        while windows:
            since, until = windows.pop()
            try:
                seen |= {record.id for record in client.changed(since=since, until=until, fields=[]).records}
            except CrmRefused as refused:
                assert refused.reason is Reason.WINDOW
                middle = since + (until - since) / 2
                windows += [(since, middle), (middle, until)]
        assert seen == set(double.rows)
