"""The state of a queue in words: flags, velocity, settings, what its clocks do next (C7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number, percent
from config.web.people import display_name
from config.web.times import duration, limit_text, when
from dashboards.presenters.places import order_text
from dashboards.presenters.reports.notes import recount_notes_since
from dashboards.queries.health import QueueHealth
from dashboards.queries.moved import week_start
from dashboards.queries.waiting import Preview
from queues.decisions import health
from queues.models import DeadlineMove, Queue, Segment
from queues.presenters.clock_words import counts_text
from queues.presenters.limit_words import contact_limits_text, wait_limits_text
from queues.presenters.routing_trail import plan_sentences
from queues.queries.guards import Skips
from queues.queries.limits import TypeLimits
from routing.presenters.choices import REASONS


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with its health level (ok, warn, bad or "")."""

    text: str
    level: str = ""


def flag_text(row: QueueHealth) -> Clause:
    """The worst flag of a queue, or "none"."""
    flag = row.flag
    if flag is None:
        return Clause(_("none"))
    queue, n = row.queue, flag.amount
    says = {
        health.FlagCode.CRITICAL_DEPTH: _("Over %(limit)s, critical") % {"limit": queue.depth_critical},
        health.FlagCode.RED_DEPTH: _("Over %(limit)s") % {"limit": queue.depth_red},
        health.FlagCode.YELLOW_DEPTH: _("Over %(limit)s") % {"limit": queue.depth_yellow},
        health.FlagCode.OVER_LIMIT: ngettext("%(n)s over its limit", "%(n)s over their limit", n) % {"n": n},
        health.FlagCode.OLD_LEADS: _("%(n)s older than 24 h") % {"n": n},
        health.FlagCode.LOW_CLAIM_RATE: _("Claim rate %(share)s") % {"share": _rate(row)},
        health.FlagCode.BREACH_SOON: _("1 breach in %(time)s") % {"time": duration(timedelta(minutes=n))},
    }
    return Clause(says[flag.code], "warn" if flag.level == health.DepthLevel.YELLOW else "bad")


def _rate(row: QueueHealth) -> str:
    """As in its own column."""
    return percent(row.rate, limit=health.GOOD_CLAIM_RATE)


def recount_notices(rows: Sequence[QueueHealth], *, at: datetime) -> list[tuple[str, str]]:
    """As warnings are: that days of the last week, from which claims a day and the last 24 hours come, may change."""
    stale_days = max((row.stale_days for row in rows), default=0)
    return [("", note) for note in recount_notes_since(week_start(at), stale_days)]


def velocity_text(row: QueueHealth) -> Clause:
    """A ratio above 1 means that the queue shrinks, below 1 that it grows (E7)."""
    words = {
        health.Trend.SHRINKING: Clause(_("shrinking")),
        health.Trend.STABLE: Clause(_("stable")),
        health.Trend.GROWING: Clause(_("growing"), "bad" if row.level in ("red", "critical") else ""),
        health.Trend.IDLE: Clause(_("idle")),
    }
    return words[row.velocity.word]


VELOCITY_ICONS = {
    health.Trend.SHRINKING: "trending-down",
    health.Trend.STABLE: "arrow-right",
    health.Trend.GROWING: "trending-up",
    health.Trend.IDLE: "minus",
}


def conclusion(rows: list[QueueHealth]) -> tuple[str, str]:
    """The sentence at the top, as (what needs the manager, in bold; the rest)."""
    bad = [row for row in rows if flag_text(row).level == "bad"]
    if not rows:
        return "", _("You manage no queue yet.")
    if not bad:
        return _("All queues flow."), ""
    names = ", ".join(row.queue.name for row in bad[:3])
    growing = [row for row in bad if row.velocity.word == health.Trend.GROWING]
    lead = ngettext("One queue needs you:", "%(n)s queues need you:", len(bad)) % {"n": len(bad)}
    if len(bad) == 1 and growing:
        return _("%(name)s, and it is growing") % {"name": names}, lead
    return names, lead


def settings_text(
    queue: Queue,
    limits: TypeLimits,
    move: DeadlineMove | None = None,
    *,
    segments: Sequence[Segment] | None = None,
) -> list[tuple[str, str]]:
    """The settings of a queue as (label, value). `limits` are its type_limits(), `segments` its segments_of() if the
    caller knows them, `move` the newest move of its deadlines."""
    if queue.dispatch == Queue.Dispatch.HYBRID:
        dispatch = _("Rotation first, open to all after %(n)s min") % {"n": queue.opens_after_minutes}
    else:
        dispatch = queue.get_dispatch_display()
    wait = wait_limits_text(queue, limits)
    then = queue.get_on_wait_breach_display().lower()
    order = order_text(queue.order)
    if queue.order == Queue.Order.HYBRID:
        order = _("%(order)s (hot above %(n)s)") % {"order": order, "n": queue.hot_score}
    return [
        (_("Dispatch"), dispatch),
        (_("Rotation"), queue.rotation.name if queue.rotation_id else _("none")),
        *((_("Step %(n)s") % {"n": n}, says) for n, says in enumerate(_steps(queue, segments), start=1)),
        (_("Order"), order),
        (_("Age bands"), bands_text(queue)),
        (_("Wait limit"), _("%(wait)s, then %(then)s") % {"wait": wait, "then": then}),
        (_("Clocks count"), counts_text(queue)),
        (_("First contact"), contact_limits_text(queue, limits)),
        (_("Depth"), f"{queue.depth_yellow} / {queue.depth_red} / {queue.depth_critical}"),
        (_("Limits"), limits_text(queue)),
        (_("Picking"), _("first %(n)s places") % {"n": queue.picks_within} if queue.picks_within else _("no")),
        (_("Batch"), _("no") if queue.is_blind else _("up to %(n)s") % {"n": queue.batch_size}),
        (_("Guards"), guards_text(queue)),
        *([(_("Deadlines last moved"), move_text(move))] if move else []),
    ]


def move_text(move: DeadlineMove) -> str:
    """What an edit of hours, days off or limits did to deadlines."""
    who = display_name(move.by) if move.by else _("background work")
    moved = ngettext("%(n)s deadline", "%(n)s deadlines", move.moved) % {"n": number(move.moved)}
    return _("%(when)s, %(why)s of %(name)s, by %(who)s: %(moved)s. Past breaches stay.") % {
        "when": when(move.at),
        "why": move.get_why_display(),
        "name": move.name,
        "who": who,
        "moved": moved,
    }


def limits_text(queue: Queue) -> str:
    """When rules add no more leads, and what becomes of these (D5)."""
    if queue.when_full == Queue.WhenFull.OFF:
        return _("none: rules add all leads, however many wait")
    words = {
        "limit": queue.depth_limit,
        "lift": queue.depth_lift,
        "age": queue.mean_age_hours,
        "age_lift": queue.mean_age_lift_hours,
        "then": _overflow_text(queue),
    }
    text = _("above %(limit)s (until %(lift)s) or %(age)s h on average (until %(age_lift)s h): %(then)s")
    return text % words


def _overflow_text(queue: Queue) -> str:
    """With the name of the partner or queue that gets the leads."""
    if queue.overflow_pool is not None and queue.when_full == Queue.WhenFull.PARTNER:
        return _("leads go to the partner %(name)s") % {"name": queue.overflow_pool.name}
    if queue.overflow_queue is not None and queue.when_full == Queue.WhenFull.OVERFLOW:
        return _("leads go to %(name)s") % {"name": str(queue.overflow_queue)}
    return queue.get_when_full_display().lower()


def _steps(queue: Queue, segments: Sequence[Segment] | None) -> list[str]:
    """What the queue asks in turn, if it asks more than its rotation (G1-G3)."""
    sentences = plan_sentences(queue, segments)
    return sentences if len(sentences) > 1 else []


def guards_text(queue: Queue) -> str:
    """The guards that are on (C4c)."""
    guards = [
        (queue.is_blind, _("blind, skips are counted")),
        (queue.uncontacted_limit, _("at most %(n)s uncontacted leads each") % {"n": queue.uncontacted_limit}),
        (queue.is_reserving, _("a preview reserves a lead for 60 s")),
    ]
    return "; ".join(words for is_on, words in guards if is_on) or _("none")


def reasons_text(skips: Skips) -> str:
    """'Not my type of lead 3, No time for it 1'."""
    return ", ".join(f"{REASONS.get(reason, reason)} {n}" for reason, n in skips.reasons)


def bands_text(queue: Queue) -> str:
    return _("%(h1)s h: top %(p1)s %%, %(h2)s h: top %(p2)s %%, %(h3)s h: to you") % {
        "h1": queue.first_band_hours,
        "p1": queue.first_band_percent,
        "h2": queue.second_band_hours,
        "p2": queue.second_band_percent,
        "h3": queue.escalate_after_hours,
    }


def clock_text(row: Preview, *, at: datetime) -> str:
    """When the next clock of a waiting lead runs out, and what happens then."""
    ladder_at = row.since_at + timedelta(hours=row.queue.escalate_after_hours)
    if row.due_at >= at and not at <= ladder_at < row.due_at:
        limit = {"limit": limit_text(row.limit), "time": when(row.due_at)}
        return _("%(limit)s limit at %(time)s") % limit
    if ladder_at >= at:
        return _("%(h)s h at %(time)s, comes to you") % {"h": row.queue.escalate_after_hours, "time": when(ladder_at)}
    return _("all clocks have run out; it waits for you")
