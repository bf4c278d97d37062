"""The flow page in words: periods, ways out of a queue, cleanup steps, speed, the nightly audit (C8)."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.times import ago
from dashboards.decisions.speed_goals import GoalResult
from dashboards.queries.audits import Audits
from dashboards.queries.flow import GIVEN, WayOut
from dashboards.queries.stale import ARCHIVE, NURTURE, RECYCLE
from queues.models import Entry
from routing.models import Assignment


def range_labels() -> dict[str, str]:
    """The three periods by their key in the address."""
    return {"24h": _("24 h"), "7d": _("7 days"), "30d": _("30 days")}


def split_labels() -> dict[str, str]:
    """How the chart of in and out is split, by its key in the address."""
    return {"all": _("All"), "queue": _("By queue"), "source": _("By source")}


def way_text(way: WayOut) -> str:
    """How leads left a queue: by which kind of assignment, else what became of them."""
    if way.left in GIVEN and way.how:
        return str(dict(Assignment.How.choices).get(way.how, way.how))
    return str(dict(Entry.Left.choices).get(way.left, way.left))


def step_text(step: str) -> str:
    """Where the cleanup puts a lead (D6)."""
    words = {
        NURTURE: _("Nurture"),
        RECYCLE: _("Recycling pool"),
        ARCHIVE: _("Archive"),
        "reject": _("Rejected as junk"),
    }
    return words.get(step, step)


def speed_text(found: GoalResult) -> tuple[str, str, str]:
    """The level of the median, the level of the 95th percentile, and one sentence on both (F12)."""
    return {
        GoalResult.BOTH: ("ok", "ok", _("Leads find an owner fast enough: both goals are met.")),
        GoalResult.MEDIAN_ONLY: ("ok", "bad", _("Most leads find an owner fast enough, but too many wait too long.")),
        GoalResult.MOST_ONLY: ("bad", "ok", _("Few leads wait long, but the typical lead waits too long.")),
        GoalResult.NEITHER: ("bad", "bad", _("Leads wait too long for an owner: both goals are missed.")),
    }.get(found, ("off", "off", _("No rotation or rule gave a lead to an owner in this time.")))


def audit_text(found: Audits, *, at: datetime) -> tuple[str, str]:
    """What the nightly audit found, and how many turns it checked and when (F6b)."""
    if found.ran_at is None:
        return _("never run"), ""
    text = ngettext(
        "%(turns)s turns of %(n)s rotation, %(time)s",
        "%(turns)s turns of %(n)s rotations, %(time)s",
        found.rotations,
    )
    words = {"turns": number(found.turns), "n": number(found.rotations), "time": ago(found.ran_at, at)}
    return (_("not every rotation agrees") if found.differing else _("every owner is right")), text % words
