"""Words of the flow page: ranges, ways out of a queue, steps of the cleanup."""

from django.utils.translation import gettext as _

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
