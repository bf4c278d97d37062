"""What the figures of Queues and of a queue's page count, and the leads behind each (C7, E5-E8, E10)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from config.web.explained import INSTANT, Explained, list_address
from dashboards.presenters.boards.behind import (
    DAY,
    ENTERED,
    HOW,
    IN_TIME,
    LEFT,
    WITHIN,
    in_time_words,
    stays,
    stays_now,
    within_words,
)
from dashboards.presenters.reports.figures import Figure
from dashboards.queries import boards
from dashboards.queries.moved import HOUR, WEEK_DAYS
from queues.decisions.figures.calendar import hour_start

DEPTH = Figure(
    "board_waiting",
    _("Waiting"),
    _("Leads that wait in the queue now. The marks on the bar are its yellow, red and critical depth."),
    _("Articles: more than 50 is yellow, more than 100 red, more than 200 critical; each queue may have its own (E5)"),
    stays_now(lambda asked, at: boards.waiting(asked), ENTERED),
)
OLDEST = Explained(
    _("Oldest"),
    _("The age of the lead that waits longest. All hours count, and a lead that was given back keeps its age."),
    _("Articles: no lead older than 72 hours (E8, L9)"),
)
NEXT_BREACH = Explained(
    _("Next breach"),
    _("The first clock that runs out without an act: a lead's longest wait, its age limit, or its first contact."),
    _("Ours: one count for all pages (D1, D2, B6)"),
)
TODAY = Figure(
    "board_today",
    _("Claimed within the limit today"),
    _("Claims since midnight in your time zone that came before the lead's longest wait ran out, of all claims."),
    _("Articles: 90 % and more; exactly at the limit is in time (E8, L1)"),
    stays(boards.claimed, ENTERED, LEFT, IN_TIME, part=("is_in_time", in_time_words)),
)
CLAIMS = Figure(
    "board_claims",
    _("Claims a day"),
    _(
        "Claims since the full hour seven days ago, divided by seven; the list has the claims. Days of work are the "
        "leads that wait, divided by the claims of a day."
    ),
    _("Articles: a depth of 2 to 4 times the daily claims (E8)"),
    stays(boards.claimed, ENTERED, LEFT),
)
DAYS = Explained(
    _("Days of work"),
    _("Leads that wait now, divided by the claims of a day; n/a where nothing was claimed in seven days."),
    _("Articles: a depth of 2 to 4 times the daily claims (E8)"),
)
AGES = Explained(
    _("Ages"),
    _(
        "Leads that wait now, by age: under 4 hours, 4 to 24 hours, 24 hours and more. The sign warns when more than "
        "20 % are 4 hours old or older."
    ),
    _("Articles: 80 % and more belong under 4 hours (E6, L1)"),
)
RATE = Figure(
    "board_rate",
    _("Claim rate"),
    _(
        "Each stay in a queue is decided once: when it is claimed within 24 hours, or when it becomes 24 hours old. Of "
        "those decided in the last 24 hours, the share of the first; the list has both. Nothing decided gives n/a."
    ),
    _("Articles: below 80 % is a warning, exactly 80 % is not (D5, E8)"),
    stays(boards.decided, ENTERED, LEFT, WITHIN, part=("is_within", within_words)),
)
VELOCITY = Explained(
    _("Velocity"),
    _(
        "Leads claimed in the last 24 hours, divided by leads that came in. Above 1 the queue shrinks, below 1 it "
        "grows; 0.95 to 1.05 is stable. Nothing came in gives n/a. Both numbers below it open their leads."
    ),
    _("Articles: claimed per hour divided by added per hour (E7)"),
)
HISTORY = Explained(
    _("Last 24 h"),
    _("How many leads waited at the end of each of the last 24 hours. The line is the red depth."),
    _("Ours (C7, E5)"),
)
FLAG = Explained(
    _("Worst flag"),
    _(
        "The first that holds: critical depth, leads over their limit, red depth, leads older than 24 hours, a claim "
        "rate below 80 %, a breach within 30 minutes, yellow depth."
    ),
    _("Ours: what overflows first, then what is late, then what will be (D4, D5, E5, E6)"),
)
LATE = Figure(
    "board_late",
    _("Over the limit"),
    _("Leads that wait now for longer than their longest wait."),
    _("Ours: exactly at the limit is not over it (D1, L1)"),
    stays_now(lambda asked, at: boards.late(asked, at=at), ENTERED),
)
SKIPS = Explained(
    _("Skips"),
    _("Leads of this queue that a rep gave back before any contact, in 30 days, with the reasons."),
    _("Ours, for blind queues (C4c)"),
)
TAKERS = Explained(
    _("Who may take"),
    _(
        "Reps who may take from this queue, each once, and those of them who are available now: switched on, in "
        "working hours, not away."
    ),
    _("Ours (B1, C7)"),
)
PLACE = Explained(
    _("Place"),
    _("In which order the leads will be taken now. Each row says why."),
    _("The order of this queue and its age bands (B3-B7)"),
)
SCORE = Explained(
    _("Score"),
    _("How good the lead looks, from 0 to 100, by the points of the scoring rules. The lead's page lists them."),
    _("Ours (A4)"),
)
WAITED = Explained(
    _("Waiting"),
    _("Since the lead entered a queue first. All hours count, and a lead that was given back keeps its age."),
    _("Ours (B6, L9)"),
)
CAME = Figure(
    "board_came",
    _("In"),
    _("Leads that entered the queue in this time; one that was given back counts again."),
    _("Ours (C8, E7)"),
    stays(boards.came, ENTERED, LEFT),
)
CLAIMED = Figure(
    "board_claimed",
    _("Claimed"),
    _("Stays that ended in this time because somebody took the lead or was given it."),
    _("Ours (E7)"),
    stays(boards.claimed, ENTERED, LEFT),
)
WENT = Figure(
    "board_went",
    _("Out"),
    _("Leads that left the queue in this time, in any way."),
    _("Ours (C8)"),
    stays(boards.went, ENTERED, LEFT, HOW),
)

ABOUT = {
    "depth": DEPTH,
    "waits": DEPTH,
    "days": DAYS,
    "oldest": OLDEST,
    "breach": NEXT_BREACH,
    "today": TODAY,
    "claims": CLAIMS,
    "ages": AGES,
    "rate": RATE,
    "velocity": VELOCITY,
    "history": HISTORY,
    "flag": FLAG,
    "late": LATE,
    "skips": SKIPS,
    "takers": TAKERS,
    "place": PLACE,
    "score": SCORE,
    "waited": WAITED,
}
FIGURES = (DEPTH, TODAY, CLAIMS, RATE, LATE, CAME, CLAIMED, WENT)


def queue_lists(*, at: datetime) -> dict[str, str]:
    """The addresses of the leads behind the figures of a queue; its id follows at the end."""
    day: dict[str, Any] = {"by": "queue", "since": at - DAY + INSTANT, "until": at}
    week: dict[str, Any] = {"by": "queue", "since": hour_start(at) - WEEK_DAYS * 24 * HOUR, "until": at}
    return {
        "claims": list_address(CLAIMS.key, **week),
        "rate": list_address(RATE.key, **day),
        "came": list_address(CAME.key, **day),
        "claimed": list_address(CLAIMED.key, **day),
        "late": list_address(LATE.key, by="queue"),
    }


def card_lists(*, midnight: datetime, at: datetime) -> dict[str, str]:
    """The addresses of the leads behind the figures of all queues together."""
    return {"waiting": list_address(DEPTH.key), "today": list_address(TODAY.key, since=midnight, until=at)}
