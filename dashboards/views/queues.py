"""The queues as managers see them: all of them, or one with all its places (C7)."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.htmx import page_or_part, unchanged
from dashboards.decisions.reports.periods import rolling
from dashboards.presenters import queues as presenters
from dashboards.presenters.boards import queues as boards
from dashboards.presenters.escalations import coming_clock
from dashboards.presenters.places import why_here
from dashboards.presenters.queue_line import QUEUE_LINE, line_rows, type_choices
from dashboards.presenters.queues_list import NEEDS_ME, QUEUES, chosen_queues, needing
from dashboards.queries import health, waiting
from dashboards.queries.beside_line import BesideLine, beside_line
from dashboards.queries.coming_breaches import upcoming_breaches
from dashboards.queries.deadline_moves import last_move
from dashboards.queries.health import QueueHealth
from dashboards.views.queue_line import line_csv, line_of
from leads.presenters.lists import Table
from leads.views.lists import shows_list
from queues.forms.fast_lanes import FastLaneForm
from queues.models import Queue
from queues.presenters.fast_lanes import lane_sentence, past_sentence
from queues.presenters.intake import intake_choices, intake_notices
from queues.presenters.overflow import overflow_notices, pause_notices
from queues.presenters.waits_for import waits_for_sentence
from queues.queries.access import reps_of
from queues.queries.ages import queue_ages
from queues.queries.guards import skips
from queues.queries.limits import type_limits
from queues.queries.waits_for import what_they_wait_for
from routing.models import Assignment
from routing.presenters.coming_absences import told_sentences
from routing.presenters.rotation_warnings import standing_warnings, with_links
from routing.queries.availability.status import availability_of
from routing.queries.coming_absences import used_rotations
from routing.queries.rotation.overview import openable_rotations

managers_only = permission_required("queues.watch_queue", raise_exception=True)
MAX_NAMES = 12


@managers_only
@shows_list(QUEUES)
def queues(request: HttpRequest, table: Table) -> HttpResponse:
    """One row for each queue: the page, its live part, or CSV."""
    at = timezone.now()
    mine = _managed(request)
    rows = chosen_queues(health.queue_health(mine, at=at), sort=table.sort)
    show = table.known("show", {NEEDS_ME})
    if request.GET.get("format") == "csv":
        return table.csv("queues.csv", needing(rows, show))
    opened = _opened(request, mine, at=at)
    places = [(row.entry_id, row.score) for row in opened["line"].rows] if opened else []
    shown = [(row.queue.pk, row.depth, row.claimed, row.added, row.flag) for row in rows]
    notices = [*overflow_notices(mine, at=at), *presenters.recount_notices(rows, at=at)]
    version = waiting.version((shown, places, notices), at=at)
    same = unchanged(request, version)
    if same is not None:
        return same
    context = _overview(request, mine, rows, show, at=at) | {"version": version, "table": table}
    context["opened"] = opened
    told = told_sentences(used_rotations([each.pk for each in mine]), at=at)
    context["warnings"] = [*notices, *with_links(told, openable=_openable(request, told))]
    return page_or_part(request, "dashboards/queues.html", "dashboards/_queues.html", context)


@login_required
@shows_list(QUEUE_LINE)
def queue(request: HttpRequest, slug: str, table: Table) -> HttpResponse:
    """All waiting leads of one queue, with places and reasons; for its managers and sales ops."""
    if not any(request.user.has_perm(right) for right in ("queues.watch_queue", "queues.operate_queue")):
        raise PermissionDenied
    at = timezone.now()
    mine = Queue.objects.managed_by(table.user).annotate(newest_given=_newest_given(request))
    found = get_object_or_404(mine.select_related("rotation", "team").distinct(), slug=slug)
    lead_type = table.known("type", type_choices())
    if request.GET.get("format") == "csv":
        return line_csv(found, table, lead_type, at=at)
    ages, limits = queue_ages([found], at=at), type_limits([found.pk])
    line, page = line_of(found, table, lead_type, at=at, limits=limits, known=ages[found.pk].counts)
    table.offer_own_fields(line.rows)
    beside = beside_line(found, at=at)
    notices, lane = _notices(found, beside, at=at), beside.lane
    marks = [(loan.pk, loan.until) for loan in beside.loans], lane and (lane.pk, lane.given)
    shown = (waiting.version_of([line], at=at), notices, marks)
    version = waiting.version(shown, at=at)
    same = unchanged(request, version)
    if same is not None:
        return same
    context = {
        "at": at,
        "queue": found,
        "line": line,
        "table": table,
        "types": type_choices(),
        "lead_type": lead_type,
        "rows": line_rows(line.rows, at=at),
        "waits": _waits(found, line, at=at),
        "taking": _taking(found, at=at),
        "page": page,
        "health": health.queue_health([found], at=at, ages=ages)[0],
        "figures": boards.ABOUT,
        "lists": boards.queue_lists(at=at),
        "settings": presenters.settings_text(found, limits, beside.move, segments=beside.segments),
        "version": version,
        "loans": beside.loans,
        **_fast_lane(request, found, beside),
    }
    if request.user.has_perm("queues.operate_queue"):
        context["intake"] = intake_choices(beside.state, beside.pauses, at=at)
    context |= {"skips": _skips(found, at=at), "known": found.newest_given}
    context["flag"] = presenters.flag_text(context["health"])
    standing = standing_warnings(beside.rotations, at=at, has_absences=beside.has_absences)
    warnings = with_links(standing, openable=_openable(request, standing, context["lane_form"]))
    counted_again = presenters.recount_notices([context["health"]], at=at)
    context["warnings"] = [*(("", text) for _page, text in notices), *warnings, *counted_again]
    return page_or_part(request, "dashboards/queue.html", "dashboards/_queue.html", context)


def _notices(found: Queue, beside: BesideLine, *, at: datetime) -> list[tuple[str, str]]:
    states = {found.pk: beside.state} if beside.state else {}
    intake = intake_notices([found], states, {found.pk: beside.parked}, at=at)
    return [*intake, *pause_notices(beside.pauses)]


def _fast_lane(request: HttpRequest, found: Queue, beside: BesideLine) -> dict[str, object]:
    lane = beside.lane
    return {
        "lane": lane,
        "lane_says": lane_sentence(lane) if lane else "",
        "lane_form": None if lane else FastLaneForm(queue=found, user=cast(User, request.user)),
        "past_lanes": [past_sentence(each) for each in beside.past_lanes],
    }


def _openable(
    request: HttpRequest, warnings: list[tuple[int, str]], form: FastLaneForm | None = None
) -> Collection[int]:
    """The rotations whose pages this person may open; a form for a fast lane has read them already."""
    ids = {pk for pk, _text in warnings}
    return form.rotations if form is not None else openable_rotations(cast(User, request.user), ids)


def _managed(request: HttpRequest) -> list[Queue]:
    mine = Queue.objects.active().managed_by(request.user).select_related("rotation", "team")
    return list(mine.distinct().order_by("position", "name", "pk"))


def _overview(
    request: HttpRequest, mine: list[Queue], rows: list[QueueHealth], show: str, *, at: datetime
) -> dict[str, object]:
    """The sentence and the cards are about all queues, also when a filter hides rows."""
    bad = sum(presenters.flag_text(row).level == NEEDS_ME for row in rows)
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    total, fresh = sum(row.depth for row in rows), sum(row.fresh for row in rows)
    deepest = max(rows, key=lambda row: row.depth, default=None)
    bold, rest = presenters.conclusion(rows)
    limits = type_limits([each.pk for each in mine])
    coming = upcoming_breaches(request.user, at=at, most=1, queues=mine, limits=limits)
    return {
        "at": at,
        "bold": bold,
        "rest": rest,
        "rows": [
            (row, presenters.flag_text(row), presenters.velocity_text(row), _velocity_icon(row))
            for row in needing(rows, show)
        ],
        "show": show,
        "chips": [("", _("All"), len(rows)), (NEEDS_ME, _("Need me"), bad)],
        "total": total,
        "deepest": deepest,
        "fresh_share": fresh / total if total else None,
        "oldest": health.oldest_of_all(mine),
        "next_breach": coming[0] if coming else None,
        "next_clock": coming_clock(coming[0]) if coming else "",
        "today": health.claimed_today(mine, midnight=midnight, at=at),
        "figures": boards.ABOUT,
        "lists": boards.queue_lists(at=at) | boards.card_lists(midnight=midnight, at=at),
        "topics": " ".join(each.topic for each in mine),
        "limits": limits,
    }


def _waits(found: Queue, line: waiting.QueueLine, *, at: datetime) -> dict[int, str]:
    """For whom or what the leads of this page wait, by entry."""
    waits = what_they_wait_for(found, line.entries, at=at)
    return {pk: waits_for_sentence(each) for pk, each in waits.items()}


def _taking(found: Queue, *, at: datetime) -> dict[str, object]:
    """Who may take from this queue, and who of them is available now."""
    people = list(reps_of(found, at=at))
    states = availability_of(people, at=at)
    free = [rep for rep in people if states[rep.pk].is_available]
    return {"all": len(people), "free": len(free), "names": ", ".join(str(rep) for rep in free[:MAX_NAMES])}


def _newest_given(request: HttpRequest) -> Coalesce:
    """The newest assignment by this person through Assign next, as a column, or 0: a second press of one page gives no
    second lead."""
    given = Assignment.objects.filter(assigned_by=request.user, how=Assignment.How.ASSIGN_NEXT).order_by("-pk")
    return Coalesce(Subquery(given.values("pk")[:1]), 0)


def _skips(found: Queue, *, at: datetime) -> list[tuple[str, int, str]]:
    """(name, count, reasons) of reps who skipped leads of a blind queue (C4c)."""
    if not found.is_blind:
        return []
    names = {rep.user_id: str(rep) for rep in reps_of(found, at=at)}
    month = rolling("30d", at=at, tz=timezone.get_current_timezone())
    skipped = skips(list(names), queue=found, since=month.starts_at)
    return [(names[one.user_id], one.count, presenters.reasons_text(one)) for one in skipped[:MAX_NAMES]]


def _velocity_icon(row: QueueHealth) -> str:
    return presenters.VELOCITY_ICONS[row.velocity.word]


def _opened(request: HttpRequest, mine: list[Queue], *, at: datetime) -> dict[str, object] | None:
    """The queue that the address opens in place: its first leads and its settings."""
    chosen = next((each for each in mine if each.slug == request.GET.get("open")), None)
    if chosen is None:
        return None
    limits = type_limits([chosen.pk])
    (line,) = waiting.first_rows_of_each([chosen], user=None, at=at, limits=limits)
    rows = [(row, why_here(row, at), presenters.clock_text(row, at=at)) for row in line.rows]
    settings = presenters.settings_text(chosen, limits, last_move(chosen))
    return {"queue": chosen, "line": line, "rows": rows, "settings": settings}
