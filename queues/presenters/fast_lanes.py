"""Fast lanes in words: for which leads, since when, until when, how many went through (D8)."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.people import display_name
from config.web.times import last_day, when
from queues.models import FastLane


def lane_sentence(lane: FastLane) -> str:
    """Of an open one."""
    words = {
        "score": lane.min_score,
        "rotation": lane.rotation.name if lane.rotation else _("n/a"),
        "time": when(lane.since),
        "name": display_name(lane.by) if lane.by else _("n/a"),
        "lift": lane.queue.depth_lift,
    }
    text = _(
        "Fast lane since %(time)s, by %(name)s: leads with a score from %(score)s go through %(rotation)s at once, "
        "until fewer than %(lift)s wait."
    )
    says = [text % words]
    if lane.until is not None:
        says.append(_("It closes at the latest at %(until)s.") % {"until": last_day(lane.until)})
    return " ".join([*says, given_text(lane)])


def given_text(lane: FastLane) -> str:
    text = ngettext("%(n)s lead went through so far.", "%(n)s leads went through so far.", lane.given)
    return text % {"n": lane.given}


def past_sentence(lane: FastLane) -> str:
    text = ngettext(
        "%(since)s to %(ended)s: %(n)s lead with a score from %(score)s; %(how)s.",
        "%(since)s to %(ended)s: %(n)s leads with a score from %(score)s; %(how)s.",
        lane.given,
    )
    return text % {
        "since": when(lane.since),
        "ended": when(lane.ended_at),
        "n": lane.given,
        "score": lane.min_score,
        "how": lane.get_ended_how_display(),
    }


def lane_notices(lanes: Iterable[FastLane]) -> list[tuple[str, str]]:
    """(the queue's page, a sentence) for each open lane, by the position of its queue."""
    rows = sorted(lanes, key=lambda lane: (lane.queue.position, lane.queue.name, lane.queue.pk))
    text = _("%(queue)s: %(notice)s")
    return [
        (
            reverse("dashboards:queue", args=[lane.queue.slug]),
            text % {"queue": lane.queue.name, "notice": lane_sentence(lane)},
        )
        for lane in rows
    ]


def opened_message(lane: FastLane) -> str:
    text = ngettext(
        "The fast lane of %(queue)s is open. %(n)s lead went through at once.",
        "The fast lane of %(queue)s is open. %(n)s leads went through at once.",
        lane.given,
    )
    return text % {"queue": lane.queue.name, "n": lane.given}


def closed_message(lane: FastLane) -> str:
    return _("The fast lane of %(queue)s is closed. Who got a lead keeps it.") % {"queue": lane.queue.name}
