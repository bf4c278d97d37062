"""What a column could be, in words: "choice of 6: High in Relevance, Might be and 4 more" (A9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from leads.decisions.facts.date_orders import DAY, MONTH
from leads.decisions.own_fields.guessing import Guess
from leads.decisions.own_fields.names import OwnKind
from leads.models import OwnField
from leads.presenters.own_fields import value_text
from leads.queries.column_fields import ColumnField, ColumnFields

NAMED_CHOICES = 4
MAX_ONLY = 40
USELESS = ("empty", "same", "names")


@dataclass(frozen=True, slots=True)
class ColumnWords:
    column: int
    title: str
    says: str
    filled: str = ""
    field: OwnField | None = None


@dataclass(frozen=True, slots=True)
class ColumnsShown:
    """Columns that feed a field already, those that could, and those that are of no use with the reason."""

    fed: list[ColumnWords]
    useful: list[ColumnWords]
    useless: list[ColumnWords]
    looked: str


def columns_shown(found: ColumnFields) -> ColumnsShown:
    rest = [each for each in found.columns if each.field is None and not each.is_useful]
    rest.sort(key=lambda each: USELESS.index(each.guess.useless) if each.guess else 0)
    return ColumnsShown(
        [_words(each) for each in found.columns if each.field is not None],
        [_words(each) for each in found.columns if each.is_useful],
        [_words(each) for each in rest],
        _looked(found),
    )


def _looked(found: ColumnFields) -> str:
    words = {"rows": number(found.rows)}
    if found.is_whole:
        return ngettext("Judged from the one row.", "Judged from all %(rows)s rows.", found.rows) % words
    return _("Judged from the first %(rows)s rows.") % words


def _words(each: ColumnField) -> ColumnWords:
    if each.field is not None:
        return ColumnWords(each.column, each.title, each.field.get_kind_display(), field=each.field)
    found = each.guess
    if found is None:
        return ColumnWords(each.column, each.title, "")
    words = {"filled": number(found.filled), "seen": number(found.seen)}
    filled = _("filled in %(filled)s of %(seen)s") % words if 0 < found.filled < found.seen else ""
    return ColumnWords(each.column, each.title, useless_text(found) or guess_text(found), filled)


def useless_text(found: Guess) -> str:
    return {
        "empty": _("always empty"),
        "same": _("“%(value)s” wherever it is filled") % {"value": found.only[:MAX_ONLY]},
        "names": _("another value in each row, such as ids have"),
    }.get(found.useless, "")


def guess_text(found: Guess) -> str:
    if found.kind == OwnKind.CHOICE:
        words = {"n": len(found.choices), "choices": _choices(found.choices)}
        return _("choice of %(n)s: %(choices)s") % words
    if found.kind == OwnKind.YES_NO:
        return _("yes or no")
    words = {"low": _end(found.lowest), "high": _end(found.highest)}
    if found.kind == OwnKind.NUMBER:
        return _("number, %(low)s to %(high)s") % words
    if found.kind == OwnKind.DATE:
        order = {DAY: _(", day first"), MONTH: _(", month first")}.get(found.style, "")
        return _("date, %(low)s to %(high)s%(order)s") % {**words, "order": order}
    return ngettext("text, always the same", "text, %(n)s different", found.differing) % {"n": number(found.differing)}


def _end(value: int | float | date | None) -> str:
    if isinstance(value, date):
        return formats.date_format(value, "j M Y")
    return value_text(OwnKind.NUMBER, value)


def _choices(choices: Iterable[str]) -> str:
    every = list(choices)
    named = ", ".join(every[:NAMED_CHOICES])
    if more := len(every) - NAMED_CHOICES:
        return _("%(named)s and %(n)s more") % {"named": named, "n": more} if more > 0 else named
    return named


def made_text(made: list[OwnField]) -> str:
    words = {"name": made[0].name if made else "", "n": number(len(made))}
    return (
        ngettext(
            "“%(name)s” is a field now. Rules, lists and cards can use it.",
            "%(n)s fields are made. Rules, lists and cards can use them.",
            len(made),
        )
        % words
    )
