"""The kinds of public holidays in words, and the days that each brings (F5, I2)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from routing.decisions.availability.public_holidays import Region, holidays_between

A_YEAR = timedelta(days=365)
MOST_NAMED = 3  # days in a sentence
NAMES: Mapping[str, object] = {
    "public": lazy("Public holidays"),
    "government": lazy("Days on which government offices are closed"),
    "bank": lazy("Bank holidays"),
    "half_day": lazy("Half days (the whole day is off)"),
    "optional": lazy("Optional holidays"),
    "optional_women": lazy("Optional holidays for women"),
    "school": lazy("School holidays"),
    "unofficial": lazy("Unofficial days"),
    "de_facto": lazy("Days on which people do not work, without a law"),
    "armed_forces": lazy("Days of the armed forces"),
    "catholic": lazy("Catholic holidays"),
    "protestant": lazy("Protestant holidays"),
    "orthodox": lazy("Orthodox holidays"),
    "christian": lazy("Christian holidays"),
    "armenian": lazy("Armenian holidays"),
    "islamic": lazy("Islamic holidays"),
    "hebrew": lazy("Jewish holidays"),
    "hindu": lazy("Hindu holidays"),
}
NAMES_IN: Mapping[str, Mapping[str, object]] = {"ID": {"government": lazy("Joint leave (cuti bersama)")}}


def kind_name(kind: str, country: str = "") -> str:
    return str(NAMES_IN.get(country, {}).get(kind) or NAMES.get(kind) or kind.replace("_", " ").capitalize())


def kinds_text(kinds: object) -> str:
    """ "Public holidays, Bank holidays", as the history says it."""
    return ", ".join(kind_name(str(kind)) for kind in kinds) if isinstance(kinds, Sequence) else ""


def kind_choice_text(kind: str, region: Region, *, today: date) -> str:
    """A kind with the days that it brings in a year: "Joint leave: 8 days, such as 16 Feb Cuti Bersama Imlek"."""
    one = Region(region.country, region.part, (kind,))
    days = holidays_between(one, today, today + A_YEAR, get_language() or "en")
    name = kind_name(kind, region.country)
    if not days:
        return _("%(kind)s: none in the next twelve months") % {"kind": name}
    text = ngettext(
        "%(kind)s: %(n)s day in the next twelve months, %(days)s",
        "%(kind)s: %(n)s days in the next twelve months, such as %(days)s",
        len(days),
    )
    named = "; ".join(f"{date_format(on, 'j M')} {called}" for on, called in days[:MOST_NAMED])
    return text % {"kind": name, "n": len(days), "days": named}
