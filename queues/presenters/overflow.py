"""Everything that is out of the ordinary about queues now, each with why, since when and how many wait (D5, D8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.counts import counts
from config.web.people import display_name
from config.web.times import when
from queues.models import Queue
from queues.presenters.fast_lanes import lane_notices
from queues.presenters.intake import intake_notices
from queues.presenters.loans import loan_notices
from queues.queries.fast_lanes import open_lanes
from queues.queries.intake import intake_by_queue, parked_by_queue
from queues.queries.loans import running_loans
from queues.queries.overflow import overflow_rows
from queues.queries.source_pauses import PausedSource, paused_sources_of


def overflow_notices(
    queues: Sequence[Queue], *, at: datetime, there: Mapping[str, int] | None = None
) -> list[tuple[str, str]]:
    """(the queue's page, a sentence), in the order of these queues: intake, paused sources, fast lane, loans. One query
    finds which of them there are, if the caller has not counted overflow_rows(); nothing is asked of the others."""
    there = counts(**overflow_rows(queues, at=at)) if there is None else there
    found = [
        *(_intake(queues, at=at) if there["states"] or there["parked"] else []),
        *(pause_notices(paused_sources_of(queues)) if there["pauses"] else []),
        *(lane_notices(open_lanes([queue.pk for queue in queues])) if there["lanes"] else []),
        *(loan_notices(running_loans(queues, at=at)) if there["loans"] else []),
    ]
    places = {reverse("dashboards:queue", args=[queue.slug]): place for place, queue in enumerate(queues)}
    return sorted(found, key=lambda notice: places.get(notice[0], len(places)))


def _intake(queues: Sequence[Queue], *, at: datetime) -> list[tuple[str, str]]:
    return intake_notices(queues, intake_by_queue(queues), parked_by_queue(queues), at=at)


def pause_notices(pauses: Sequence[PausedSource]) -> list[tuple[str, str]]:
    text = _("%(queue)s: %(notice)s")
    return [
        (
            reverse("dashboards:queue", args=[each.pause.queue.slug]),
            text % {"queue": each.pause.queue.name, "notice": pause_sentence(each)},
        )
        for each in pauses
    ]


def pause_sentence(paused: PausedSource) -> str:
    pause = paused.pause
    text = ngettext(
        "%(source)s is paused since %(time)s, by %(name)s, until fewer than %(lift)s wait. %(n)s lead of it is parked.",
        "%(source)s is paused since %(time)s, by %(name)s, until fewer than %(lift)s wait. "
        "%(n)s leads of it are parked.",
        paused.parked,
    )
    return text % {
        "source": pause.source.name,
        "time": when(pause.since),
        "name": display_name(pause.by) if pause.by else _("n/a"),
        "lift": pause.queue.depth_lift,
        "n": paused.parked,
    }
