"""The flow page: leads in and out, where they went, stale leads, the state of the system (C8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from config.counts import counts
from config.web.htmx import page_or_part, wants_part
from dashboards.context_processors import is_worker_missing
from dashboards.decisions.flow_chart import flow_chart
from dashboards.decisions.flow_strips import flow_strip
from dashboards.decisions.speed_goals import MEDIAN_GOAL, P95_GOAL, goal_result
from dashboards.decisions.time_spans import FIRST, Span, span_of
from dashboards.presenters.boards import flow as boards
from dashboards.presenters.flow import audit_text, range_labels, speed_text, split_labels, step_text, way_text
from dashboards.presenters.reports.notes import recount_notes_since
from dashboards.queries import flow as flow_queries
from dashboards.queries.audits import audits, unread_rotations
from dashboards.queries.off_hours import idle_cuts
from dashboards.queries.owner_speed import capture_to_owner
from dashboards.queries.stale import STEPS, first_leaving, leads_leaving
from dashboards.queries.system_status import BAD, OK, WARN, late_rows, system_status
from leads.presenters.csv_response import csv_response
from queues.models import Queue
from queues.presenters.overflow import overflow_notices
from queues.presenters.partners import partner_notices
from queues.presenters.probe import STATES
from queues.queries.figures.asked import stale_days
from queues.queries.figures.hours import Hours
from queues.queries.overflow import overflow_rows
from queues.queries.partners import stopped_anywhere
from queues.queries.stale import (
    MOST_COUNTED,
    can_be_undone,
    counted_leaving,
    leaving_rows,
    next_cleanup,
    recent_steps,
    stale_terms,
)
from routing.models import AbsenceWarning
from routing.presenters.coming_absences import told_sentences
from routing.presenters.rotation_warnings import with_links
from routing.queries.coming_absences import used_rotations

ops_only = permission_required("queues.operate_queue", raise_exception=True)
SHOWN_STALE = 5
SHOWN_LOG = 200
ONE_DAY = timedelta(days=1)


@ops_only
def flow(request: HttpRequest) -> HttpResponse:
    """The whole page, or its live part; the heat map costs most and loads less often, by itself."""
    at = timezone.now()
    span, split = asked_span(request, at=at), request.GET.get("by", "all")
    split = split if split in split_labels() else "all"
    queues, depths = flow_queries.queues_with_depths()
    hours = flow_queries.hours_of(span, queues)
    context = _moved(span, split, queues, depths, hours) | _state(span, queues, at=at)
    context |= {"at": at, "span": span, "ranges": range_labels()}
    context |= {"split": split, "splits": split_labels()}
    if not wants_part(request):
        context |= _week(queues, at=at, hours=hours, depth=context["waiting"])
    return page_or_part(request, "dashboards/flow.html", "dashboards/_flow.html", context)


@ops_only
def flow_heat(request: HttpRequest) -> HttpResponse:
    """The heat map of the week."""
    return render(request, "dashboards/_flow_heat_map.html", _week(flow_queries.all_queues(), at=timezone.now()))


@ops_only
def stale(request: HttpRequest) -> HttpResponse:
    """The leads that the next cleanup moves, or all that become stale within 24 hours (D6)."""
    now = timezone.now()
    is_day = request.GET.get("within") == "24h"
    when = now + ONE_DAY if is_day else next_cleanup(at=now)
    is_file = request.GET.get("format") == "csv"
    most = None if is_file else MOST_COUNTED
    rows = [(row, step_text(row.step)) for row in leads_leaving(at=when, most=most)]
    if is_file:
        return _stale_csv(rows)
    log = [(step, step_text(step.step), can_be_undone(step, at=now)) for step in recent_steps(at=now, most=SHOWN_LOG)]
    is_cut = any(sum(row.step == step for row, _text in rows) == most for step in STEPS)
    context = {"rows": rows, "is_cut": is_cut, "when": when, "is_day": is_day, "at": now, "log": log}
    return render(request, "dashboards/flow_stale.html", context)


def asked_span(request: HttpRequest, *, at: datetime) -> Span:
    """The period in the address, in the reader's time zone; an unknown one means 24 hours."""
    return span_of(request.GET.get("range", FIRST), at=at, tz=timezone.get_current_timezone())


def _moved(span: Span, split: str, queues: Sequence[Queue], depths: Mapping[int, int], hours: Hours) -> dict[str, Any]:
    """Leads in and out within the period."""
    series = flow_queries.by_queue(span, queues, hours)
    whole = flow_queries.summed(series, len(span.cuts))
    known = flow_queries.all_sources()
    by_source = hours.of_sources("source", "cut") if split == "source" else hours.of_sources("source")
    ways = flow_queries.ways_out(span, queues, hours)
    strips = flow_queries.by_source(span, known, by_source) if split == "source" else []
    period: dict[str, Any] = {"since": span.starts_at, "until": span.ends_at}
    return {
        "figures": boards.ABOUT,
        "lists": boards.flow_lists(**period),
        "whole": whole,
        "chart": flow_chart(span, whole.ins, whole.outs, is_idle=idle_cuts(span)),
        "strips": _strips(series if split == "queue" else strips),
        "ways": [
            (way_text(way), way.count, 100 * way.count / ways[0].count, boards.way_list(way, **period)) for way in ways
        ],
        "by_queue": [(one, depths.get(one.pk, 0)) for one in series],
        "slugs": {queue.pk: queue.slug for queue in queues},
        "waiting": sum(depths.values()),
        "fastest": max((one for one in series if one.net > 0), key=lambda one: one.net, default=None),
        "sources": flow_queries.sources(known, by_source),
        "taken_in_all": sum(way.count for way in ways if way.left in flow_queries.GIVEN),
    }


def _strips(series: Sequence[flow_queries.Series]) -> list[tuple]:
    """Small charts on one scale, for each queue or source with leads in or out."""
    shown = flow_queries.busiest([one for one in series if one.came or one.went])
    most_in = max((n for one in shown for n in one.ins), default=0)
    most_out = max((n for one in shown for n in one.outs), default=0)
    return [(one, flow_strip(one.ins, one.outs, most_in=most_in, most_out=most_out)) for one in shown]


def _state(span: Span, queues: Sequence[Queue], *, at: datetime) -> dict[str, object]:
    """The state now: stale leads and the system."""
    terms, moments = stale_terms(queues), [next_cleanup(at=at), at + ONE_DAY]
    there = counts(
        **late_rows(at=at),
        **overflow_rows(queues, at=at),
        unread=unread_rotations(),
        stopped=stopped_anywhere(),
        absences=AbsenceWarning.objects.filter(ends_at__gt=at)[:1],
        stale_days=stale_days(span.starts_at, at=at),
        **leaving_rows(moments, terms),
    )
    warnings = told_sentences(used_rotations(), at=at) if there["absences"] else []
    cleanup, day = counted_leaving(moments, there)
    return {
        "cleanup": cleanup,
        "stale_day": day,
        "most_stale": MOST_COUNTED,
        "stale_first": [(row, step_text(row.step)) for row in first_leaving(day, SHOWN_STALE, terms=terms)],
        **_behind(span, there, at=at),
        "warnings": [
            *overflow_notices(queues, at=at, there=there),
            *partner_notices(there["stopped"]),
            *with_links(warnings, openable={pk for pk, _text in warnings}),
            *(("", note) for note in recount_notes_since(span.starts_at, there["stale_days"])),
        ],
        "topics": " ".join(["review", *(queue.topic for queue in queues)]),
    }


def _behind(span: Span, there: Mapping[str, int], *, at: datetime) -> dict[str, object]:
    """Background work, the time from capture to owner (F12), and the nightly audit (F6b)."""
    status, found = system_status(at=at, found=there), audits(at=at, unread=there["unread"])
    speed = capture_to_owner(since=span.starts_at, at=at)
    return {
        "system_status": status,
        "worker_is_stale": is_worker_missing(status.worker, at=at),
        "probe": STATES[status.probe.state],
        "health": WARN if status.level == OK and found.level in (WARN, BAD) else status.level,
        "speed": speed,
        "speed_text": speed_text(goal_result(speed.median, speed.most)),
        "goals": (MEDIAN_GOAL, P95_GOAL),
        "audits": found,
        "audit_text": audit_text(found, at=at),
    }


def _week(
    queues: Sequence[Queue], *, at: datetime, hours: Hours | None = None, depth: int | None = None
) -> dict[str, object]:
    here = timezone.localtime(at)
    heat = flow_queries.week_heat(queues, at=at, tz=timezone.get_current_timezone(), hours=hours, depth=depth)
    cells = {"heat": heat, "here": here, "now_cell": heat.cell(here), "hour_list": boards.hour_list(at)}
    return {"figures": boards.ABOUT, **cells}


def _stale_csv(rows: Sequence[tuple]) -> HttpResponse:
    header = (_("Lead"), _("Company"), _("Queue"), _("Since"), _("Goes to"))
    lines = ((row.lead.pk, row.lead.label, row.where, row.since_at.isoformat(), step) for row, step in rows)
    return csv_response("stale-leads.csv", header, lines)
