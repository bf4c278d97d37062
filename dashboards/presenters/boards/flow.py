"""What the figures of Flow count, and the leads behind each (C8, D6, F12, E10)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.web.explained import Explained, list_address
from dashboards.presenters.boards.behind import ENTERED, HOW, LEFT, stays
from dashboards.presenters.boards.flow_behind import converted, heat, speed
from dashboards.presenters.boards.queues import CAME, CLAIMED, DEPTH, WENT
from dashboards.presenters.reports.figures import Figure
from dashboards.queries import boards
from dashboards.queries.flow import WayOut

WAYS = Figure(
    "board_ways",
    _("Where they went"),
    _("Leads that left a queue in this time, by how: which kind of assignment began, or what became of them."),
    _("Ours (C8)"),
    stays(boards.went, ENTERED, LEFT, HOW),
)
NET = Explained(_("Net"), _("In less out: how many more leads wait than at the start of this time."), _("Ours (C8)"))
SPEED = Figure(
    "board_speed",
    _("From capture to owner"),
    _(
        "The time from the last capture of a lead to its first owner, for leads that rotations and account owners got "
        "in this time, the newest thousand. Median: half were sooner. 95 of 100: by the nearest rank."
    ),
    _("Articles: leads find an owner within seconds (F12)"),
    speed,
)
HEAT = Figure(
    "board_heat",
    _("Waiting by weekday and hour"),
    _("The mean number of leads that waited in all queues at the end of each hour of the week, over eight weeks."),
    _("Ours (C8, E9)"),
    heat,
)
CONVERTED = Figure(
    "board_converted",
    _("Converted, 90 d"),
    _(
        "Of the source's leads captured in 90 days that entered a queue or came to an end, those that became an "
        "opportunity or a customer; counted once a day, as for the value of sources."
    ),
    _("Ours (B7, E2)"),
    converted,
)
STALE = Explained(
    _("Stale"),
    _(
        "Leads without any work for so many days, up to 1,000 of each step: what the next cleanup moves, and "
        "what becomes due within 24 hours."
    ),
    _("Articles: 7 days to nurture, 14 days to the recycling pool, 30 days to the archive (D6)"),
)
SYSTEM = Explained(
    _("System"),
    _(
        "Whether the background work runs, when each sweep ran last, and what it missed; what failed in 24 hours. The "
        "outbox sends to webhooks and CRMs; its messages count here when they should have left a minute ago."
    ),
    _("Ours (C8, F6b)"),
)
ABOUT = {
    "depth": DEPTH,
    "came": CAME,
    "source": CAME,
    "went": WENT,
    "net": NET,
    "ways": WAYS,
    "speed": SPEED,
    "heat": HEAT,
    "taken": CLAIMED,
    "converted": CONVERTED,
    "stale": STALE,
    "system": SYSTEM,
}
FIGURES = (WAYS, SPEED, HEAT, CONVERTED)


def flow_lists(*, since: datetime, until: datetime) -> dict[str, str]:
    """The addresses of the leads behind the figures of a queue or source, whose id follows at the end, or of all."""
    found = {
        "waiting": list_address(DEPTH.key, by="all"),
        "speed": list_address(SPEED.key, since=since, until=until),
        "converted_source": list_address(CONVERTED.key, by="source"),
        "converted_all": list_address(CONVERTED.key, by="all"),
    }
    for name, figure in (("came", CAME), ("went", WENT), ("claimed", CLAIMED)):
        for by in ("queue", "source"):
            found[f"{name}_{by}"] = list_address(figure.key, by=by, since=since, until=until)
        found[f"{name}_all"] = list_address(figure.key, by="all", since=since, until=until)
    return found


def hour_list(at: datetime) -> str:
    """The address of the leads that waited in an hour of the week; weekday and hour follow at the end, as "0-14"."""
    return list_address(HEAT.key, by="hour", until=at)


def way_list(way: WayOut, *, since: datetime, until: datetime) -> str:
    """The address of the leads that left this way."""
    return list_address(WAYS.key, by="way", value=f"{way.left}.{way.how}", since=since, until=until)
