"""Escalations with what happened so far (C7)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import QuerySet

from config.counts import counts as row_counts
from leads.models import Activity
from queues.models import Decline, Entry, Escalation
from queues.queries.access import reps_by_queue
from queues.queries.escalations import escalations_of, open_escalations
from routing.decisions.availability.skip_reasons import AWAY, SkipReason
from routing.models import Assignment, Rep
from routing.queries.availability.absences import away_until
from routing.queries.availability.status import availability_of
from routing.queries.people import managed_reps
from routing.queries.workload import open_leads_by_user

OPEN, SNOOZED, DONE = TABS = ("open", "snoozed", "done")
MAX_CASES = 50
STORY_KINDS = (Activity.Kind.QUEUED, Activity.Kind.ASSIGNED, Activity.Kind.RETURNED, Activity.Kind.BREACHED)
MAX_STORY_STEPS = 4


@dataclass(frozen=True, slots=True)
class ReassignChoice:
    """A rep to whom the lead could go; `load` is the number of open leads, `back_at` the end of an absence, if known,
    and `has_declined` whether the rep has given this lead back."""

    rep: Rep
    is_free: bool
    load: int
    back_at: datetime | None = None
    has_declined: bool = False


@dataclass(slots=True)
class Case:
    """One escalation with all that a decision needs."""

    escalation: Escalation
    holder: Assignment | None
    entry: Entry | None
    story: list[Activity] = field(default_factory=list)
    choices: list[ReassignChoice] = field(default_factory=list)

    @property
    def best(self) -> ReassignChoice | None:
        """Who is proposed: never anybody who is away."""
        return self.choices[0] if self.choices and self.choices[0].is_free else None


def in_tab(user, tab: str, *, midnight: datetime, at: datetime) -> QuerySet[Escalation]:
    """Open: longest ago first. Snoozed: the first to come back first. Done since midnight: newest first."""
    if tab == SNOOZED:
        found = escalations_of(user).filter(closed_at__isnull=True, snoozed_until__gt=at)
        return found.order_by("snoozed_until", "pk")
    if tab == DONE:
        return escalations_of(user).filter(closed_at__gte=midnight, closed_at__lte=at).order_by("-closed_at", "-pk")
    return open_escalations(user, at=at)


def counts(user, *, midnight: datetime, at: datetime) -> dict[str, int]:
    """How many are in each tab; one query."""
    return row_counts(**{tab: in_tab(user, tab, midnight=midnight, at=at).order_by() for tab in TABS})


def cases(found: QuerySet[Escalation], *, at: datetime, chooser=None) -> list[Case]:
    """The first fifty, each with holder, entry and story, in four queries. With a `chooser`, who could get the lead:
    seven more at most."""
    first = Escalation.objects.filter(pk__in=found.values("pk")[:MAX_CASES]).order_by(*found.query.order_by)
    rows = list(first.select_related("lead__source", "queue__team", "closed_by"))  # not joined before they are chosen
    leads = [row.lead_id for row in rows]
    held = Assignment.objects.open().filter(lead__in=leads).select_related("holder").order_by("pk")
    holders = {each.lead_id: each for each in held}
    waiting = Entry.objects.waiting().filter(lead__in=leads).select_related("queue").order_by("pk")
    entries = {each.lead_id: each for each in waiting}
    stories = _stories(leads)
    people = _choices(rows, chooser, at=at) if chooser else {}
    declined = _declined(leads) if chooser else {}
    return [
        Case(
            escalation=row,
            holder=holders.get(row.lead_id),
            entry=entries.get(row.lead_id),
            story=stories.get(row.lead_id, []),
            choices=_for_lead(people.get(row.queue_id, []), declined.get(row.lead_id, ()), holders.get(row.lead_id)),
        )
        for row in rows
    ]


def _stories(leads: Sequence[int]) -> dict[int, list[Activity]]:
    """The last steps of each lead, oldest first."""
    rows = (
        Activity.objects.filter(lead__in=leads, kind__in=STORY_KINDS)
        .select_related("by")
        .order_by("-pk")[: MAX_CASES * 20]
    )
    found: dict[int, list[Activity]] = {}
    for row in rows[: MAX_CASES * 20]:
        steps = found.setdefault(row.lead_id, [])
        if len(steps) < MAX_STORY_STEPS:
            steps.insert(0, row)
    return found


def _choices(rows: Iterable[Escalation], chooser, *, at: datetime) -> dict[int | None, list[ReassignChoice]]:
    """By queue; for leads without a queue, the reps of the chooser."""
    queues = {row.queue_id: row.queue for row in rows}
    people: dict[int | None, list[Rep]] = {}
    people.update(reps_by_queue([queue for queue in queues.values() if queue is not None], at=at).items())
    if None in queues:
        people[None] = list(managed_reps(chooser).filter(user__is_active=True))
    everybody = list({rep.pk: rep for reps in people.values() for rep in reps}.values())
    states, load = availability_of(everybody, at=at), open_leads_by_user(rep.user_id for rep in everybody)
    absent = [rep for rep in everybody if states[rep.pk].reason in AWAY]
    until = away_until(absent, at=at) if absent else {}
    choices = {
        rep.pk: ReassignChoice(
            rep,
            is_free=states[rep.pk].is_available,
            load=load[rep.user_id],
            back_at=rep.away_until if states[rep.pk].reason == SkipReason.SWITCHED_OFF else until.get(rep.pk),
        )
        for rep in everybody
    }
    return {queue_id: [choices[rep.pk] for rep in reps] for queue_id, reps in people.items()}


def _best_first(one: ReassignChoice) -> tuple:
    """Who is available comes first, then who has not given the lead back, then who has fewest open leads."""
    return not one.is_free, one.has_declined, one.load, str(one.rep), one.rep.pk


def _declined(leads: Sequence[int]) -> dict[int, set[int]]:
    """The users who returned each of these leads."""
    found: dict[int, set[int]] = {}
    for lead_id, user_id in Decline.objects.filter(lead__in=leads).order_by("pk").values_list("lead", "user"):
        found.setdefault(lead_id, set()).add(user_id)
    return found


def _for_lead(
    choices: list[ReassignChoice], declined: Collection[int], held: Assignment | None
) -> list[ReassignChoice]:
    """Without the holder, the best first."""
    without = [one for one in choices if held is None or one.rep.user_id != held.holder_id]
    return sorted((replace(one, has_declined=one.rep.user_id in declined) for one in without), key=_best_first)


def choices_of_all(cases: Sequence[Case]) -> list[ReassignChoice]:
    """Everybody who could get one of these leads, once, the best first. Who has given one of them back has declined."""
    found: dict[int, ReassignChoice] = {}
    for one in (choice for case in cases for choice in case.choices):
        if one.rep.pk not in found or one.has_declined:
            found[one.rep.pk] = one
    return sorted(found.values(), key=_best_first)
