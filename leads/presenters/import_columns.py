"""The columns of a file in words: what they were taken for, how their dates are meant, and whom they name (A1a)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.figures import number
from leads.decisions.csv.columns import Doubt
from leads.decisions.csv.date_columns import DateColumn
from leads.decisions.csv.exports import Export
from leads.decisions.csv.survey import Survey
from leads.decisions.facts.date_orders import DAY, MIXED, MONTH, SECONDS, YEAR
from leads.decisions.facts.moments import read_moment
from leads.presenters.imports import field_name

_ORDERS: Mapping[str, object] = {
    DAY: lazy("Day first"),
    MONTH: lazy("Month first"),
    YEAR: lazy("Year first"),
    SECONDS: lazy("Seconds since 1970"),
    MIXED: lazy("Not the same in all rows"),
}
DATE_ORDERS = [(order, _ORDERS[order]) for order in (DAY, MONTH, YEAR)]


@dataclass(frozen=True)
class DateNote:
    """How the dates of one column are meant, with the choice of another order if their numbers leave one.
    `is_doubtful`: look at it."""

    title: str
    words: str
    is_doubtful: bool
    field: BoundField | None


def export_text(export: Export | None) -> str:
    return _("Looks like an export of %(program)s.") % {"program": export.name} if export else ""


def doubt_text(doubt: Doubt) -> str:
    """Why the guess of a column is unsure."""
    words = {
        "inside": _("A guess: the title speaks of %(field)s among other things."),
        "by_cells": _("A guess from the cells; the title does not say it."),
        "other_cells": _("The title says %(field)s, but the cells do not look like it."),
        "salutation": _("The cells are forms of address, not job titles."),
    }
    return words[doubt.code] % {"field": field_name(doubt.field)}


def date_order_text(dates: DateColumn) -> str:
    """The order that was found, as a choice."""
    if dates.order == MIXED:
        return _("As they are written: not the same in all rows")
    if dates.is_proven:
        return _("%(order)s, as found in the file") % {"order": _ORDERS[dates.order]}
    return _("%(order)s, assumed") % {"order": _ORDERS[dates.order]}


def date_notes(
    header: Sequence[str],
    columns: Iterable[tuple[int, DateColumn, BoundField]],
    chosen: Mapping[int, str],
    zones: Mapping[int, str],
) -> list[DateNote]:
    """`zones` are those that titles name, by column."""
    notes = {
        column: DateNote(
            header[column],
            (_chosen_words(chosen[column], dates) if column in chosen else date_words(dates))
            + (f" {zone_words(zones[column])}" if column in zones and dates.order != SECONDS else ""),
            is_doubtful=column not in chosen and not dates.is_proven,
            field=field,
        )
        for column, dates, field in columns
    }
    alone = {column: DateNote(header[column], zone_words(zone), False, None) for column, zone in zones.items()}
    return list((alone | notes).values())


def zone_words(zone: str) -> str:
    return _("Times without a zone are read as %(zone)s, as the title says.") % {"zone": zone}


def date_words(dates: DateColumn) -> str:
    """How the dates of a column are meant, and how certain that is."""
    if dates.order == MIXED:
        return _("The column contradicts itself: %(lines)s. Dates that could be two days are refused.") % {
            "lines": "; ".join(_line_words(*proof) for proof in _one_of_each(dates))
        }
    words = _meaning(dates.order, dates.sample)
    if dates.order == SECONDS:
        return _("%(words)s. The column holds nothing but such numbers.") % {"words": words}
    if not dates.is_proven:
        return _("%(words)s. This is assumed: no date in the column proves it.") % {"words": words}
    if not dates.proofs:
        return _("%(words)s. All dates of the column agree.") % {"words": words}
    return _("%(words)s. Line %(line)s proves it.") % {"words": words, "line": dates.proofs[0][1]}


def nobody_text(survey: Survey | None, mapping: Mapping[int, str]) -> str:
    """The warning about a file of other people's columns; "" if any row may reach a person."""
    if survey is None or not survey.reaches_nobody(mapping):
        return ""
    if survey.names_nobody(mapping):
        words = ngettext(
            "The row has no e-mail, no phone and no name.",
            "None of the %(n)s rows has an e-mail, a phone or a name.",
            survey.rows,
        )
    else:
        words = ngettext(
            "The row has neither an e-mail nor a phone.",
            "None of the %(n)s rows has an e-mail or a phone.",
            survey.rows,
        )
    return words % {"n": number(survey.rows)}


def _chosen_words(order: str, dates: DateColumn) -> str:
    return _("%(words)s. You chose it.") % {"words": _meaning(order, dates.sample)}


def _meaning(order: str, text: str) -> str:
    moment = read_moment(text, UTC, order=order)
    meant = date_format(moment, "j M Y") if moment else _("no date")
    return _("%(order)s: %(text)s = %(date)s") % {"order": _ORDERS[order], "text": text, "date": meant}


def _line_words(order: str, line: int, text: str) -> str:
    return _("line %(line)s has %(text)s (%(order)s)") % {
        "line": line,
        "text": text,
        "order": str(_ORDERS[order]).lower(),
    }


def _one_of_each(dates: DateColumn) -> list[tuple[str, int, str]]:
    first: dict[str, tuple[str, int, str]] = {}
    for proof in dates.proofs:
        first.setdefault(proof[0], proof)
    return sorted(first.values(), key=lambda proof: proof[1])
