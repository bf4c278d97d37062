"""Presents the leads behind a figure of My numbers; a lead that one may no longer open has no name (C9)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.figures import number
from config.web.times import duration
from dashboards.presenters.my_numbers import LABELS


@dataclass(frozen=True, slots=True)
class LeadRow:
    """`href_id` is the lead that may be opened."""

    lead: str
    href_id: int | None
    at: datetime
    fact: str


FACTS: Mapping[str, tuple[Any, Callable[[Any], str]]] = {
    "taken": (lazy("How it came"), lambda row: row.get_how_display()),
    "waited": (lazy("Had waited"), lambda row: duration(row.waited)),
    "contact": (lazy("To contact"), lambda row: duration(row.took)),
    "within": (lazy("In time"), lambda row: _("yes") if row.within else _("no")),
    "conversion": (lazy("Became"), lambda row: row.get_ended_how_display() or _("open")),
    "contacted": (lazy("To contact"), lambda row: duration(row.took)),
    "turns": (lazy("Turn"), lambda row: number(row.number)),
}


def list_title(figure: str) -> str:
    return str(LABELS.get(figure) or _("Leads from a rotation"))


def list_header(figure: str) -> tuple[str, str, str]:
    return _("Lead"), _("Time"), str(FACTS[figure][0])


def lead_rows(figure: str, rows: Sequence[Any], *, visible: Collection[int]) -> list[LeadRow]:
    fact = FACTS[figure][1]
    return [
        LeadRow(
            lead=row.lead.label if row.lead_id in visible else _("A lead that is no longer yours"),
            href_id=row.lead_id if row.lead_id in visible else None,
            at=row.assigned_at if hasattr(row, "assigned_at") else row.at,
            fact=fact(row),
        )
        for row in rows
    ]
