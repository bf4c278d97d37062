"""The list of a manager's reps: its columns, order and filters, and the words of its cells (C7, M8)."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.times import exact
from dashboards.presenters.queues import reasons_text
from dashboards.presenters.red_flags import flag_text
from dashboards.queries.team import RepStatus
from leads.decisions.lists import Column, ListPage, in_order
from leads.presenters.lists import register_list
from queues.queries.guards import Skips
from routing.presenters.own_state import state_words

FREE, AWAY = "free", "away"
SORTS = {
    "name": lambda row: str(row.rep).casefold(),
    "open": lambda row: row.open_leads,
    "silent": lambda row: row.uncontacted,
    "claimed": lambda row: row.claimed,
    "contacted": lambda row: row.contacted,
    "speed": lambda row: row.response.now.median or timedelta(0),
    "share": lambda row: -1 if row.response.now.contact_share is None else row.response.now.contact_share,
    "flags": lambda row: len(row.flags),
}


def skips_text(skips: Skips) -> str:
    """Skips of one blind queue with their reasons (C4c)."""
    words = {"n": skips.count, "queue": skips.queue, "reasons": reasons_text(skips)}
    return (
        ngettext(
            "%(n)s skip of %(queue)s in 30 d: %(reasons)s", "%(n)s skips of %(queue)s in 30 d: %(reasons)s", skips.count
        )
        % words
    )


def _minutes(delta: timedelta | None) -> int | None:
    return None if delta is None else round(delta / timedelta(minutes=1))


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _number(key: str, label: object, cell, file_label: object = "") -> Column:
    return Column(key, label, cell, can_sort=True, classes="r", explained=key, file_label=file_label)


def _in_file(key: str, label: object, cell) -> Column:
    return Column(key, label, cell, on_page=False)


TEAM = register_list(
    ListPage(
        key="team",
        columns=(
            Column("name", lazy("Rep"), lambda row: row.rep, is_fixed=True, can_sort=True),
            Column("state", lazy("State"), lambda row: state_words(row.own).says, explained="state"),
            _in_file("seen", lazy("Last seen"), lambda row: exact(row.rep.last_seen_at)),
            _number("open", lazy("Open"), lambda row: row.open_leads),
            _number("silent", lazy("Not contacted"), lambda row: row.uncontacted),
            _number("claimed", lazy("Claimed today"), lambda row: row.claimed),
            _number("contacted", lazy("Contacted today"), lambda row: row.contacted),
            _number(
                "speed",
                lazy("To contact, 30 d"),
                lambda row: _minutes(row.response.now.median),
                lazy("Median minutes to contact, 30 d"),
            ),
            _in_file(
                "speed_before",
                lazy("Median minutes to contact, 30 d before"),
                lambda row: _minutes(row.response.before.median),
            ),
            _in_file("in_time", lazy("Within the limit, 30 d"), lambda row: _share(row.response.now.time_share)),
            _in_file(
                "in_time_before",
                lazy("Within the limit, 30 d before"),
                lambda row: _share(row.response.before.time_share),
            ),
            _number(
                "share",
                lazy("Contacted, 30 d"),
                lambda row: _share(row.response.now.contact_share),
                lazy("Contacted of claimed, 30 d"),
            ),
            _in_file(
                "share_before",
                lazy("Contacted of claimed, 30 d before"),
                lambda row: _share(row.response.before.contact_share),
            ),
            Column(
                "flags",
                lazy("Red flags"),
                lambda row: "; ".join(flag_text(flag) for flag in row.flags),
                can_sort=True,
                classes="n-flags",
                explained="flags",
            ),
            _in_file("skips", lazy("Skips, 30 d"), lambda row: sum(one.count for one in row.skips)),
        ),
        filters={"team": lazy("team"), "state": lazy("state")},
        sort="name",
        permission="queues.watch_queue",
    )
)


def team_choices(rows: Sequence[RepStatus]) -> dict[str, str]:
    """The teams of these reps, by id."""
    found = {(each.name, str(each.pk)) for row in rows for each in row.rep.teams.all()}
    return {pk: name for name, pk in sorted(found)}


def state_choices() -> dict[str, str]:
    return {FREE: _("Available"), AWAY: _("Not available")}


def chosen_reps(rows: Sequence[RepStatus], *, team: str, state: str, sort: str) -> list[RepStatus]:
    """`team` is an id, `state` FREE or AWAY; "" is all."""
    found = [row for row in rows if not team or team in {str(each.pk) for each in row.rep.teams.all()}]
    found = [row for row in found if not state or row.state.is_available == (state == FREE)]
    return in_order(found, sort, SORTS)
