"""The list of a manager's queues: its columns, order and filter (C7, M8)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from dashboards.presenters.queues import flag_text
from dashboards.queries.health import QueueHealth
from leads.decisions.lists import Column, ListPage, in_order
from leads.presenters.lists import register_list

NEEDS_ME = "bad"  # the filter, named as the level of the flag
SORTS = {
    "name": lambda row: row.queue.name.casefold(),
    "depth": lambda row: row.depth,
    "claims": lambda row: row.claims_a_day,
    "rate": lambda row: -1 if row.rate is None else row.rate,
    "velocity": lambda row: -1 if row.velocity.ratio is None else row.velocity.ratio,
    "old": lambda row: row.old,
}


def _in_file(key: str, label: object, cell, *, can_sort: bool = False) -> Column:
    return Column(key, label, cell, on_page=False, can_sort=can_sort)


QUEUES = register_list(
    ListPage(
        key="queues",
        columns=(
            Column("name", _("Queue"), lambda row: row.queue.name, is_fixed=True, can_sort=True),
            Column("depth", _("Waiting"), lambda row: row.depth, can_sort=True),
            _in_file("level", _("Level"), lambda row: row.level),
            Column("ages", _("Ages"), lambda row: f"{row.fresh} / {row.warm} / {row.old}", in_file=False),
            _in_file("fresh", _("0-4 h"), lambda row: row.fresh),
            _in_file("warm", _("4-24 h"), lambda row: row.warm),
            _in_file("old", _("24 h and more"), lambda row: row.old, can_sort=True),
            Column("claims", _("Claims a day"), lambda row: round(row.claims_a_day, 1), can_sort=True),
            Column(
                "rate",
                _("Claim rate"),
                lambda row: None if row.rate is None else f"{float(row.rate):.2f}",
                can_sort=True,
                file_label=_("Claim rate, 24 h"),
            ),
            _in_file("added", _("Added, 24 h"), lambda row: row.added),
            _in_file("claimed", _("Claimed, 24 h"), lambda row: row.claimed),
            Column(
                "velocity",
                _("Velocity, 24 h"),
                lambda row: None if row.velocity.ratio is None else f"{row.velocity.ratio:.2f}",
                can_sort=True,
                file_label=_("Velocity"),
            ),
            Column("history", _("Last 24 h"), lambda row: " ".join(map(str, row.history)), in_file=False),
            _in_file("late", _("Late now"), lambda row: row.over_limit),
            _in_file("breach", _("Next breach"), lambda row: row.next_breach_at and row.next_breach_at.isoformat()),
            Column("flag", _("Worst flag"), lambda row: flag_text(row).text),
        ),
        filters={"show": _("list")},
        sort="-depth",
        permission="queues.watch_queue",
    )
)


def chosen_queues(rows: Sequence[QueueHealth], *, sort: str) -> list[QueueHealth]:
    return in_order(rows, sort, SORTS)


def needing(rows: Sequence[QueueHealth], show: str) -> list[QueueHealth]:
    """All, or those that need the manager."""
    return [row for row in rows if show != NEEDS_ME or flag_text(row).level == NEEDS_ME]
