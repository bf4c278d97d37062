"""Which assignments and previews each figure of the radar counts (K2). The figures and the lists behind them share it.

A figure says of what was received or looked at in a period how it stands now.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from leads.models import Activity
from queues.decisions.radar import QUICK, SILENT_AFTER, weekends
from queues.models import Entry, EntryPreview
from routing.models import Assignment
from routing.queries.acts import is_undone

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


def returned() -> Q:
    return Q(ended_how=Assignment.Ended.RETURNED)


def skipped() -> Q:
    """Given back to a blind queue before first contact (C4c)."""
    return returned() & Q(receipt__blind=True, first_contact_at__isnull=True)


def jumped() -> Q:
    """Picked from above the first place; `place` is annotated."""
    return Q(how=Assignment.How.PICK, place__gt=1)


def contacted() -> Q:
    return Q(first_contact_at__isnull=False)


def quick() -> Q:
    return Q(first_contact_at__lt=F("assigned_at") + QUICK)


def uncontacted() -> Q:
    return Q(ended_at__isnull=True, first_contact_at__isnull=True)


def silent(rows: QuerySet[Assignment], *, at: datetime) -> QuerySet[Assignment]:
    """Still held, and since the first contact, a week ago or earlier, no other one, no note, no follow-up and no
    snooze. What was taken back does not count; nor does the first contact itself, which may have been logged later than
    it was made."""
    standing = Activity.objects.filter(~is_undone())
    since = {"lead": OuterRef("lead"), "by": OuterRef("holder"), "at__gt": OuterRef("first_contact_at")}
    of_holding = {"lead": OuterRef("lead"), "by": OuterRef("by"), "at__gte": OuterRef(OuterRef("assigned_at"))}
    before_it = standing.filter(kind=Activity.Kind.CONTACTED, pk__lt=OuterRef("pk"), **of_holding)
    later = standing.filter(~Q(kind=Activity.Kind.CONTACTED) | Exists(before_it), kind__in=WORK, **since)
    held = rows.filter(ended_at__isnull=True, follow_up_at__isnull=True, first_contact_at__lte=at - SILENT_AFTER)
    return held.filter(~Exists(later))


@dataclass(frozen=True, slots=True)
class LateFridays:
    """What was taken late on Fridays whose weekend is over; and which of that was still held on Monday without a
    contact."""

    taken: Q
    late: Q


def late_fridays(zones: Mapping[int, tzinfo], start: datetime, end: datetime, *, at: datetime) -> LateFridays:
    """Fridays of the people's own zones, which are given."""
    people: dict[tzinfo, list[int]] = {}
    for pk, zone in zones.items():
        people.setdefault(zone, []).append(pk)
    taken = late = Q(pk__in=[])
    for zone, ids in people.items():
        for each in weekends(start, end, over_by=at, tz=zone):
            window = Q(holder__in=ids, how__in=CLAIMED, assigned_at__gte=each.friday_at, assigned_at__lt=each.ends_at)
            taken, late = taken | window, late | (window & _over_weekend(each.monday_at))
    return LateFridays(taken, late)


def _over_weekend(monday: datetime) -> Q:
    no_contact = Q(first_contact_at__isnull=True) | Q(first_contact_at__gte=monday)
    return no_contact & (Q(ended_at__isnull=True) | Q(ended_at__gte=monday))


def decided() -> Q:
    return Q(entry__left_at__isnull=False)


def took() -> Q:
    return Q(entry__left_how__in=GIVEN, entry__assignment__holder=F("viewer"))


def others_took() -> Q:
    return Q(entry__left_how__in=GIVEN) & ~Q(entry__assignment__holder=F("viewer"))


def others_converted() -> Q:
    return others_took() & Q(entry__assignment__ended_how__in=DEALS)
