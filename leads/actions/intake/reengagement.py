"""Join captures to the leads that they are: an activity, better facts, perhaps a higher score (A3, A4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from leads.actions.scoring import compute_score
from leads.actions.stages import change_stage
from leads.decisions.facts.normalisation import Facts
from leads.decisions.identity.matching import IdentityKey as Key
from leads.decisions.identity.matching import company_key
from leads.decisions.stages import PARKED, REOPENED_BY_CONTACT, Stage
from leads.models import Activity, Capture, Identity, Lead, ScoreRule

CAPTURED_FIELDS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "company_name",
    "company_domain",
    "title",
    "industry",
    "city",
    "country",
    "external_id",
    "company_size",
    "deal_size",
    "engagement",
)


def identity_order(pair: tuple[Key, Lead]) -> Key:
    """Identities are always written in this order, so that two who bring the same people never wait for each other."""
    return pair[0]


@dataclass(frozen=True)
class MatchedCapture:
    """A capture, what it says, and the lead that it is; `keys` are identities by which it was not known."""

    row: Capture
    facts: Facts
    lead: Lead
    keys: Sequence[Key] = ()


@dataclass
class Reengagement:
    """What several captures change on leads, gathered so that it is written at once. `reopened` are leads that need a
    place again, `rejoined` those that have one."""

    at: datetime
    by: object
    rules: Sequence[ScoreRule]
    reopened: list[Lead] = field(default_factory=list)
    rejoined: list[Lead] = field(default_factory=list)
    changed: dict[int, tuple[Lead, set[str]]] = field(default_factory=dict)
    found: dict[Key, Lead] = field(default_factory=dict)
    events: list[Activity] = field(default_factory=list)

    def join(self, cases: Sequence[MatchedCapture]) -> None:
        """Apply these in order; a lead made in this very run takes the facts before it is written."""
        locked = self._locked([case.lead.pk for case in cases if case.lead.pk])
        merged = {pk: lead.merged_into_id for pk, lead in locked.items() if lead.merged_into_id}  # while we came here
        locked |= self._locked(sorted(set(merged.values()) - locked.keys()))
        for case in cases:
            self._apply(case, locked.get(merged.get(case.lead.pk, case.lead.pk), case.lead))

    def write(self) -> None:
        Identity.objects.bulk_create(
            Identity(lead=lead, kind=key.kind, value=key.value)
            for key, lead in sorted(self.found.items(), key=identity_order)
        )
        for event in self.events:
            event.lead = event.lead  # takes the key that a new lead has got now
        Activity.objects.bulk_create(self.events)
        written = list(self.changed.values())
        Lead.objects.filter(pk__in=[lead.pk for lead, _names in written]).update(reengaged_at=self.at)
        more = [(lead, names) for lead, names in written if names]
        if more:
            Lead.objects.bulk_update([lead for lead, _names in more], sorted(set().union(*(n for _lead, n in more))))
        if self.reopened:
            change_stage(self.reopened, Stage.CAPTURED, at=self.at)

    def _locked(self, ids: Sequence[int]) -> dict[int, Lead]:
        """The rows as they are now: somebody may be moving these leads (locks go lead first)."""
        rows = Lead.objects.select_for_update(no_key=True, of=("self",)).select_related("source", "account")
        return {lead.pk: lead for lead in rows.filter(pk__in=ids).order_by("pk")} if ids else {}

    def _apply(self, case: MatchedCapture, lead: Lead) -> None:
        row, fact = case.row, case.facts
        row.lead, row.state = lead, Capture.State.MERGED
        filled = {name for name in CAPTURED_FIELDS if not getattr(lead, name) and getattr(fact, name)}
        for name in filled:
            setattr(lead, name, getattr(fact, name))
        if "company_name" in filled:
            lead.company_key = company_key(lead.company_name)
            filled.add("company_key")
        if (fact.engagement or 0) > (lead.engagement or 0):
            lead.engagement = fact.engagement  # what they did since counts (A4)
            filled.add("engagement")
        before = lead.score
        stage = Stage.CAPTURED if lead in self.reopened else lead.stage
        score, parts = compute_score(lead, given=fact.score, rules=self.rules)
        if score > before:
            lead.score, lead.score_parts = score, parts
            filled |= {"score", "score_parts"}
        lead.reengaged_at = self.at
        self.events.append(self._event(row, lead, before, stage))
        if lead.pk is None:  # it gets its identities when it is written
            return
        self.found |= dict.fromkeys(case.keys, lead)
        if stage in REOPENED_BY_CONTACT:
            lead.from_nurture = stage in PARKED
            self.reopened.append(lead)
        elif lead not in self.reopened and lead not in self.rejoined:
            self.rejoined.append(lead)
        self.changed.setdefault(lead.pk, (lead, set()))[1].update(filled)

    def _event(self, row: Capture, lead: Lead, before: int, stage: str) -> Activity:
        return Activity(
            lead=lead,
            kind=Activity.Kind.RE_ENGAGED,
            at=self.at,
            by=self.by,
            details={
                "capture": row.pk,
                "channel": row.channel,
                "source": str(row.raw.get("source", "")),
                "upload": row.upload_id,
                "score_from": before,
                "score_to": lead.score,
                "stage": stage,
            },
        )
