"""The list of the page of escalations: its filters, and the columns and order of the clocks that run out next (M8)."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from dashboards.presenters.escalations import coming_clock, coming_then
from dashboards.queries.coming_breaches import UpcomingBreach
from dashboards.queries.escalations import OPEN
from leads.decisions.lists import Column, ListPage, in_order
from leads.presenters.lists import register_list
from queues.models import Escalation


class ComingRow(NamedTuple):
    """One clock with its words."""

    one: UpcomingBreach
    clock: str
    then: str

    @property
    def queue(self) -> str:
        return self.one.queue.name if self.one.queue else ""


ORDERS = {
    "due": lambda row: row.one.due_at,
    "lead": lambda row: row.one.label.casefold(),
    "holder": lambda row: row.one.holder.casefold() or None,
    "queue": lambda row: row.queue.casefold() or None,
}
ESCALATIONS = register_list(
    ListPage(
        key="escalations",
        columns=(
            Column(
                "due", _("Runs out"), lambda row: row.one.due_at.isoformat(), can_sort=True, classes="n-when",
                explained="breach",
            ),
            Column("lead", _("Lead"), lambda row: row.one.label, is_fixed=True, can_sort=True),
            Column("clock", _("Clock"), lambda row: row.clock, explained="clock"),
            Column("holder", _("Holder"), lambda row: row.one.holder, can_sort=True),
            Column("queue", _("Queue"), lambda row: row.queue, is_shown=False, can_sort=True),
            Column("then", _("Then"), lambda row: row.then),
        ),
        filters={"tab": _("list"), "queue": _("queue"), "kind": _("what broke")},
        defaults={"tab": OPEN},
        sort="due",
        permission="queues.watch_queue",
    )
)  # fmt: skip


def coming_rows(coming: Sequence[UpcomingBreach], *, queue: str, sort: str) -> list[ComingRow]:
    """`queue` is a slug, "" for all."""
    mine = [one for one in coming if queue in ("", one.queue.slug if one.queue else None)]
    return in_order([ComingRow(one, coming_clock(one), coming_then(one)) for one in mine], sort, ORDERS)


def kind_choices() -> dict[str, str]:
    return {str(value): str(label) for value, label in Escalation.Kind.choices}
