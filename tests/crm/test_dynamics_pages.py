"""Pages of Dynamics 365 to their end: each record at least once, whatever happens between two pages (I4)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.reach.crm.dynamics import client as module
from config.reach.crm.errors import CrmRefused, Reason
from tests.crm.dynamics_double import APP_USER
from tests.crm.faults import Fault, FaultKind

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
END = NOON + timedelta(minutes=10)


def pages(client, *, since: datetime, until: datetime, most: int = 60) -> list:
    """All of a window; a page that cannot be had is asked for again."""
    found, after, tries = [], "", 0
    while True:
        tries += 1
        assert tries <= most, "the pages have no end"
        try:
            page = client.changed(since=since, until=until, fields=("lastname",), after=after)
        except CrmRefused as refused:
            assert refused.reason in {Reason.SILENT, Reason.LIMIT}
            continue
        found.append(page)
        after = page.after
        if not after:
            return found


STAMPS = st.lists(st.integers(0, 12), max_size=25)  # seconds: many are equal
BORDERS = st.lists(st.integers(0, 13), max_size=3).map(sorted)
OVERLAP = st.integers(0, 4)
EDITS = st.lists(st.tuples(st.integers(0, 24), st.integers(13, 20)), max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stamps=STAMPS, borders=BORDERS, overlap=OVERLAP, size=st.integers(1, 6), edits=EDITS)
def test_windows_that_overlap_bring_each_record_at_least_once(
    dynamics, dynamics_client, monkeypatch, stamps, borders, overlap, size, edits
):
    """Somebody edits records between pages: those come again in the last window, and no other is left out."""
    monkeypatch.setattr(module, "PAGE", size)
    for row in list(dynamics.rows.values()):
        if row.kind == "leads":
            dynamics.delete(row.id, by=APP_USER)
    leads = []
    for stamp in stamps:
        dynamics.now = NOON + timedelta(seconds=stamp)
        leads.append(dynamics.add(by=APP_USER, lastname="x"))
    dynamics.now = NOON + timedelta(seconds=13)
    waiting = sorted(((stamp, leads[place]) for place, stamp in edits if place < len(leads)), reverse=True)

    def somebody_works(call) -> None:
        if waiting and dynamics.is_page(call):
            stamp, lead = waiting.pop()
            dynamics.now = NOON + timedelta(seconds=stamp)
            dynamics.edit(lead, by=APP_USER, lastname="y")

    dynamics.before = somebody_works
    client = dynamics_client()
    starts = [0, *borders]
    found: set[str] = set()
    for start, end in zip(starts, [*borders, 600], strict=True):
        since, until = NOON + timedelta(seconds=start - overlap), NOON + timedelta(seconds=end)
        for page in pages(client, since=since, until=until):
            assert len(page.records) <= size
            found |= {record.id for record in page.records}
    dynamics.before = lambda call: None
    assert found == set(leads)


def test_five_hundred_records_of_one_second_are_no_trouble(dynamics, dynamics_client):
    leads = {dynamics.add(by=APP_USER) for _lead in range(1201)}
    found = pages(dynamics_client(), since=NOON, until=END)
    assert [len(page.records) for page in found] == [500, 500, 201]
    assert {record.id for page in found for record in page.records} == leads


@pytest.mark.parametrize("on", ["filter", "skiptoken"], ids=["first-page", "second-page"])
def test_a_page_that_comes_twice_is_no_end_and_no_loop(dynamics, dynamics_client, monkeypatch, on):
    monkeypatch.setattr(module, "PAGE", 2)
    leads = {dynamics.add(by=APP_USER) for _lead in range(5)}
    dynamics.next_faults = [Fault(FaultKind.REPEAT, on=on)]
    found = [record.id for page in pages(dynamics_client(), since=NOON, until=END) for record in page.records]
    assert (set(found), len(found)) == (leads, 7)


def test_a_link_that_leads_to_itself_is_an_error_and_no_loop(dynamics, dynamics_client, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 1)
    for _lead in range(2):
        dynamics.add(by=APP_USER)
    client = dynamics_client()
    link = client.changed(since=NOON, until=END, fields=()).after
    assert len(link) > 500  # so its column needs room
    dynamics._same_again = lambda call: link  # a link that a broken host hands out for ever
    dynamics.next_faults = [Fault(FaultKind.REPEAT, on="skiptoken")]
    with pytest.raises(CrmRefused) as refused:
        client.changed(since=NOON, until=END, fields=(), after=link)
    assert (refused.value.reason, refused.value.code) == (Reason.SILENT, "same_page")


def test_a_record_that_is_seen_late_comes_with_the_next_window_that_overlaps(dynamics, dynamics_client):
    dynamics.lag = timedelta(seconds=40)
    lead = dynamics.add(by=APP_USER)
    client = dynamics_client()
    assert pages(client, since=NOON - timedelta(minutes=10), until=NOON + timedelta(seconds=1))[0].records == ()
    dynamics.now += timedelta(minutes=2)
    page = pages(client, since=NOON - timedelta(minutes=9), until=dynamics.now)[0]
    assert [record.id for record in page.records] == [lead]


def test_a_clock_that_is_wrong_over_there_moves_the_stamps_only(dynamics, dynamics_client):
    dynamics.skew = timedelta(minutes=-4)
    lead = dynamics.add(by=APP_USER)
    (page,) = pages(dynamics_client(), since=NOON - timedelta(minutes=10), until=NOON)
    assert [(record.id, record.changed_at) for record in page.records] == [(lead, NOON - timedelta(minutes=4))]


def test_one_call_in_ten_fails_and_nothing_is_lost(dynamics, dynamics_client, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 2)
    leads = {dynamics.add(by=APP_USER) for _lead in range(203)}
    faults = tuple(
        Fault(kind, wait=0.01 if kind is FaultKind.HANG else None)
        for kind in (FaultKind.TOO_MANY, FaultKind.ERROR, FaultKind.HANG, FaultKind.CUT, FaultKind.HTML)
    )
    dynamics.fail_a_share(0.1, (*faults, Fault(FaultKind.REPEAT), Fault(FaultKind.REVOKED)), seed=17)
    found = pages(dynamics_client(), since=NOON, until=END, most=250)
    assert {record.id for page in found for record in page.records} == leads
    assert len(set(dynamics.faults_met)) >= 4
