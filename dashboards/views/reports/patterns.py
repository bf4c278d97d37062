"""What keeps coming back? Patterns found in the last thirteen weeks, and when nothing is one (E9)."""

from collections.abc import Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.figures import number
from dashboards.presenters.reports import patterns as words
from dashboards.presenters.reports.answers import Answer, Empty, Picture, Question
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.notes import recount_notes_since
from dashboards.presenters.reports.patterns import FULL, MONDAY, MONTH, SPIKE, Act, Told
from dashboards.presenters.reports.tables import Band, Cell, Column, Row, Table
from dashboards.presenters.reports.week_maps import map_picture
from dashboards.queries.reports.patterns import Patterns, patterns
from dashboards.queries.reports.scope import reported_queues
from dashboards.views.reports.pattern_figures import (
    FIGURES,
    MONDAY_WAITING,
    MONTH_CAME,
    MORNING_CAME,
    STRENGTH,
    WAITING,
)
from queues.decisions.figures.patterns import Week
from queues.models import Queue
from routing.queries.rotation.overview import openable_rotations

BEHIND = {SPIKE: MORNING_CAME, MONDAY: MONDAY_WAITING, MONTH: MONTH_CAME, FULL: WAITING}
MAPS = (
    ("came", gettext_lazy("Arrivals"), gettext_lazy("Leads that come, by weekday and hour")),
    ("claimed", gettext_lazy("Claims"), gettext_lazy("Leads that are claimed, by weekday and hour")),
    ("depth", gettext_lazy("Waiting"), gettext_lazy("Leads that wait, by weekday and hour")),
)


def answer(asked: Asked) -> Answer:
    queues = reported_queues(asked.user, asked.filters)
    if not queues:
        why = Empty(_("No queue is left by these filters."), _("Choose another team or queue."))
        return Answer("dashboards/reports/_patterns.html", empty=why)
    found = patterns(queues, at=asked.at, tz=asked.tz)
    notes = recount_notes_since(found.since, found.stale_days)
    if not found.weeks:
        why = Empty(
            _("No lead has waited for a whole week yet."),
            _("Patterns are looked for in whole weeks from Monday to Sunday; the first can be found after four."),
        )
        return Answer("dashboards/reports/_patterns.html", empty=why, notes=notes)
    rows = _with_acts(asked, found, words.told(found))
    return Answer(
        "dashboards/reports/_patterns.html",
        facts={"asked": asked, "says": words.summary(found, rows), "rows": rows, "figure": STRENGTH},
        pictures=[_picture(found.weeks, *each) for each in MAPS],
        tables=(_table(asked, rows),),
        notes=notes,
    )


def _picture(weeks: Sequence[Week], part: str, label: object, title: object) -> Picture:
    def draw() -> dict[str, object]:
        return map_picture(weeks, part)

    template = "dashboards/reports/_week_map.html"
    return Picture(part, str(label), str(title), template, draw, words.history_text(weeks))


def _with_acts(asked: Asked, found: Patterns, rows: Sequence[Told]) -> list[Told]:
    """What a person may do about each pattern that was found: of the queue that is full, or of the one in which most
    leads wait."""
    openable = openable_rotations(asked.user, _rotations(found))
    is_ops = asked.user.has_perm("queues.operate_queue")
    by_slug = {one.queue.slug: one.queue for one in found.full}
    return [
        replace(row, acts=_acts(row, by_slug.get(row.slug, found.busiest), openable, is_ops)) if row.is_found else row
        for row in rows
    ]


def _rotations(found: Patterns) -> set[int]:
    queues = [found.busiest, *(one.queue for one in found.full)]
    return {queue.rotation_id for queue in queues if queue.rotation_id is not None}


def _acts(row: Told, queue: Queue, openable: set[int], is_ops: bool) -> list[Act]:
    name = {"queue": queue.name}
    acts = [Act(_("Lend reps to %(queue)s") % name, reverse("queues:lend", args=[queue.slug]))]
    if row.key in (SPIKE, MONDAY) and queue.rotation_id in openable:
        hours = _("Working hours of its rotation")
        acts.append(Act(hours, reverse("routing:rotation", args=[queue.rotation_id])))
    if row.key in (MONTH, FULL) and is_ops:
        page = reverse("dashboards:queue", args=[queue.slug])
        acts.append(Act(_("Pause a source of %(queue)s") % name, page))
    if row.key == FULL and is_ops:
        limits = reverse("admin:queues_queue_change", args=[queue.pk])
        acts.append(Act(_("Limits of %(queue)s") % name, limits))
    return acts


def _table(asked: Asked, rows: Sequence[Told]) -> Table:
    columns = (
        Column("shown", _("Shown in"), can_sort=False),
        Column("strength", _("Times the usual"), STRENGTH),
        Column("count", _("Last time"), MORNING_CAME),
        Column("verdict", _("Verdict"), is_number=False),
    )
    return Table(
        caption=_("Patterns and what speaks for them"),
        first=_("Pattern"),
        columns=columns,
        bands=(Band(_("Patterns"), [Row(_named(row), _cells(asked, row)) for row in rows]),),
    )


def _named(row: Told) -> str:
    return row.name[:1].upper() + row.name[1:]


def _cells(asked: Asked, row: Told) -> tuple[Cell, ...]:
    agreeing, of = row.shown
    of_text = _("%(n)s of %(of)s") % {"n": number(agreeing), "of": number(of)}
    group = {"by": "queue", "value": row.value} if row.value else {}
    href = asked.leads(BEHIND[row.key].key, **group)
    return (
        Cell(of_text, of_text) if of else Cell(_("n/a")),
        Cell(words.tenths(row.strength), row.strength),
        Cell(number(row.count), row.count, href="" if row.count is None else href),
        Cell(words.verdict_text(row.verdict), row.verdict.value, row.level),
    )


QUESTION = Question(
    slug="patterns",
    title=gettext_lazy("What keeps coming back?"),
    says=gettext_lazy("Patterns of the last thirteen weeks, and what to do about each."),
    answer=answer,
    figures=FIGURES,
    unused=frozenset({"period", "source", "type", "rep"}),
)
