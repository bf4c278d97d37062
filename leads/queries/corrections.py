"""Read what corrections changed, from what to what, and who changed a field last (A3, M8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from leads.models import Activity, FieldChange, Lead
from leads.queries.own_fields import OwnFields

RECENT = 50  # corrections of one lead that are looked through


@dataclass(frozen=True, slots=True)
class Change:
    """One field; texts, or numbers. Both are None where only the name of the field is known (of an earlier release, or
    erased). `label` is the name of an own field."""

    field: str
    before: str | int | None
    after: str | int | None
    is_known: bool = True
    label: str = ""


def changes_of(acts: Sequence[Activity]) -> dict[int, list[Change]]:
    """What these corrections changed, by activity; one query, none without corrections of a lead, and
    one more with own fields."""
    wanted = [act for act in acts if act.kind == Activity.Kind.CORRECTED and "fields" in act.details]
    if not wanted:
        return {}
    personal: dict[int, dict[str, FieldChange]] = {act.pk: {} for act in wanted}
    for row in FieldChange.objects.filter(activity__in=list(personal)).order_by("pk"):
        personal[row.activity_id][row.field] = row
    own = OwnFields()
    return {act.pk: [_change(act, name, personal[act.pk], own) for name in act.details["fields"]] for act in wanted}


def _change(act: Activity, name: str, personal: dict[str, FieldChange], own: OwnFields) -> Change:
    if name in (public := act.details.get("to") or {}):
        return Change(name, (act.details.get("from") or {}).get(name), public[name])
    label = own.name_of(name)
    if row := personal.get(name):
        return Change(name, row.before, row.after, label=label)
    return Change(name, None, None, is_known=False, label=label)


def last_changes(lead: Lead, fields: Iterable[str]) -> dict[str, Activity]:
    """Who changed each of these fields last, and when; as far as lately known."""
    rows = Activity.objects.filter(lead=lead, kind=Activity.Kind.CORRECTED).select_related("by").order_by("-pk")
    found: dict[str, Activity] = {}
    wanted = set(fields)
    for row in rows[:RECENT]:
        for name in wanted.intersection(row.details.get("fields", ())):
            found.setdefault(name, row)
    return found


def own_correction(user: User, pk: int) -> Activity | None:
    """A correction of a lead's fields that this person made."""
    rows = Activity.objects.filter(pk=pk, by=user, kind=Activity.Kind.CORRECTED, details__has_key="fields")
    return rows.select_related("lead__source", "lead__account").first()


def is_taken_back(act: Activity) -> bool:
    later = Activity.objects.filter(lead=act.lead_id, kind=Activity.Kind.CORRECTED, pk__gt=act.pk)
    return later.filter(details__undoes=act.pk).exists()
