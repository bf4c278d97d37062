"""Join captures to leads that exist: an activity, better facts, perhaps a higher score (A3, A4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User

from config.bulk_insert import bulk_insert
from config.bulk_update import bulk_update
from leads.actions.intake.aliases import AliasBook
from leads.actions.intake.earlier import EarlierRows
from leads.actions.intake.known_people import NewIdentities
from leads.actions.scoring import compute_score
from leads.actions.stages import change_stage
from leads.decisions.facts.normalisation import Facts
from leads.decisions.identity.arrival import Arrival, completes_name, news_of
from leads.decisions.identity.matching import IdentityKey, company_key
from leads.decisions.own_fields.reading import Value
from leads.decisions.stages import CLOSED, PARKED, REOPENED_BY_CONTACT, Stage
from leads.models import Activity, Capture, FieldChange, Identity, Lead, ScoreRule

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
Filled = tuple[list[str], list[str]]  # the fields, and the names of further columns
FILLED_FIELDS = (*CAPTURED_FIELDS, "message")  # of a lead that lacks them


def identity_order(pair: tuple[IdentityKey, Lead]) -> IdentityKey:
    """The order in which identities are written, so that two imports of the same people never wait for each other."""
    return pair[0]


def extra_of(facts: Facts) -> dict[str, str]:
    """The columns without a field, as a lead keeps them."""
    return {**facts.extra, **({"website": facts.website} if facts.website else {})}


@dataclass(frozen=True)
class MatchedCapture:
    """A capture, its facts, the lead that it belongs to, what identities it brings for that lead, and the values of own
    fields."""

    row: Capture
    facts: Facts
    lead: Lead
    new: NewIdentities = NewIdentities()
    own: Mapping[str, Value] = field(default_factory=dict)

    @property
    def new_keys(self) -> Sequence[IdentityKey]:
        return self.new.own


def is_known_record(match: MatchedCapture, lead: Lead, stage: str) -> bool:
    """Whether this is no person who came back, but a record of a CRM: one that was here before, or one that is older
    than the end of our work on its lead. An edit over there opens nothing again."""
    row, facts = match.row, match.facts
    if row.channel != Capture.Channel.CRM:
        return False
    brought = (*match.new.own, *(key for key, _why in match.new.other))
    if facts.external_id and not any(key.kind == "external_id" for key in brought):
        return True
    return stage in CLOSED and facts.captured_at is not None and facts.captured_at <= lead.stage_at


def _said_by(row: Capture) -> dict[str, str]:
    """For the line of the timeline, as queues word what happens in CRMs."""
    return {"code": "facts", "connection": row.system.name if row.system is not None else ""}


@dataclass
class Reengagement:
    """The changes of several captures on leads, collected and written together. Afterwards `reopened` are leads that
    need a new place, `rejoined` leads that keep theirs, and `updated` those of which only the record in a CRM changed:
    nobody came back."""

    at: datetime
    by: User | None
    rules: Sequence[ScoreRule]
    earlier: EarlierRows | None = None  # of a forecast: nothing is written, so nothing is locked
    reopened: list[Lead] = field(default_factory=list)
    rejoined: list[Lead] = field(default_factory=list)
    updated: list[Lead] = field(default_factory=list)
    changed: dict[int, tuple[Lead, set[str]]] = field(default_factory=dict)
    identities: dict[IdentityKey, Lead] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)
    personal: list[FieldChange] = field(default_factory=list)
    aliases: AliasBook = field(default_factory=AliasBook)

    def join(self, matches: Sequence[MatchedCapture], *, also_locks: Sequence[int] = ()) -> None:
        """Apply these in order. A lead that this run creates takes the facts before it is written. `also_locks`: leads
        that do not change, but lose an identity."""
        locked = self._lock([*{*also_locks, *(match.lead.pk for match in matches if match.lead.pk)}])
        merged = {pk: lead.merged_into_id for pk, lead in locked.items() if lead.merged_into_id}  # since they were read
        locked |= self._lock(sorted(set(merged.values()) - locked.keys()))
        for match in matches:
            self._apply(match, locked.get(merged.get(match.lead.pk, match.lead.pk), match.lead))

    def write(self) -> None:
        bulk_insert(
            Identity,
            [
                Identity(lead=lead, kind=key.kind, value=key.value, system=key.system)
                for key, lead in sorted(self.identities.items(), key=identity_order)
            ],
        )
        for activity in self.activities:
            activity.lead = activity.lead  # takes over the primary key of a lead that was just created
        bulk_insert(Activity, self.activities)
        for change in self.personal:
            change.lead, change.activity = change.lead, change.activity  # as above
        FieldChange.objects.bulk_create(self.personal)
        written = list(self.changed.values())
        back = {lead.pk for lead in (*self.reopened, *self.rejoined)}
        Lead.objects.filter(pk__in=back).update(reengaged_at=self.at)
        more = [(lead, names) for lead, names in written if names]
        if more:
            bulk_update(Lead, [lead for lead, _names in more], sorted(set().union(*(n for _lead, n in more))))
        if self.reopened:
            change_stage(self.reopened, Stage.CAPTURED, at=self.at)

    def _lock(self, ids: Sequence[int]) -> dict[int, Lead]:
        """The current rows, since somebody may be moving these leads. Leads are always locked before anything else."""
        locked = Lead.objects.select_for_update(no_key=True, of=("self",))
        rows = (Lead.objects.all() if self.earlier else locked).select_related("source", "account")
        found = {lead.pk: lead for lead in rows.filter(pk__in=ids).order_by("pk")} if ids else {}
        return found | self.earlier.current(found) if self.earlier else found

    def _apply(self, match: MatchedCapture, lead: Lead) -> None:
        row, facts = match.row, match.facts
        row.lead, row.state = lead, Capture.State.MERGED
        stage = Stage.CAPTURED if lead in self.reopened else Stage(lead.stage)
        score_before, news, had = lead.score, self._news(match, lead), {*lead.extra, *lead.own}
        is_update = is_known_record(match, lead, stage)
        self.aliases.note(match, lead)
        updated = self._fill_in(lead, facts, match.own)
        if not is_update:
            lead.reengaged_at = self.at
        filled = sorted(updated & {*FILLED_FIELDS}), sorted({*lead.extra, *lead.own} - had)
        activity = self._activity(row, lead, score_before, stage, news, filled)
        if is_update:
            activity.kind, activity.details = Activity.Kind.CRM, activity.details | _said_by(row)
        if not is_update or updated or news.personal or news.public:
            self.activities.append(activity)
            self.personal += [
                FieldChange(lead=lead, activity=activity, field=name, after=text)
                for name, text in news.personal.items()
            ]
        if lead.pk is None:  # a new lead gets its identities when it is written
            return
        self.identities |= dict.fromkeys(match.new_keys, lead)
        if is_update:
            if lead not in self.updated:
                self.updated.append(lead)
        elif stage in REOPENED_BY_CONTACT:
            lead.from_nurture = stage in PARKED
            self.reopened.append(lead)
        elif lead not in self.reopened and lead not in self.rejoined:
            self.rejoined.append(lead)
        self.changed.setdefault(lead.pk, (lead, set()))[1].update(updated)

    def _fill_in(self, lead: Lead, facts: Facts, own: Mapping[str, Value]) -> set[str]:
        """Set what the lead did not have. Engagement and score only rise (A4). Returns the fields to write."""
        updated = {name for name in FILLED_FIELDS if not getattr(lead, name) and getattr(facts, name)}
        if not completes_name(facts, lead.first_name, lead.last_name):
            updated -= {"first_name", "last_name"}
        for name in updated:
            setattr(lead, name, getattr(facts, name))
        extra = extra_of(facts)
        if extra.keys() - lead.extra.keys():
            lead.extra = extra | lead.extra
            updated.add("extra")
        if new := {name: value for name, value in own.items() if name not in lead.own}:
            lead.own = {**lead.own, **new}
            updated.add("own")
        if "company_name" in updated:
            lead.company_key = company_key(lead.company_name)
            updated.add("company_key")
        if (facts.engagement or 0) > (lead.engagement or 0):
            lead.engagement = facts.engagement
            updated.add("engagement")
        score, parts = compute_score(lead, given=facts.score, rules=self.rules)
        if score > lead.score:
            lead.score, lead.score_parts = score, parts
            updated |= {"score", "score_parts"}
        return updated

    def _news(self, match: MatchedCapture, lead: Lead) -> Arrival:
        known = {name: getattr(lead, name) for name in (*FILLED_FIELDS, "extra")}
        new = [*match.new.own, *(key for key, _why in match.new.other)]
        return news_of(match.facts, known, new=new, extra=extra_of(match.facts))

    def _activity(
        self, row: Capture, lead: Lead, score_before: int, stage: str, news: Arrival, filled: Filled
    ) -> Activity:
        return Activity(
            lead=lead,
            kind=Activity.Kind.RE_ENGAGED,
            at=self.at,
            by=self.by,
            details={
                "capture": row.pk,
                "channel": row.channel,
                "source": news.source,
                "upload": row.upload_id,
                **news.public,
                "score_from": score_before,
                "score_to": lead.score,
                "stage": stage,
                "filled": filled[0],  # so that it can be taken back
                **({"filled_extra": filled[1]} if filled[1] else {}),
            },
        )
