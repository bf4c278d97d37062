"""Words of the flow page: ranges, ways out of a queue, steps of the cleanup, speed, the nightly audit."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.times import ago
from dashboards.decisions.speed_goals import Met
from dashboards.queries.audits import Audits
from dashboards.queries.flow import GIVEN, Way
from dashboards.queries.stale import ARCHIVE, NURTURE, RECYCLE
from queues.models import Entry
from routing.models import Assignment


def range_words() -> dict[str, str]:
    """The three ranges by their key in the address."""
    return {"24h": _("24 h"), "7d": _("7 days"), "30d": _("30 days")}


def split_words() -> dict[str, str]:
    """How the chart of in and out is split, by its key in the address."""
    return {"all": _("All"), "queue": _("By queue"), "source": _("By source")}


def way_words(way: Way) -> str:
    """How leads left: by the manner in which somebody got them, else by what became of them."""
    if way.left in GIVEN and way.how:
        return str(dict(Assignment.How.choices).get(way.how, way.how))
    return str(dict(Entry.Left.choices).get(way.left, way.left))


def step_words(step: str) -> str:
    """Where the cleanup puts a lead (D6)."""
    return {NURTURE: _("Nurture"), RECYCLE: _("Recycling pool"), ARCHIVE: _("Archive")}.get(step, step)


def speed_words(found: Met) -> tuple[str, str, str]:
    """Signs of the median and of the 95th percentile, and the verdict on both (F12)."""
    return {
        Met.BOTH: ("ok", "ok", _("Leads find an owner fast enough: both goals are met.")),
        Met.MEDIAN_ONLY: ("ok", "bad", _("Most leads find an owner fast enough, but too many wait too long.")),
        Met.MOST_ONLY: ("bad", "ok", _("Hardly any lead waits long, but the usual one waits too long.")),
        Met.NEITHER: ("bad", "bad", _("Leads wait too long for an owner: both goals are missed.")),
    }.get(found, ("off", "off", _("No lead came to an owner by rule and rotation in this time.")))


def audit_words(found: Audits, *, at: datetime) -> tuple[str, str]:
    """The nightly audit over all rotations: what it found, and of how much, when (F6b)."""
    if found.ran_at is None:
        return _("never run"), ""
    text = ngettext(
        "%(turns)s turns of %(n)s rotation, %(time)s",
        "%(turns)s turns of %(n)s rotations, %(time)s",
        found.rotations,
    )
    words = {"turns": number(found.turns), "n": number(found.rotations), "time": ago(found.ran_at, at)}
    return (_("not every rotation agrees") if found.differing else _("every owner is right")), text % words
