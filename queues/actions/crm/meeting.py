"""A record of a CRM meets the lead that it is: by a poll, or by the read before a write (I4).

The one place that compares. What equals the link is our own write that comes back, and changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.reach.crm.records import CrmRecord
from config.web.people import display_name
from leads.actions.stages import StageRefused, close_lead
from leads.models import Activity, Lead
from queues.actions.crm.gone import keep_erased, leave, part
from queues.actions.crm.handing import hand_to
from queues.actions.crm.log import Tone, Way, note
from queues.actions.crm.story import tell
from queues.decisions.crm.meeting import (
    Code,
    Here,
    Known,
    OwnerVerdict,
    Theirs,
    Then,
    digest,
    is_stale,
    owner_verdict,
    status_verdict,
)
from queues.models import Connection, CrmLink, RemotePerson
from queues.models.crm import LONGEST_STATUS
from queues.queries.crm.people import people_by_id, person_of_user, who_can_hold
from queues.queries.crm.records import OPEN
from routing.actions.assignment import lock_lead
from routing.models import Assignment

MAX_OWNER, MAX_STATUS = 80, LONGEST_STATUS
FIGHT, CANNOT_HOLD, CANNOT_CLOSE = "fight", "cannot_hold", "cannot_close"
PROBLEMS = {Code.OWNER_FIGHT: FIGHT, Code.OWNER_CANNOT: CANNOT_HOLD}
SEEN = ("seen_owner", "seen_status", "seen_at")


@dataclass(frozen=True, slots=True)
class Meeting:
    """What came of it. `codes`: the lines of the lead's story, none for an echo. `is_there`: something can still be
    written. `has_new_facts`: mapped fields changed; the poll takes them in, and only it says that they are seen.
    `is_stale`: read before the last write, so that it says nothing."""

    codes: tuple[Code, ...] = ()
    is_there: bool = True
    has_new_facts: bool = False
    is_stale: bool = False


@transaction.atomic
def meet(link: CrmLink, record: CrmRecord, *, at: datetime) -> Meeting:
    """The caller has locked the link, as meeting_link() does, and holds it with its connection."""
    if link.gone == CrmLink.Gone.ERASED:
        keep_erased(link, record)
        return Meeting(is_there=False)
    if is_stale(record.changed_at, link.seen_at):
        return Meeting(is_stale=True, is_there=not link.gone)
    lead = _lock_lead_of(link)
    if record.is_gone or record.merged_into or record.converted_to:
        return Meeting(part(link, lead, record, at=at), is_there=not link.gone)
    connection = link.connection
    _know_own_write(link, record)
    codes: list[Code | None] = [leave(link, lead, at=at)] if link.gone else []
    codes += [_meet_owner(link, lead, record, at=at), _meet_status(link, lead, record, at=at)]
    new_facts = digest(record.values, connection.field_map.values()) != link.seen_digest
    note_seen(link, record)
    link.save()
    return Meeting(tuple(code for code in codes if code), has_new_facts=new_facts)


def _know_own_write(link: CrmLink, record: CrmRecord) -> None:
    """What was sent and not recorded, because its process died or is about to, is no change by somebody else."""
    if link.sent_owner and link.sent_owner == record.owner[:MAX_OWNER]:
        link.seen_owner = link.sent_owner
    if link.sent_status and link.sent_status == record.status[:MAX_STATUS]:
        link.seen_status = link.sent_status


def meeting_link(pk: int) -> CrmLink | None:
    """The link, locked, with what meet() needs; None if it was deleted. A link is locked before its lead."""
    rows = CrmLink.objects.select_for_update(of=("self",), no_key=True).select_related("connection")
    return rows.filter(pk=pk).first()


def note_seen(link: CrmLink, record: CrmRecord) -> None:
    """How the record stands now, after a read or a write; the caller saves SEEN. Its mapped fields are not among
    that, because only what was taken in is known."""
    link.seen_owner, link.seen_status = record.owner[:MAX_OWNER], record.status[:MAX_STATUS]
    link.seen_at = record.changed_at or link.seen_at


def _lock_lead_of(link: CrmLink) -> Lead:
    """The lead, or the one that it was merged into."""
    pk = Lead.objects.values_list("merged_into", flat=True).get(pk=link.lead_id) or link.lead_id
    lock_lead(pk)
    return Lead.objects.select_related("source").get(pk=pk)


def _meet_owner(link: CrmLink, lead: Lead, record: CrmRecord, *, at: datetime) -> Code | None:
    found = record.owner[:MAX_OWNER]
    if found == link.seen_owner:
        return None
    connection = link.connection
    held = Assignment.objects.open().filter(lead=lead).select_related("lead", "holder").first()
    ours = person_of_user(connection, held.holder_id if held else None)
    people = people_by_id(connection, {found, link.seen_owner, record.changed_by})
    theirs = _theirs(people.get(found))
    verdict = owner_verdict(_known(link), found, _here(connection, lead, ours), theirs, at=at)
    if verdict.then == Then.AGREED:
        link.wanted_owner = found  # an older wish is no longer one
    if verdict.code is None:
        return None
    names = {"theirs": _name(people.get(found), found), "was": _name(people.get(link.seen_owner), link.seen_owner)}
    names |= {"ours": display_name(held.holder) if held else "", "who": _name(people.get(record.changed_by), "")}
    story = tell(lead, connection, verdict.code, at=at, **names)
    if theirs.user_id is not None and verdict.then == Then.HAND_OVER:
        hand_to(theirs.user_id, lead, held, connection=connection, at=at)
    _keep(link, verdict, found, ours, story, at=at)
    return verdict.code


def _keep(
    link: CrmLink, verdict: OwnerVerdict, found: str, ours: RemotePerson | None, story: Activity, *, at: datetime
) -> None:
    """What the link wants now. An owner that was accepted is what Alur wants too, so that nothing older is written
    over it."""
    code = verdict.code
    link.fights, link.fought_at = verdict.fights, verdict.fought_at
    if verdict.then == Then.WRITE and ours is not None:
        link.wanted_owner, link.wanted_at = ours.remote_id, at
        link.next_at, link.attempts = at, 0
        return
    link.wanted_owner, link.owner_seq = found, story.pk
    is_status_so = not link.wanted_status or link.wanted_status in (link.seen_status, link.done_status)
    if is_status_so and not link.is_on_its_way:
        link.next_at = None
    if code in PROBLEMS:
        _show(link, PROBLEMS[code], at=at)


def _show(link: CrmLink, problem: str, *, at: datetime, words: str = "") -> None:
    """Sales ops must look at it."""
    link.problem, link.problem_words, link.problem_at = problem, words[:300], at
    note(link.connection, problem, at=at, way=Way.IN, tone=Tone.BAD, lead_id=link.lead_id, record=link.remote_id)


def _meet_status(link: CrmLink, lead: Lead, record: CrmRecord, *, at: datetime) -> Code | None:
    found, connection = record.status[:MAX_STATUS], link.connection
    lead.refresh_from_db(fields=["stage"])
    code, stage = status_verdict(
        _known(link), found, wanted=link.wanted_status, closing=connection.closing_map, is_open=_is_open(lead)
    )
    if code is None:
        return None
    tell(lead, connection, code, at=at, theirs=found, was=link.seen_status, stage=stage)
    if code == Code.CLOSED and not close_as_there(lead, stage, at=at):
        _show(link, CANNOT_CLOSE, at=at, words=found)
    if code == Code.CLOSED:  # it stands there already, in the words of the CRM
        link.wanted_status, link.done_status = found, "" if link.sent_status else found
        link.wanted_seq = Activity.objects.filter(lead=lead).order_by("-pk").values_list("pk", flat=True)[0]
    return code


def close_as_there(lead: Lead, stage: str, *, at: datetime) -> bool:
    """Whether the lead could be closed as its record is."""
    try:
        with transaction.atomic():
            close_lead(lead, stage=stage, by=None, at=at, reason="crm")
            return True
    except StageRefused:
        return False


def _is_open(lead: Lead) -> bool:
    return lead.stage in OPEN


def _known(link: CrmLink) -> Known:
    return Known(link.seen_owner, link.seen_status, link.fights, link.fought_at, link.problem == FIGHT)


def _here(connection: Connection, lead: Lead, ours: RemotePerson | None) -> Here:
    return Here(
        owner=ours.remote_id if ours else "",
        is_open=_is_open(lead),
        crm_wins=connection.owner_policy == Connection.Policy.CRM,
        writes=connection.writes_out,
    )


def _theirs(person: RemotePerson | None) -> Theirs:
    if person is None or person.user_id is None:
        return Theirs()
    return Theirs(person.user_id, can_hold=bool(who_can_hold([person.user_id])))


def _name(person: RemotePerson | None, remote_id: str) -> str:
    return str(person) if person is not None else remote_id
