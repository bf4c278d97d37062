"""What must hold after the week: both sides equal, nothing lost, no owner to and fro, nothing read twice (I4)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from leads.models import Activity, Capture, Lead
from queues.actions.crm.wishes import ACTS, MOVES_OWNER
from queues.models import Connection, CrmLink, RemotePerson
from routing.actions.rotation.audit import audit_rotation
from routing.models import Assignment, LedgerLine, Rotation, Turn
from tests.crm.double import Row
from tests.journeys.lives.crm_week.sides import Note, Side

OPEN = ("captured", "waiting", "held", "review")


class After:
    """`left`: links whose wishes somebody dropped, and the newest act here at that moment."""

    def __init__(self, side: Side, connection: Connection, left: Mapping[int, int]) -> None:
        self.side, self.connection, self.left = side, connection, left
        self.links = {
            link.remote_id: link
            for link in CrmLink.objects.filter(connection=connection).select_related("lead__merged_into")
        }
        self.people = {row.remote_id: row for row in RemotePerson.objects.filter(connection=connection)}
        self.notes: dict[str, list[Note]] = defaultdict(list)
        for note in side.notes:
            self.notes[note.record].append(note)
        self.left_there: Counter[str] = Counter()

    def faults(self) -> list[str]:
        return [
            *self.lost(),
            *self.unequal(),
            *self.flapped(),
            *self.written_in_vain(),
            *self.read_twice(),
            *self.unfinished(),
        ]

    def lost(self) -> list[str]:
        """Every record that is there, but those that were closed when they were first seen, is exactly one lead."""
        found = []
        for row in self.side.rows():
            link = self.links.get(row.id)
            if link is None and self.side.status_of(row) not in self.side.CLOSING:
                found.append(f"{row.id} is no lead")
            elif link is not None and link.gone:
                found.append(f"{row.id} is there, but its link says {link.gone}")
        for remote_id, link in self.links.items():
            row = self.side.double.rows.get(remote_id)
            if not link.gone and (row is None or self.side.is_gone(row)):
                found.append(f"{remote_id} is gone, but not for its link")
        return found

    def unequal(self) -> list[str]:
        held = {each.lead_id: each for each in Assignment.objects.open().select_related("lead")}
        found = []
        for remote_id, link in self.links.items():
            lead = link.lead.merged_into or link.lead
            if link.gone or lead.stage not in OPEN or remote_id not in self.side.double.rows:
                continue
            row = self.side.double.rows[remote_id]
            found += self._owner(link, row, held.get(lead.pk)) + self._status(link, row, lead, held.get(lead.pk))
        return found

    def _owner(self, link: CrmLink, row: Row, held: Assignment | None) -> list[str]:
        there = self.side.owner_of(row)
        mine = [person for person in self.people.values() if held and person.user_id == held.holder_id]
        if held is None or not mine or there == mine[0].remote_id:
            return []
        person = self.people.get(there)
        is_nobody = person is None or person.user_id is None
        last = self._last(link.remote_id, "owner")
        if link.problem in ("fight", "converted"):
            self.left_there[link.problem] += 1
            return []
        if self._is_left(link, MOVES_OWNER):
            self.left_there["left"] += 1
            return []
        if self.connection.owner_policy == "crm" and is_nobody and (last is None or not last.is_ours):
            self.left_there["unknown"] += 1
            return []
        return [f"{link.remote_id}: owner {there}, holder {mine[0].remote_id}, {_story(link, self.notes[row.id])}"]

    def _status(self, link: CrmLink, row: Row, lead: Lead, held: Assignment | None) -> list[str]:
        """What somebody over there chose last stays, until something happens here."""
        stage = "contacted" if held is not None and held.first_contact_at is not None else lead.stage
        wanted, there = self.side.STATUSES.get(stage, ""), self.side.status_of(row)
        last = self._last(link.remote_id, "status")
        if not wanted or there == wanted or (last is not None and not last.is_ours) or link.problem == "converted":
            return []
        if self._is_left(link, ACTS):
            return []
        return [f"{link.remote_id}: status {there}, wanted {wanted} of {stage}, {_story(link, self.notes[row.id])}"]

    def _is_left(self, link: CrmLink, kinds: Collection[str]) -> bool:
        """Somebody chose to leave this record as it is there, and nothing that matters has happened here since."""
        acts = Activity.objects.filter(lead__in=(link.lead_id, link.lead.merged_into_id), kind__in=kinds)
        return link.pk in self.left and not acts.filter(pk__gt=self.left[link.pk]).exists()

    def _last(self, record: str, what: str) -> Note | None:
        return next((note for note in reversed(self.notes[record]) if note.what == what), None)

    def flapped(self) -> list[str]:
        """Between two owners that Alur wrote on a record, somebody acted: there, or on the lead here."""
        acts: dict[int, list[int]] = defaultdict(list)
        for pk, lead in Activity.objects.filter(kind__in=MOVES_OWNER).order_by("pk").values_list("pk", "lead"):
            acts[lead].append(pk)
        group: dict[int, set[int]] = defaultdict(set)
        for pk, into in Lead.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into"):
            group[into].add(pk)
        records: dict[int, set[str]] = defaultdict(set)
        for remote_id, link in self.links.items():
            records[link.lead.merged_into_id or link.lead_id].add(remote_id)
        owners: dict[str, list[tuple[int, Note]]] = defaultdict(list)
        for place, note in enumerate(self.side.notes):
            if note.what == "owner":
                owners[note.record].append((place, note))
        found = []
        for lead, of_lead in records.items():
            its = sorted(pk for each in (lead, *group[lead]) for pk in acts[each])
            notes = sorted(pair for record in of_lead for pair in owners[record])
            for record in of_lead:
                writes = [(place, note) for place, note in notes if note.record == record and note.is_ours]
                for (first, before), (second, after) in zip(writes, writes[1:], strict=False):
                    is_here = any(before.era < pk <= after.era for pk in its)
                    is_there = any(first < place < second and not note.is_ours for place, note in notes)
                    if not is_here and not is_there and before.now != after.now:
                        found.append(f"{record}: {before.now} at {before.at}, {after.now} at {after.at} for nothing")
        return found

    def written_in_vain(self) -> list[str]:
        """What stands there already is not written; but for what somebody changed between the read and the write."""
        found = []
        for record, notes in self.notes.items():
            for before, note in zip([None, *notes], notes, strict=False):
                is_race = before is not None and before.what == "owner" and not before.is_ours and before.at == note.at
                if note.is_ours and note.was == note.now and not is_race:
                    found.append(
                        f"{record}: {note.what} {note.now} written at {note.at} though it stood there: {notes}"
                    )
        return found

    def read_twice(self) -> list[str]:
        """Each capture of a record has a change of its fields, but the first; a merge moves a link to fields that are
        not known."""
        captures = Capture.objects.filter(channel=Capture.Channel.CRM).order_by("pk")
        counted = Counter(raw["external_id"] for raw in captures.values_list("raw", flat=True))
        moved = Counter(row.merged_into for row in self.side.double.rows.values() if row.merged_into)
        found = []
        for record, n in counted.items():
            changes = sum(note.what == "facts" for note in self.notes[record])
            if n > 1 + changes + moved[record]:
                found.append(f"{record}: {n} captures, {changes} changes")
        return found

    def unfinished(self) -> list[str]:
        found = [
            f"{link} waits: {link.next_at} {link.leased_until} {link.gone} {link.problem} {link.attempts}"
            for link in self.links.values()
            if link.next_at
        ]
        row = Connection.objects.get(pk=self.connection.pk)
        state = (row.state, row.polling_until, row.writing_until, row.window_until, row.cursor_after)
        return found + ([] if state == ("working", None, None, None, "") else [f"connection {state} {row.problem}"])


def turn_faults(rotation: Rotation, *, at: datetime) -> list[str]:
    """Every turn is in the ledger once, and belongs to one assignment by that rotation."""
    found = [str(fault) for fault in audit_rotation(rotation, at=at).faults]
    lines = Counter(LedgerLine.objects.filter(rotation=rotation, kind="given").values_list("turn", flat=True))
    turns = set(Turn.objects.filter(rotation=rotation).values_list("pk", flat=True))
    if lines != dict.fromkeys(turns, 1):
        found.append(f"{len(turns)} turns, {lines.total()} lines")
    given = Assignment.objects.filter(turn__rotation=rotation).count()
    if given != len(turns):
        found.append(f"{len(turns)} turns, {given} assignments")
    if Assignment.objects.filter(how=Assignment.How.CRM, turn__isnull=False).exists():
        found.append("a turn for what was given in the CRM")
    return found


def _story(link: CrmLink, notes: list[Note]) -> str:
    last = [
        f"{note.at:%d %H:%M:%S} {note.what} {note.was}>{note.now} by {'us' if note.is_ours else 'them'}"
        for note in notes[-5:]
    ]
    acts = [
        f"{act.at:%d %H:%M:%S} {act.kind} {act.details.get('code', '')}#{act.pk}"
        for act in Activity.objects.filter(lead__in=(link.lead_id, link.lead.merged_into_id)).order_by("-pk")[:8]
    ]
    fields = (
        "lead_id",
        "problem",
        "seen_owner",
        "seen_status",
        "wanted_owner",
        "wanted_status",
        "done_status",
        "wanted_seq",
        "owner_seq",
        "sent_owner",
        "attempts",
    )
    return f"{ {name: getattr(link, name) for name in fields} }, there: {last}, here: {acts}"
