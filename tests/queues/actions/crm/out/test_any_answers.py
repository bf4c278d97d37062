"""Whatever a CRM answers, in whatever order, while people act here and there: both sides agree in the end, no wish is
lost, and calls are bounded (I4)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from config.reach.crm.errors import CrmRefused, Reason
from leads.actions.stages import close_lead
from leads.models import Lead
from queues.actions.crm.meeting import meet, meeting_link
from queues.actions.crm.states import mended, switch_off, switch_on
from queues.decisions.crm.answers import MOST_ATTEMPTS
from queues.models import Connection, CrmLink
from routing.actions.assignment import return_lead
from routing.models import Assignment
from tests.crm.memory_crm import MemoryCrm
from tests.crm.outbound import STATUSES, connected, contact, give, linked, pass_on, sent
from tests.effort import examples
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.crm import make_remote_person

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
SLOW = CrmRefused(Reason.SILENT, code="too_slow")
REFUSALS = [
    None,
    SLOW,
    CrmRefused(Reason.BUSY, status=409),
    CrmRefused(Reason.LIMIT, status=429, wait=7),
    CrmRefused(Reason.LIMIT, status=429),
    CrmRefused(Reason.LIMIT, status=403, is_daily=True),
    CrmRefused(Reason.RIGHTS, status=403),
    CrmRefused(Reason.WRONG, status=400),
    KeyError("results"),
]
STRANGER = "u-x"
MOST_EDITS = 2  # by people over there; the third within an hour is left alone
ACTS = ["", "", "move", "move", "contact", "release", "close", "off", "there", "stranger", "poll"]
# An answer to a call; whether a write that got no answer was taken nevertheless; what somebody does in the midst of it.
writes = st.tuples(st.just("write"), st.sampled_from(REFUSALS), st.booleans(), st.sampled_from(ACTS))
reads = st.tuples(st.just("read"), st.sampled_from(REFUSALS), st.just(False), st.sampled_from(ACTS))
steps = st.lists(st.one_of(writes, writes, reads), max_size=14)


@dataclass
class Office:
    """The people here and over there."""

    crm: MemoryCrm
    lead: Lead
    link: CrmLink
    people: list
    at: datetime = MORNING
    edits: int = 0
    under_way: list = field(default_factory=list)

    def held(self) -> Assignment | None:
        return Assignment.objects.open().filter(lead=self.lead).select_related("lead", "holder").first()

    def act(self, what: str) -> None:
        held = self.held()
        self.lead.refresh_from_db()
        is_closed = self.lead.stage == "converted"
        if what == "move" and held:
            pass_on(held, self.people[held.holder == self.people[0]], self.at)
        elif what == "move" and not is_closed:
            give(self.lead, self.people[0], self.at)
        elif what == "contact" and held:
            contact(held, self.at)
        elif what == "release" and held:
            return_lead(held, reason="no_capacity", note="", by=None, at=self.at)
        elif what == "close" and not is_closed:
            close_lead(self.lead, stage="converted", reason="", by=None, at=self.at)
        elif what == "poll":
            self.poll()
        elif what == "off":
            switch_off(self.link.connection, by=None, at=self.at)
        elif what in ("there", "stranger") and self.edits < MOST_EDITS:
            self.edits += 1
            owner = STRANGER if what == "stranger" else f"u{self.people[self.edits % 2].pk}"
            self.crm.edit(self.link.remote_id, owner=owner, by=owner)

    def arrive(self) -> None:
        """The write that got no answer."""
        link = CrmLink.objects.get()
        found = {"owner": link.sent_owner, "status": link.sent_status}
        self.crm.edit(link.remote_id, by="alur", **{name: said for name, said in found.items() if said})

    def mend(self) -> None:
        """What a person has to do."""
        connection = self.link.connection
        connection.refresh_from_db()
        if connection.state == "broken":
            mended(connection, by=None, at=self.at)
        if connection.state == "off":
            switch_on(connection, by=None, at=self.at)
        CrmLink.objects.filter(problem="wrong").update(problem="", next_at=self.at)

    def poll(self) -> None:
        link = meeting_link(self.link.pk)
        assert link is not None
        meet(link, self.crm.records[link.remote_id], at=self.at)

    def settle(self, steps: int) -> None:
        for _run in range(60):
            calls = len(self.crm.calls)
            sent(self.at)
            assert len(self.crm.calls) - calls <= 4 + 2 * steps
            self.mend()
            self.link.refresh_from_db()
            if self.link.next_at is None and self.link.connection.state == "working":
                return
            later = [self.at + SECOND, self.link.next_at, self.link.connection.paused_until]
            self.at = max(moment for moment in later if moment is not None)
            self.crm.now = self.at


@tries(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, crm_wins=st.booleans())
@example(steps=[("write", None, False, "move"), ("write", SLOW, True, "move")], crm_wins=False)
@example(steps=[("write", None, False, "contact"), ("write", SLOW, True, "move")], crm_wins=False)
@example(
    steps=[
        ("write", SLOW, True, "contact"),
        ("write", SLOW, True, "move"),
        ("read", CrmRefused(Reason.WRONG, status=400), False, ""),
    ],
    crm_wins=False,
)
def test_any_answers_end_with_both_sides_alike(steps, crm_wins):
    CrmLink.objects.all().delete()
    Connection.objects.all().delete()
    connection, crm = connected(owner_policy="crm" if crm_wins else "alur")
    people = [make_rep(), make_rep()]
    for user in people:
        make_remote_person(connection, user, f"u{user.pk}")
    link = linked(connection, crm, make_lead(), owner="u-api")
    office = Office(crm, link.lead, link, people)
    give(link.lead, people[0])
    left = list(steps)

    def before(name):
        assert not office.under_way, "two calls about one record at once"
        if not left or left[0][0] != name:
            return
        _name, refusal, arrives, act = left.pop(0)
        office.under_way.append(name)
        if act:
            office.act(act)
            sent(office.at)  # another process, in the midst of it
        office.under_way.clear()
        if refusal is not None:
            if arrives and refusal is SLOW:
                office.arrive()
            raise refusal

    crm.before = before
    office.settle(len(steps))
    office.poll()
    office.settle(len(steps))
    link.refresh_from_db()
    assert (link.next_at, link.leased_until, link.problem, link.is_on_its_way) == (None, None, "", False)
    assert crm.calls.count("write") <= 2 * len(steps) + 3 <= 2 * MOST_ATTEMPTS
    record, held = crm.records[link.remote_id], office.held()
    if held is not None:
        left_alone = {STRANGER} if crm_wins else set()
        assert record.owner in {f"u{held.holder_id}"} | left_alone
    link.lead.refresh_from_db()
    contacted = held is not None and held.first_contact_at is not None
    assert record.status == STATUSES.get("contacted" if contacted else link.lead.stage, record.status)
    calls = len(crm.calls)
    for minutes in range(1, 4):
        sent(office.at + timedelta(minutes=minutes))
    assert len(crm.calls) == calls
