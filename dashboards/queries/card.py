"""Reads what the card of one lead shows: holder, clock, receipt, timeline, score, others at the same company."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Count, Q

from config.web.people import display_name
from leads.models import Activity, Lead
from queues.decisions.escalation import Step, contact_steps
from queues.models import Entry, EntryRule, ReviewItem
from routing.models import Assignment

FIRST = 6  # lines of the timeline at first
MOST = 200  # lines of "all"


@dataclass(frozen=True, slots=True)
class Others:
    """How many other leads of the same company wait or are held: numbers only, never who (C9)."""

    waiting: int
    held: int


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the contact clock: passed or still to come, and where it stands on the line (percent)."""

    step: Step
    is_passed: bool
    percent: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """The contact clock as a line: how much of it has run, and how much of that beyond the first step."""

    rungs: list[Rung]
    run: float
    over: float
    limit: timedelta
    first_due_at: datetime

    @property
    def passed(self) -> int:
        return sum(1 for rung in self.rungs if rung.is_passed)

    @property
    def is_overdue(self) -> bool:
        return self.passed > 0

    @property
    def here(self) -> float:
        return min(self.run + self.over, 99.5)


@dataclass(frozen=True, slots=True)
class Contacted:
    """How long the first contact took; exactly at the deadline is in time (L7)."""

    took: timedelta
    limit: timedelta
    is_in_time: bool


def last_assignment(lead: Lead) -> Assignment | None:
    """Who holds the lead, or held it last."""
    return (
        Assignment.objects.standing()
        .filter(lead=lead)
        .select_related("holder", "assigned_by", "ended_by")
        .order_by("-assigned_at", "-pk")
        .first()
    )


def all_assignments(lead: Lead) -> list[Assignment]:
    """Everybody who ever held it, newest first."""
    rows = Assignment.objects.filter(lead=lead).select_related("holder", "assigned_by", "ended_by")
    return list(rows.order_by("-assigned_at", "-pk")[:MOST])


def stays(lead: Lead) -> list[Entry]:
    """Every stay in a queue, newest first."""
    return list(Entry.objects.filter(lead=lead).select_related("queue").order_by("-entered_at", "-pk")[:MOST])


def rules_asked(lead: Lead, entries: Sequence[Entry]) -> list[dict]:
    """The rule trail of the newest decision: of the last stay in a queue, else of the review desk (G4)."""
    found = next((entry.trail for entry in entries if entry.trail), None)
    if found:
        return found
    item = ReviewItem.objects.filter(lead=lead).order_by("-opened_at", "-pk").first()
    return item.trail if item else []


def ladder(held: Assignment, *, at: datetime) -> Ladder | None:
    """None once there was a contact, or when nobody holds the lead."""
    if not held.is_open or held.first_contact_at is not None:
        return None
    limit = timedelta(minutes=held.contact_minutes)
    steps = contact_steps(held.assigned_at, limit)
    whole = len(steps) * limit
    ran = min(max((at - held.assigned_at) / whole, 0.0), 1.0) * 100
    rungs = [
        Rung(step, is_passed=step.due_at < at, percent=min(step.number / len(steps) * 100, 99.2)) for step in steps
    ]
    first = rungs[0].percent
    return Ladder(
        rungs=rungs,
        run=min(ran, first),
        over=max(ran - first, 0.0),
        limit=limit,
        first_due_at=steps[0].due_at,
    )


def contacted(held: Assignment) -> Contacted | None:
    if not held.is_open or held.first_contact_at is None:
        return None
    took, limit = held.first_contact_at - held.assigned_at, timedelta(minutes=held.contact_minutes)
    return Contacted(took=took, limit=limit, is_in_time=took <= limit)


def others_at(lead: Lead) -> Others:
    same = Q(account=lead.account_id) if lead.account_id else Q(pk__in=[])
    if lead.company_domain:
        same |= Q(company_domain=lead.company_domain)
    elif lead.company_key:
        same |= Q(company_key=lead.company_key)
    counted = (
        Lead.objects.filter(same, stage__in=(Lead.Stage.WAITING, Lead.Stage.HELD))
        .exclude(pk=lead.pk)
        .aggregate(
            waiting=Count("pk", filter=Q(stage=Lead.Stage.WAITING)), held=Count("pk", filter=Q(stage=Lead.Stage.HELD))
        )
    )
    return Others(**counted)


def absorbed_labels(lead: Lead) -> dict[int, str]:
    """The leads that live on in this one, by number."""
    return {each.pk: f"{each.label} #{each.pk}" for each in Lead.objects.filter(merged_into=lead).order_by("pk")[:MOST]}


def activities(lead: Lead, *, limit: int, absorbed: Iterable[int] = ()) -> list[Activity]:
    """Newest first, one more than asked for, so that the page knows whether there are more; with the histories of
    those that were merged into it, but for their last line, which the lead tells itself."""
    rows = Activity.objects.filter(lead__in=[lead.pk, *absorbed]).exclude(~Q(lead=lead), kind=Activity.Kind.MERGED)
    return list(rows.select_related("by").order_by("-pk")[: limit + 1])


def newest_activity(lead: Lead) -> int:
    """The number of the last line of the timeline; 0 for none."""
    return Activity.objects.filter(lead=lead).order_by("-pk").values_list("pk", flat=True).first() or 0


def names_of(user_ids: set[int]) -> dict[int, str]:
    if not user_ids:
        return {}
    people = get_user_model().objects.filter(pk__in=user_ids).order_by("pk")
    return {person.pk: display_name(person) for person in people}


def rule_names(rows: Sequence[Activity]) -> dict[int, str]:
    ids = {(row.details or {}).get("rule") for row in rows} - {None}
    return dict(EntryRule.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "name")) if ids else {}


def managers_told(held: Assignment) -> list[str]:
    """The managers of the holder's teams, by name: whom the second step of the ladder tells."""
    people = get_user_model().objects.filter(is_active=True, managed_teams__reps__user=held.holder_id)
    return [display_name(person) for person in people.order_by("pk").distinct()[:3]]
