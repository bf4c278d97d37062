"""The change log: who changed which setting when, from what to what, over all kinds of settings (C8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.history import Difference, Names, differences, names_of, row_name
from config.web.figures import number
from dashboards.queries.setting_kinds import KINDS, OWN_PAGES
from leads.models import LeadType
from queues.models import (
    ContactStep,
    DeadlineMove,
    Probe,
    Queue,
    TypeLimit,
)
from routing.models import (
    MembershipRule,
    PhoneService,
    Rep,
    Rotation,
    RotationMember,
    RotationVersion,
    Team,
    TimeOff,
    WordSettings,
)
from routing.models.membership import condition_text
from routing.queries.rotation.member_history import joined_or_left

MOVES = "deadline-moves"  # what edits of hours, days off and limits did to deadlines (D3); not settings themselves
PAGE_SIZE = 50
ONE_SAVE = timedelta(seconds=3)  # an order that was dragged is saved row by row


@dataclass(frozen=True)
class Change:
    """One line of the log. `act`: + created, ~ changed, - deleted, = deadlines moved. `more` counts further rows
    moved by the same save; `reason` is why a version of a rotation was published or restored."""

    at: datetime
    person: str
    kind: str
    kind_label: str
    act: str
    what: str
    href: str
    differences: tuple[Difference, ...]
    key: str
    more: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Log:
    """One page of the log; `older` is the key of the next page, or empty."""

    changes: tuple[Change, ...]
    older: str


def change_log(*, kind: str = "", person: int | None = None, before: str = "") -> Log:
    """The newest changes, or those before a key of the log. Bounded: each kind gives at most one page of rows."""
    kinds = [kind] if kind in KINDS or kind == MOVES else [*KINDS, MOVES]
    found = [(slug, record) for slug in kinds for record in _newest(slug, person, before)]
    found.sort(key=lambda pair: _key(*pair), reverse=True)
    page, rest = found[:PAGE_SIZE], found[PAGE_SIZE:]
    settings = [record for slug, record in page if slug != MOVES]
    earlier = _earlier(settings)
    names = names_of([*settings, *earlier.values()])
    reasons = _reasons([record for slug, record in page if slug == "rotations"])
    rows = [
        _move(record)
        if isinstance(record, DeadlineMove)
        else replace(_change(slug, record, earlier.get(_id(record)), names), reason=reasons.get(_id(record), ""))
        for slug, record in page
    ]
    shown = [row for row in rows if row.act != "~" or row.differences or row.reason]
    return Log(tuple(_moves_as_one(shown)), _key(*page[-1]) if rest else "")


def people_who_change() -> list[tuple[int, str]]:
    """Everybody who may change settings, by name."""
    people = get_user_model().objects.filter(Q(is_superuser=True) | Q(is_staff=True))
    return [(user.pk, row_name(user)) for user in people.order_by("last_name", "first_name", "pk")]


def kind_labels() -> list[tuple[str, str]]:
    kinds: dict[str, type[models.Model]] = {**KINDS, MOVES: DeadlineMove}
    return [(slug, str(capfirst(model._meta.verbose_name_plural))) for slug, model in kinds.items()]


def _newest(slug: str, person: int | None, before: str) -> list[models.Model]:
    if slug == MOVES:
        rows, who, at, pk = DeadlineMove.objects.all(), "by", "at", "id"
    else:
        rows, who, at, pk = KINDS[slug].history, "history_user", "history_date", "history_id"
    rows = rows.select_related(who).order_by(f"-{at}", f"-{pk}")
    if person is not None:
        rows = rows.filter(**{who: person})
    return list(_until(rows, slug, before, at=at, pk=pk)[: PAGE_SIZE + 1])


def _until(rows: QuerySet, slug: str, before: str, *, at: str, pk: str) -> QuerySet:
    """The rows after the key; keys sort by time, then kind, then version."""
    try:
        moment, its_slug, its_version = before.split("_")
        date, version = datetime.fromisoformat(moment), int(its_version)
    except ValueError:
        return rows
    if date.tzinfo is None or not 0 <= version < 2**31:
        return rows
    earlier, same = Q(**{f"{at}__lt": date}), Q(**{at: date})
    if slug == its_slug:
        return rows.filter(earlier | same & Q(**{f"{pk}__lt": version}))
    return rows.filter(earlier | same) if slug < its_slug else rows.filter(earlier)


def _key(slug: str, record: Any) -> str:
    at, pk = (record.at, record.pk) if slug == MOVES else (record.history_date, record.history_id)
    return f"{at.isoformat(timespec='microseconds')}_{slug}_{pk:010}"


def _reasons(records: Sequence[Any]) -> dict[tuple[type, int], str]:
    """By record of a rotation, why its version was published or restored."""
    if not records:
        return {}
    numbers = {(record.id, record.version) for record in records}
    rows = RotationVersion.objects.filter(rotation__in={pk for pk, _number in numbers}).exclude(reason="")
    rows = rows.filter(number__in={number for _pk, number in numbers}).order_by("pk")
    found = {(pk, number): reason for pk, number, reason in rows.values_list("rotation", "number", "reason")}
    return {_id(each): found[each.id, each.version] for each in records if (each.id, each.version) in found}


def _id(record: models.Model) -> tuple[type, int]:
    return type(record), record.history_id


def _earlier(records: Iterable[models.Model]) -> dict[tuple[type, int], models.Model]:
    """The version before each of these; two queries for each kind."""
    by_model: dict[type, list[int]] = {}
    for record in records:
        if _act(record) == "~":
            by_model.setdefault(type(record), []).append(record.history_id)
    found: dict[tuple[type, int], models.Model] = {}
    for model, ids in by_model.items():
        same = model.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
        pairs = model.objects.filter(history_id__in=ids).annotate(was=Subquery(same.values("history_id")[:1]))
        was = dict(pairs.order_by("pk").values_list("history_id", "was"))
        rows = model.objects.in_bulk([pk for pk in was.values() if pk is not None])
        found |= {(model, pk): rows[old] for pk, old in was.items() if old in rows}
    return found


def _change(slug: str, record: models.Model, before: models.Model | None, names: Names) -> Change:
    model, act = KINDS[slug], _act(record)
    found = () if act == "-" else tuple(_counted_from_one(model, differences(record, before, names)))
    if model is RotationMember and act == "~" and (text := joined_or_left(record, before, names)):
        act, found = "+", (Difference("members", _("Member"), "", text),)
    return Change(
        at=record.history_date,
        person=row_name(record.history_user) if record.history_user else "",
        kind=slug,
        kind_label=str(capfirst(model._meta.verbose_name)),
        act=act,
        what=_what(record, names),
        href=_href(model, record),
        differences=found,
        key=_key(slug, record),
    )


def _move(move: DeadlineMove) -> Change:
    words = {"n": number(move.moved), "late": number(move.kept_breaches)}
    text = _("%(n)s moved; past breaches stay")
    if move.kept_breaches:
        text = _("%(n)s moved; past breaches stay, also of %(late)s clocks that moved on")
    return Change(
        at=move.at,
        person=row_name(move.by) if move.by else "",
        kind=MOVES,
        kind_label=str(capfirst(DeadlineMove._meta.verbose_name)),
        act="=",
        what=_("%(why)s of %(name)s") % {"why": move.get_why_display(), "name": move.name or "?"},
        href=reverse("admin:queues_deadlinemove_change", args=[move.pk]),
        differences=(Difference("moved", _("Deadlines ahead"), "", text % words),),
        key=_key(MOVES, move),
    )


def _act(record: models.Model) -> str:
    """A member who left a rotation keeps the row; for people the member is deleted."""
    return "-" if getattr(record, "left_at", None) is not None else record.history_type


def _counted_from_one(model: type[models.Model], found: Sequence[Difference]) -> list[Difference]:
    """Positions are stored from 0; people count from 1."""
    if model is not RotationMember:
        return list(found)
    return [
        replace(each, old=str(int(each.old) + 1) if each.old else "", new=str(int(each.new) + 1))
        if each.name == "position"
        else each
        for each in found
    ]


def _what(record: Any, names: Names) -> str:
    model = record.instance_type
    if model is RotationMember:
        return f"{names.get((Rotation, record.rotation_id), '?')}: {names.get((Rep, record.rep_id), '?')}"
    if model is MembershipRule:
        rule = condition_text(names.get((Team, record.team_id), "?") if record.team_id else "", record.skill)
        return f"{names.get((Rotation, record.rotation_id), '?')}: {rule}"
    if model in (TimeOff, Rep):
        return names.get((Rep, record.rep_id) if model is TimeOff else (get_user_model(), record.user_id), "?")
    if model is TypeLimit:
        where = names.get((Queue, record.queue_id), "?") if record.queue_id else _("all queues")
        return _("%(type)s in %(queue)s") % {"type": LeadType(record.lead_type).label, "queue": where}
    if model is ContactStep:
        return _("%(queue)s: step %(n)s") % {"queue": names.get((Queue, record.queue_id), "?"), "n": record.position}
    if model is PhoneService:
        return str(dict(PhoneService.Medium.choices).get(record.medium, record.medium))
    return _("For everybody") if model in (WordSettings, Probe) else record.name


def _href(model: type[models.Model], record: Any) -> str:
    """The history page in the admin; for a member or a membership rule, the page of the rotation."""
    if model in OWN_PAGES:
        return reverse(OWN_PAGES[model])
    if model is ContactStep:
        return reverse("admin:queues_queue_change", args=[record.queue_id])
    if model in (RotationMember, MembershipRule):
        return reverse("admin:routing_rotation_change", args=[record.rotation_id])
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_history", args=[record.id])


def _moves_as_one(changes: Sequence[Change]) -> list[Change]:
    """Of the rows that one save only moved, the one that moved furthest stands for all."""
    found: list[Change] = []
    for change in changes:
        last = found[-1] if found else None
        if last is None or not (_only_moved(last) and _only_moved(change) and _is_one_save(last, change)):
            found.append(change)
            continue
        further = change if _moved_by(change) > _moved_by(last) else last
        found[-1] = replace(further, more=last.more + 1)
    return found


def _only_moved(change: Change) -> bool:
    return change.act == "~" and [difference.name for difference in change.differences] == ["position"]


def _is_one_save(one: Change, other: Change) -> bool:
    same_list = one.what.split(": ")[0] == other.what.split(": ")[0] if one.kind == "members" else True
    return one.kind == other.kind and one.person == other.person and one.at - other.at < ONE_SAVE and same_list


def _moved_by(change: Change) -> int:
    return abs(int(change.differences[0].new) - int(change.differences[0].old))
