"""Which assignments and previews each figure of the radar counts (K2). The figures and the lists behind them share it.

`limit` is the end of the period, or an expression that names it for each row.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, DateTimeField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from leads.models import Activity
from queues.decisions.radar import QUICK, SILENT_AFTER, Period, weekends
from queues.models import Entry, EntryPreview, Queue
from routing.models import Assignment

CLAIMED = (Assignment.How.TAKE_NEXT, Assignment.How.PICK, Assignment.How.BATCH)  # what reps take themselves
GIVEN = (Entry.Left.CLAIMED, Entry.Left.ASSIGNED)
DEALS = (Assignment.Ended.CONVERTED, Assignment.Ended.WON)
WORK = (Activity.Kind.CONTACTED, Activity.Kind.NOTED, Activity.Kind.SNOOZED)
PICKED_PLACE = Case(When(how=Assignment.How.PICK, then=Cast(KT("receipt__place"), IntegerField())), default=0)


def received(ids: Collection[int], starts_at: datetime, ends_at: datetime) -> QuerySet[Assignment]:
    """What these people were assigned in that time, however; by (holder, assigned_at)."""
    within = Assignment.objects.standing().filter(assigned_at__gte=starts_at, assigned_at__lt=ends_at)
    return within.filter(holder__in=ids)


def previewed(ids: Collection[int], starts_at: datetime, ends_at: datetime) -> QuerySet[EntryPreview]:
    return EntryPreview.objects.filter(viewer__in=ids, first_at__gte=starts_at, first_at__lt=ends_at)


def limit_of(field: str, period: Period) -> Case:
    """The end of the period in which a row lies, for rows of this period and the one before."""
    before = When(**{f"{field}__lt": period.starts_at}, then=moment(period.starts_at))
    return Case(before, default=moment(period.ends_at), output_field=DateTimeField())


def moment(at: datetime) -> Value:
    return Value(at, output_field=DateTimeField())


def returned(limit: Any) -> Q:
    return Q(ended_how=Assignment.Ended.RETURNED, ended_at__lt=limit)


def skipped(limit: Any) -> Q:
    """Given back to a blind queue before first contact (C4c)."""
    return returned(limit) & Q(receipt__blind=True, first_contact_at__isnull=True)


def pickable() -> Q:
    """Picked, or taken otherwise from a queue that allows picking now."""
    places = Queue.objects.filter(picks_within__gt=0).order_by().values("pk")
    return Q(how=Assignment.How.PICK) | Q(how__in=CLAIMED, place_id__in=places)


def jumped() -> Q:
    """Picked from above the first place; `place` is annotated."""
    return Q(how=Assignment.How.PICK, place__gt=1)


def contacted(limit: Any) -> Q:
    return Q(first_contact_at__lt=limit)


def quick(limit: Any) -> Q:
    return contacted(limit) & Q(first_contact_at__lt=F("assigned_at") + QUICK)


def settled(limit: Any) -> Q:
    """Contacted so long ago that something should have followed."""
    return Q(first_contact_at__lte=limit - SILENT_AFTER)


def held_at(at: Any) -> Q:
    return Q(ended_at__isnull=True) | Q(ended_at__gte=at)


def silent(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Still held, and since the first contact no other one, no note, no follow-up and no snooze; `limit` is
    annotated."""
    later = Activity.objects.filter(
        lead=OuterRef("lead"),
        by=OuterRef("holder"),
        kind__in=WORK,
        at__gt=OuterRef("first_contact_at"),
        at__lt=OuterRef("limit"),
    )
    limit = F("limit")
    return rows.filter(settled(limit), held_at(limit), ~Exists(later), follow_up_at__isnull=True)


def uncontacted_at(at: datetime) -> Q:
    """Held at that moment, without a contact until then."""
    no_contact = Q(first_contact_at__isnull=True) | Q(first_contact_at__gte=at)
    return held_at(at) & no_contact & Q(assigned_at__lt=at)


def late_fridays(zones: Mapping[int, tzinfo], starts_at: datetime, period: Period) -> QuerySet[Assignment] | None:
    """What these people took late on Fridays of their own zone from `starts_at` on, with the `monday` annotated. None
    without a weekend that is over."""
    people: dict[tzinfo, list[int]] = {}
    for pk, zone in zones.items():
        people.setdefault(zone, []).append(pk)
    windows = [
        (Q(holder__in=ids, assigned_at__gte=each.friday_at, assigned_at__lt=each.ends_at), each.monday_at)
        for zone, ids in people.items()
        for each in weekends(starts_at, period.ends_at, over_by=period.ends_at, tz=zone)
    ]
    if not windows:
        return None
    monday = Case(*(When(window, then=moment(at)) for window, at in windows), output_field=DateTimeField())
    taken = reduce(or_, (window for window, _at in windows))
    rows: Any = Assignment.objects.standing().filter(taken, how__in=CLAIMED)
    return rows.annotate(monday=monday)


def over_weekend() -> Q:
    """Still held on Monday, and without a contact until then."""
    no_contact = Q(first_contact_at__isnull=True) | Q(first_contact_at__gte=F("monday"))
    return no_contact & held_at(F("monday"))


def decided(limit: Any) -> Q:
    return Q(entry__left_at__lt=limit)


def took(limit: Any) -> Q:
    return decided(limit) & Q(entry__left_how__in=GIVEN, entry__assignment__holder=F("viewer"))


def others_took(limit: Any) -> Q:
    return decided(limit) & Q(entry__left_how__in=GIVEN) & ~Q(entry__assignment__holder=F("viewer"))


def others_converted(limit: Any) -> Q:
    deals = Q(entry__assignment__ended_how__in=DEALS, entry__assignment__ended_at__lt=limit)
    return others_took(limit) & deals
