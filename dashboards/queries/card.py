"""What the card of one lead shows: holder, clock, receipt, timeline, score, other leads of the company (C4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Count, Q

from config.web.people import display_name
from dashboards.queries.pauses import Pause, pause_of
from leads.models import Activity, Lead
from queues.decisions.escalation import Step
from queues.models import Entry, EntryRule, ReviewItem
from queues.queries.limits import steps_of
from routing.decisions.availability.work_time import Clock
from routing.models import Assignment
from routing.queries.work_time import clock_of

FIRST_LINES = 6  # lines of the timeline at first
MAX_LINES = 200  # lines of "all"


@dataclass(frozen=True, slots=True)
class OtherLeads:
    """How many other leads of the company wait or are held: only numbers, never names (C9)."""

    waiting: int
    held: int


@dataclass(frozen=True, slots=True)
class ContactStep:
    """One step of the contact clock; `percent` is its position on the line."""

    step: Step
    is_passed: bool
    percent: float


@dataclass(frozen=True, slots=True)
class ContactClock:
    """The contact clock as a line: `run` percent until the first step, `over` percent beyond it. `pause` where it stops
    on the way to the next step."""

    steps: list[ContactStep]
    run: float
    over: float
    limit: timedelta
    first_due_at: datetime
    pause: Pause | None = None

    @property
    def passed(self) -> int:
        return sum(1 for step in self.steps if step.is_passed)

    @property
    def is_overdue(self) -> bool:
        return self.passed > 0

    @property
    def here(self) -> float:
        return min(self.run + self.over, 99.5)


@dataclass(frozen=True, slots=True)
class FirstContact:
    """How long the first contact took; exactly at the deadline is in time (L7)."""

    took: timedelta
    limit: timedelta
    is_in_time: bool


def last_assignment(lead: Lead) -> Assignment | None:
    """Who holds the lead, or held it last."""
    return (
        Assignment.objects.standing()
        .filter(lead=lead)
        .select_related("holder", "assigned_by", "ended_by", "entry")
        .order_by("-assigned_at", "-pk")
        .first()
    )


def all_assignments(lead: Lead) -> list[Assignment]:
    """All assignments of the lead, newest first."""
    rows = Assignment.objects.filter(lead=lead).select_related("holder", "assigned_by", "ended_by", "entry")
    return list(rows.order_by("-assigned_at", "-pk")[:MAX_LINES])


def queue_stays(lead: Lead) -> list[Entry]:
    """All stays in queues, newest first."""
    return list(Entry.objects.filter(lead=lead).select_related("queue").order_by("-entered_at", "-pk")[:MAX_LINES])


def is_placeless(held: Assignment | None) -> bool:
    """No queue knows the lead, so there is none that it could go back to."""
    return held is not None and not held.place_name and not Entry.objects.filter(lead=held.lead_id).exists()


def rules_asked(lead: Lead, entries: Sequence[Entry]) -> list[dict]:
    """The rules that the newest decision asked: for the last stay in a queue, else for the review desk (G4)."""
    found = next((entry.trail for entry in entries if entry.trail), None)
    if found:
        return found
    item = ReviewItem.objects.filter(lead=lead).order_by("-opened_at", "-pk").first()
    return item.trail if item else []


def contact_clock(held: Assignment, *, at: datetime) -> ContactClock | None:
    """None after the first contact, or if no rep holds the lead."""
    if not held.is_open or held.first_contact_at is not None:
        return None
    limit, clock = timedelta(minutes=held.contact_minutes), clock_of(held.clock_id)
    steps = _steps(held, clock, limit)
    ran = _ran(clock, held.assigned_at, [step.due_at for step in steps], at) * 100
    on_line = [
        ContactStep(step, is_passed=step.due_at < at, percent=min(step.number / len(steps) * 100, 99.2))
        for step in steps
    ]
    first = on_line[0].percent
    return ContactClock(
        steps=on_line,
        run=min(ran, first),
        over=max(ran - first, 0.0),
        limit=limit,
        first_due_at=steps[0].due_at,
        pause=pause_of(held, at=at),
    )


def _steps(held: Assignment, clock: Clock, limit: timedelta) -> list[Step]:
    """The steps as they were due and as they will be: the first and the next are known, the others follow by the
    clock."""
    known = {1: held.first_due_at, held.breaches + 1: held.contact_due_at}
    steps: list[Step] = []
    for number, rule in enumerate(steps_of(held.place_id), start=1):
        before = steps[-1].due_at if steps else held.assigned_at
        due_at = known.get(number) or clock.add(before, limit if rule.after is None else rule.after)
        steps.append(Step(number, due_at, rule.act))
    return steps


def _ran(clock: Clock, began_at: datetime, dues: Sequence[datetime], at: datetime) -> float:
    """The part of the line that has passed, each step being as long as any other; it stands still while the clock
    does."""
    for number, due_at in enumerate(dues):
        if at < due_at:
            whole = clock.between(began_at, due_at)
            return (number + (clock.between(began_at, at) / whole if whole else 0.0)) / len(dues)
        began_at = due_at
    return 1.0


def contacted(held: Assignment) -> FirstContact | None:
    took, limit = held.to_contact, timedelta(minutes=held.contact_minutes)
    if not held.is_open or held.first_contact_at is None or took is None:
        return None
    due_at = held.first_due_at or held.assigned_at + limit
    return FirstContact(took=took, limit=limit, is_in_time=held.first_contact_at <= due_at)


def other_leads_at_company(lead: Lead) -> OtherLeads:
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
    return OtherLeads(**counted)


def absorbed_labels(lead: Lead) -> dict[int, str]:
    """Labels of the leads that were merged into this one, by id."""
    return {
        each.pk: f"{each.label} #{each.pk}" for each in Lead.objects.filter(merged_into=lead).order_by("pk")[:MAX_LINES]
    }


def activities(lead: Lead, *, limit: int, absorbed: Iterable[int] = ()) -> list[Activity]:
    """Newest first, one more than `limit`, so that the page knows whether there are more. Includes the activities of
    merged leads, without their own line about the merge."""
    rows = Activity.objects.filter(lead__in=[lead.pk, *absorbed]).exclude(~Q(lead=lead), kind=Activity.Kind.MERGED)
    return list(rows.select_related("by").order_by("-pk")[: limit + 1])


def newest_activity(lead: Lead) -> int:
    """The id of the newest activity; 0 without any."""
    return Activity.objects.filter(lead=lead).order_by("-pk").values_list("pk", flat=True).first() or 0


def names_of(user_ids: set[int]) -> dict[int, str]:
    if not user_ids:
        return {}
    people = get_user_model().objects.filter(pk__in=user_ids).order_by("pk")
    return {person.pk: display_name(person) for person in people}


def rule_names(rows: Sequence[Activity]) -> dict[int, str]:
    ids = {(row.details or {}).get("rule") for row in rows} - {None}
    return dict(EntryRule.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "name")) if ids else {}


def managers_notified(held: Assignment) -> list[str]:
    """The names of the managers that the second contact step notifies, at most three."""
    people = get_user_model().objects.filter(is_active=True, managed_teams__reps__user=held.holder_id)
    return [display_name(person) for person in people.order_by("pk").distinct()[:3]]
