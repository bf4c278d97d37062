"""The time machine: a queue as it stood at any past moment, with places; for its managers and sales ops (K3)."""

from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.web.ids import read_id
from dashboards.decisions.moments import MomentRefused, as_text, minute_after, minute_before, read_moment
from dashboards.presenters import past_line as words
from leads.presenters.csv_response import csv_response
from queues.models import Queue
from queues.queries.past_line import NotYet, PastLine, changes_around, line_at, with_details

PAGE_SIZE, MOST_LEAVING = 100, 10
RIGHTS = ("queues.watch_queue", "queues.operate_queue")


@require_safe
@login_required
def queue_then(request: HttpRequest, slug: str) -> HttpResponse:
    """`at` is a moment on the reader's clock; without one, the last minute."""
    if not any(request.user.has_perm(right) for right in RIGHTS):
        raise PermissionDenied
    queue = get_object_or_404(Queue.objects.managed_by(cast(User, request.user)).distinct(), slug=slug)
    now, tz = timezone.now(), timezone.get_current_timezone()
    asked = request.GET.get("at") or as_text(minute_before(now), tz)
    context: dict[str, object] = {"queue": queue, "asked": asked, "now": as_text(minute_before(now), tz)}
    try:
        moment = read_moment(asked, tz=tz, now=now)
        line = line_at(queue, at=moment.at)
    except MomentRefused as refused:
        context["problem"] = words.refused_sentence(refused, tz)
        return render(request, "dashboards/queue_then.html", context, status=400)
    except NotYet:
        context["problem"] = words.not_yet_sentence(queue)
        return render(request, "dashboards/queue_then.html", context, status=404)
    if request.GET.get("format") == "csv":
        return _csv(queue, line, at=moment.at)
    context |= _found(request, line, at=moment.at) | _steps(queue, at=moment.at, now=now, tz=tz)
    if moment.again is not None:
        context |= {"again": words.again_sentence(moment.again), "again_at": moment.again.astimezone(tz).isoformat()}
    return render(request, "dashboards/queue_then.html", context)


def _found(request: HttpRequest, line: PastLine, *, at: datetime) -> dict[str, object]:
    wanted = read_id(request.GET.get("entry", "")) or 0
    page = _page(request, line, wanted)
    leaving = words.next_to_leave(line.places, MOST_LEAVING)
    with_details([*page.object_list, *leaving])
    return {
        "at": at,
        "line": line,
        "page": page,
        "rows": [words.past_row(place, line, at=at) for place in page.object_list],
        "leaving": [words.past_row(place, line, at=at) for place in leaving],
        "wanted": wanted,
        "settings": words.settings_sentence(line),
        "facts": words.unknown_facts(line),
        "too_long": words.too_long_sentence(line) if line.is_too_long else "",
        "opens": request.user.has_perm("queues.operate_queue"),
    }


def _page(request: HttpRequest, line: PastLine, wanted: int) -> Page:
    """The page in the address; else the one with the lead that is asked for."""
    place = next((each.number for each in line.places if each.entry.pk == wanted), 1)
    number = request.GET.get("page", (place - 1) // PAGE_SIZE + 1)
    return Paginator(line.places, PAGE_SIZE).get_page(number)


def _steps(queue: Queue, *, at: datetime, now: datetime, tz: ZoneInfo) -> dict[str, str]:
    """Where one step leads, by the minute and by the next lead that entered or left; empty where there is none."""
    before, after = changes_around(queue, at=at)
    later = minute_after(at)
    return {
        "minute_before": as_text(minute_before(at), tz),
        "minute_after": as_text(later, tz) if later <= now else "",
        "change_before": as_text(before, tz) if before is not None else "",
        "change_after": as_text(after, tz) if after is not None and after <= now else "",
    }


def _csv(queue: Queue, line: PastLine, *, at: datetime) -> HttpResponse:
    with_details(line.places)
    header = (
        _("Moment"), _("Place"), _("Company"), _("Source"), _("Score"), _("Waiting since"), _("Entered"),
        _("Waited (seconds)"), _("Why this place"), _("What became of it"), _("Left"),
    )  # fmt: skip
    rows = (words.past_row(place, line, at=at) for place in line.places)
    lines = (
        (
            at.isoformat(), row.place.number, row.company, row.source, row.place.score,
            row.place.entry.since_at.isoformat(), row.place.entry.entered_at.isoformat(),
            int(row.age.total_seconds()), row.why, row.fate,
            row.place.entry.left_at.isoformat() if row.place.entry.left_at else None,
        )
        for row in rows
    )  # fmt: skip
    return csv_response(f"{queue.slug}-{at:%Y%m%dT%H%M%S}Z.csv", header, lines)
