"""Reads what holders did with leads: which acts stand, and how they were corrected (M7)."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.dateparse import parse_datetime

from leads.models import Activity
from routing.decisions.contact import Act, ActKind
from routing.models import Assignment

Kind = Activity.Kind
UNDOABLE = (Kind.CONTACTED, Kind.NOTED, Kind.SNOOZED)
ABOUT_ACTS = (*UNDOABLE, Kind.UNDONE, Kind.CORRECTED)


def own_act(user: User, pk: int) -> Activity | None:
    """A contact, a note or a snooze of this person."""
    rows = Activity.objects.filter(pk=pk, by=user, kind__in=UNDOABLE).select_related("lead", "by")
    act = rows.first()
    return None if act is None or "escalation" in act.details else act


def undone_by_act(act_ids: Iterable[int]) -> dict[int, Activity]:
    """Who took back which of these acts, and when, by act."""
    ids = set(act_ids)
    leads = Activity.objects.filter(pk__in=ids).values("lead")
    rows = Activity.objects.filter(lead__in=leads, kind=Kind.UNDONE).select_related("by").order_by("pk")
    return {pk: row for row in rows if (pk := row.details.get("activity")) in ids}


def is_undone() -> Exists:
    """Whether an activity was taken back, as a condition of a statement over activities."""
    of_lead = Activity.objects.filter(lead=OuterRef("lead"), kind=Kind.UNDONE)
    return Exists(of_lead.annotate(act=Cast(KT("details__activity"), BigIntegerField())).filter(act=OuterRef("pk")))


def undone_acts(user_ids: Iterable[int], *, since: datetime) -> QuerySet:
    """The ids of acts that these people took back since then, as a condition: they are few, and everybody takes back
    only their own, so one reading by person answers for thousands of acts."""
    rows = Activity.objects.filter(kind=Kind.UNDONE, by__in=list(user_ids), at__gte=since).order_by()
    return rows.annotate(act=Cast(KT("details__activity"), BigIntegerField())).filter(act__isnull=False).values("act")


def corrected_by_act(act_ids: Iterable[int]) -> dict[int, Activity]:
    """The newest correction of each of these contacts."""
    ids = set(act_ids)
    leads = Activity.objects.filter(pk__in=ids).values("lead")
    rows = Activity.objects.filter(lead__in=leads, kind=Kind.CORRECTED).select_related("by").order_by("pk")
    return {pk: row for row in rows if (pk := row.details.get("activity")) in ids}


def shown_act(act: Activity, correction: Activity | None = None) -> Act:
    """The act as it was corrected last. Pass `correction` where it was read already."""
    if correction is None:
        correction = corrected_by_act([act.pk]).get(act.pk)
    return _act(act, correction)


def acts_of(held: Assignment) -> list[Act]:
    """Contacts and snoozes of this assignment that were not taken back, in order."""
    rows = list(
        Activity.objects.filter(lead=held.lead_id, kind__in=ABOUT_ACTS, at__gte=held.assigned_at).order_by("pk")
    )
    gone = {row.details.get("activity") for row in rows if row.kind == Kind.UNDONE}
    corrections = {row.details.get("activity"): row for row in rows if row.kind == Kind.CORRECTED}
    return [_act(row, corrections.get(row.pk)) for row in rows if _is_of(row, held) and row.pk not in gone]


def stopped_clock(held: Assignment) -> tuple[datetime | None, datetime | None]:
    """When first contact was due, and when to remind of it, at the moment at which a contact stopped the clock."""
    rows = Activity.objects.filter(lead=held.lead_id, kind=Kind.CONTACTED, at__gte=held.assigned_at).order_by("-pk")
    for details in rows.values_list("details", flat=True):
        if details.get("assignment") == held.pk and "due_at" in details:
            return _moment(details["due_at"]), _moment(details.get("remind_at"))
    return (None, None) if held.breaches else (held.first_due_at, None)  # a contact of an earlier release


def is_plan(row: Activity) -> bool:
    """Whether it plans a next step; it is kept as a snooze, because it too brings the lead up again at its time."""
    return row.kind == Kind.SNOOZED and bool(row.details.get("planned"))


def _is_of(row: Activity, held: Assignment) -> bool:
    if row.kind == Kind.CONTACTED:
        return row.details.get("assignment") == held.pk
    return row.kind == Kind.SNOOZED and row.by_id == held.holder_id and "escalation" not in row.details


def _act(row: Activity, correction: Activity | None) -> Act:
    if row.kind == Kind.SNOOZED:
        act = ActKind.PLAN if is_plan(row) else ActKind.SNOOZE
        return Act(act, made_at=row.at, until=_moment(row.details.get("until")))
    words = row.details | (correction.details if correction is not None else {})
    return Act(
        ActKind.CONTACT,
        made_at=_moment(words.get("made_at")) or row.at,
        until=_moment(row.details.get("follow_up_at")),
        kind=words.get("kind", ""),
        outcome=words.get("outcome", ""),
    )


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
