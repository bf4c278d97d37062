"""Presents a company's own holidays: their days, whom they are for, and what a save does (F5)."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from routing.forms.company_holidays import region_choice_text
from routing.models import CompanyHoliday

LONG = 31  # days


def days_text(row: CompanyHoliday) -> str:
    """'Thu 24 Dec 2026', '24 Dec to 2 Jan, every year'."""
    form = "j M" if row.is_yearly else "D j M Y"
    first, last = date_format(row.first_on, form), date_format(row.last_on, form)
    text = first if row.first_on == row.last_on else _("%(first)s to %(last)s") % {"first": first, "last": last}
    return _("%(days)s, every year") % {"days": text} if row.is_yearly else text


def for_text(row: CompanyHoliday) -> str:
    if row.is_for == CompanyHoliday.IsFor.REGION:
        return region_choice_text(row.region)
    if row.is_for == CompanyHoliday.IsFor.TEAMS:
        names = ", ".join(sorted(team.name for team in row.teams.all()))
        return names or _("nobody: its team was deleted")
    return _("everybody")


def saved_sentence(row: CompanyHoliday, reps: int) -> str:
    """Whom it concerns, so that a wrong choice is noticed."""
    if not reps:
        return _("No rep has “%(name)s”: nobody is in this team or has the public holidays of this country.") % {
            "name": row.name
        }
    words = {"name": row.name, "n": number(reps)}
    if row.kind == CompanyHoliday.Kind.WORKING:
        text = ngettext(
            "%(n)s rep works on “%(name)s” although it is a public holiday.",
            "%(n)s reps work on “%(name)s” although it is a public holiday.",
            reps,
        )
    else:
        text = ngettext("%(n)s rep is off on “%(name)s”.", "%(n)s reps are off on “%(name)s”.", reps)
    return text % words


def long_span_sentence(row: CompanyHoliday) -> str:
    """For a holiday of more than a month, which may be a slip; else empty."""
    days = (row.last_on - row.first_on).days + 1
    if days <= LONG:
        return ""
    return _("“%(name)s” has %(n)s days: check the last one.") % {"name": row.name, "n": days}
