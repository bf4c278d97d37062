"""What the layout of every page shows: the navigation, its badges, and the state of the person."""

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from config.web.themes import chosen_theme
from dashboards.presenters.guide import progress_text
from dashboards.queries.frame import Frame, frame_of
from dashboards.queries.guide import guide_progress, is_guide_open
from dashboards.views.layout import navigation_of
from routing.actions.own_time import TEAM_ZONES
from routing.presenters.own_clock import other_clocks_sentence
from routing.presenters.own_state import state_words

# what the search finds, by permission: the first one that a person has
SEARCHES = (
    ("queues.operate_queue", _("Search all leads")),
    ("queues.watch_queue", _("Search leads of my teams")),
    ("queues.claim_entry", _("Search my leads")),
)


STARTED_AT = timezone.now()  # of this process
FIRST_HEARTBEAT = timedelta(seconds=90)  # a worker that started with this process has written one by then


def layout(request: HttpRequest) -> dict[str, object]:
    """Lazy: a part without the layout pays nothing for it. All that the layout shows is read at once."""
    user = getattr(request, "user", None)
    common = {
        "theme": chosen_theme(request),
        "is_demo": settings.ALUR_DEMO,
        "now": SimpleLazyObject(timezone.now),
    }
    if user is None or not user.is_authenticated:
        return common
    frame = SimpleLazyObject(lambda: frame_of(user, at=timezone.now()))
    return common | {
        "nav": SimpleLazyObject(lambda: navigation_of(request, cast("Frame", frame), path=request.path)),
        "search_label": SimpleLazyObject(lambda: _search_label(user)),
        "unread": SimpleLazyObject(lambda: frame.unread),
        "own_rep": SimpleLazyObject(lambda: frame.own and frame.own.rep),
        "own_words": SimpleLazyObject(lambda: frame.own and state_words(frame.own)),
        "guide": SimpleLazyObject(lambda: _guide(user)),
        "other_clocks": SimpleLazyObject(lambda: _other_clocks(request)),
        "worker_is_stale": SimpleLazyObject(lambda: _worker_is_stale(user, frame.worker)),
    }


def _other_clocks(request: HttpRequest) -> str:
    return other_clocks_sentence(request.session.get(TEAM_ZONES, ()), at=timezone.now())


def _guide(user) -> str:
    """How far the guide is, for the menu; empty once it is closed, which costs no statement."""
    return progress_text(guide_progress(user)) if is_guide_open(user) else ""


def _worker_is_stale(user, worker: str) -> bool:
    """Everybody who follows clocks sees it: managers and sales ops can act on it, reps trust no clock for as long."""
    is_followed = any(user.has_perm(right) for right, _words in SEARCHES)
    return is_followed and is_worker_missing(worker, at=timezone.now())


def is_worker_missing(state: str, *, at: datetime) -> bool:
    """Pages that have read the heartbeat pass this on as `worker_is_stale`."""
    return state == "stale" or (state == "unknown" and at - STARTED_AT > FIRST_HEARTBEAT)


def _search_label(user) -> str:
    return str(next((words for right, words in SEARCHES if user.has_perm(right)), _("Search leads")))
