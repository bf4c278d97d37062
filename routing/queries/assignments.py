"""Reads assignments: who holds a lead, who held it last, and what can be undone (C4b)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from leads.models import Activity
from routing.models import Assignment, Rep
from routing.queries.acts import is_undone

UNDO_WITHIN = timedelta(minutes=5)  # of an assignment (C4b), and of a decision of the review desk


def open_assignment(lead_id: int) -> Assignment | None:
    return Assignment.objects.open().filter(lead=lead_id).select_related("holder", "lead").first()


def held_by(user: User, lead_id: int) -> Assignment | None:
    """The open assignment with which this person holds the lead."""
    return Assignment.objects.open().filter(lead=lead_id, holder=user).select_related("lead__source", "holder").first()


def last_held_by(user: User, lead_id: int) -> Assignment | None:
    """The last time this person held the lead, if ever."""
    mine = Assignment.objects.filter(lead=lead_id, holder=user).select_related("lead", "ended_by")
    return mine.order_by("-assigned_at", "-pk").first()


def can_be_undone(held: Assignment, *, at: datetime) -> bool:
    """For five minutes, as long as nobody has worked on the lead (C4b)."""
    is_untouched = held.is_open and held.first_contact_at is None and not held.breaches
    return is_untouched and at - held.assigned_at <= UNDO_WITHIN


def undoable_by(user: User, pk: int) -> Assignment | None:
    """An assignment, open or ended, that this person made, or whose holder this person manages (C4b)."""
    mine = Q(assigned_by=user)
    if user.has_perm("queues.watch_queue"):
        mine |= Q(holder__in=Rep.objects.filter(teams__managers=user).values("user"))
    return Assignment.objects.filter(mine, pk=pk).select_related("lead", "holder", "ended_by").first()


def closed_by_holder(user: User, pk: int) -> Assignment | None:
    """An assignment, ended or open again, that this person ended or holds, or whose holder this person manages."""
    mine = Q(ended_by=user) | Q(holder=user)
    if user.has_perm("queues.watch_queue"):
        mine |= Q(holder__in=Rep.objects.filter(teams__managers=user).values("user"))
    return Assignment.objects.filter(mine, pk=pk).select_related("lead", "holder").first()


def batch_of(one: Assignment) -> QuerySet[Assignment]:
    """All assignments of the same batch, open or ended; only this one if it was not part of a batch."""
    together = Assignment.objects.filter(
        holder=one.holder_id,
        assigned_by=one.assigned_by_id,
        assigned_at=one.assigned_at,
        place_name=one.place_name,
        how=Assignment.How.BATCH,
    )
    found = together if one.how == Assignment.How.BATCH else Assignment.objects.filter(pk=one.pk)
    return found.select_related("lead", "holder").order_by("pk")


def did_already(lead_id: int, *, by: User | None, kind: str, seen: int | None, details: dict) -> bool:
    """Whether this person already wrote the same activity after the newest one that the page showed (`seen`): a second
    click, not a second contact."""
    return act_since(lead_id, by=by, kind=kind, seen=seen, details=details) is not None


def act_since(lead_id: int, *, by: User | None, kind: str, seen: int | None, details: dict) -> Activity | None:
    """That activity, if a second click asks for it again."""
    if seen is None:
        return None
    later = Activity.objects.filter(~is_undone(), lead=lead_id, by=by, kind=kind, pk__gt=seen)
    return later.filter(**{f"details__{name}": value for name, value in details.items()}).order_by("pk").first()
