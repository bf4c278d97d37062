"""The forms of a company's own holidays: one, or many lines that are pasted (F5)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanWidget,
)

from config.company import company_holidays_of
from leads.decisions.facts.countries import country_names
from routing.actions.availability.company_holidays import For
from routing.decisions.availability.company_holidays import MAX_DAYS
from routing.decisions.availability.holiday_lines import (
    MAX_LINES,
    MAX_NAME,
    YEARS,
    BadLine,
    HolidayLine,
    LineProblem,
    read_lines,
)
from routing.decisions.availability.public_holidays import countries, parse_region
from routing.forms.holidays import region_names
from routing.models import CompanyHoliday, Rep, Team

MAX_SHOWN = 10
MAX_LENGTH = 100_000
IsFor = CompanyHoliday.IsFor


class ForWhomForm(forms.BaseForm):
    """For forms with `is_for`, `region` and `teams`: exactly what the choice asks for is filled in."""

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        asked, region, teams = typed.get("is_for"), typed.get("region"), typed.get("teams")
        if asked is None:
            return typed
        if asked == IsFor.REGION and not region and "region" not in self.errors:
            self.add_error("region", _("Choose the country or region."))
        elif asked != IsFor.REGION and region:
            self.add_error("region", _("Leave this empty, or choose above that it is for a country or region."))
        if asked == IsFor.TEAMS and not teams and "teams" not in self.errors:
            self.add_error("teams", _("Choose at least one team."))
        elif asked != IsFor.TEAMS and teams:
            self.add_error("teams", _("Leave this empty, or choose above that it is for teams."))
        return typed

    def concerned(self) -> For:
        typed = self.cleaned_data
        return For(typed["is_for"], typed["region"], frozenset(team.pk for team in typed["teams"]))


class CompanyHolidayForm(ForWhomForm, forms.ModelForm):
    region = forms.ChoiceField(label=lazy("Country or region"), required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(field := self.fields.get("region"), forms.ChoiceField):
            field.choices = region_choices(self.instance.region)

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        first, last = typed.get("first_on"), typed.get("last_on")
        for name, day in (("first_on", first), ("last_on", last)):
            if day and day.year not in YEARS:
                self.add_error(name, ValidationError(_("Check the year.")))
        if first and last and last < first:
            self.add_error("last_on", ValidationError(_("The last day is before the first.")))
        elif first and last and (last - first).days >= MAX_DAYS:
            self.add_error("last_on", ValidationError(_("At most a year: check the last day.")))
        return typed


class PasteForm(ForWhomForm, forms.Form):
    """All lines share what they are and whom they are for."""

    lines = forms.CharField(
        label=lazy("Days"),
        max_length=MAX_LENGTH,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 10}),
        help_text=lazy("One a line: 2026-12-24 Company day, or 2026-12-24 to 2026-12-31 Office closed."),
    )
    kind = forms.ChoiceField(
        label=lazy("Kind"), choices=CompanyHoliday.Kind.choices, initial="off", widget=UnfoldAdminSelectWidget
    )
    is_yearly = forms.BooleanField(label=lazy("Every year"), required=False, widget=UnfoldBooleanWidget)
    is_for = forms.ChoiceField(
        label=lazy("For"), choices=IsFor.choices, initial=IsFor.EVERYBODY, widget=UnfoldAdminRadioSelectWidget
    )
    region = forms.ChoiceField(
        label=lazy("Country or region"),
        required=False,
        choices=lambda: region_choices(),
        widget=UnfoldAdminSelectWidget,
    )
    teams = forms.ModelMultipleChoiceField(
        label=lazy("Teams"),
        queryset=Team.objects.order_by("name", "pk"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    def clean_lines(self) -> list[HolidayLine]:
        """All lines, or what is wrong with each bad one; so nothing is half saved."""
        good, bad = read_lines(self.cleaned_data["lines"])
        if bad:
            more = len(bad) - MAX_SHOWN
            texts = [bad_line_text(each) for each in bad[:MAX_SHOWN]]
            if more > 0:
                texts.append(ngettext("%(n)s more line is wrong.", "%(n)s more lines are wrong.", more) % {"n": more})
            raise ValidationError([*texts, _("Nothing was saved.")])
        if len(good) > MAX_LINES:
            raise ValidationError(_("At most %(n)s lines at once.") % {"n": MAX_LINES})
        return good


def bad_line_text(bad: BadLine) -> str:
    texts = {
        LineProblem.NO_DAY: _("Line %(n)s: begin with the day, such as 2026-12-24."),
        LineProblem.NO_SUCH_DAY: _("Line %(n)s: there is no such day."),
        LineProblem.YEAR: _("Line %(n)s: check the year."),
        LineProblem.ENDS_BEFORE: _("Line %(n)s: the last day is before the first."),
        LineProblem.TOO_LONG: _("Line %(n)s: at most a year; check the last day."),
        LineProblem.NO_NAME: _("Line %(n)s: write a name after the day."),
        LineProblem.LONG_NAME: _("Line %(n)s: the name has more than %(most)s characters."),
        LineProblem.TWICE: _("Line %(n)s: the same day and name stand above."),
    }
    return texts[bad.problem] % {"n": bad.number, "most": MAX_NAME}


def region_choices(now: str = "") -> list[tuple[str, str]]:
    """All countries; first those in use, with their regions."""
    known, names = countries(), country_names(get_language() or "en")
    used = [code for code in _countries_in_use(now) if code in known]
    first = [(code, names.get(code, code)) for code in sorted(used, key=lambda code: names.get(code, code))]
    listed = [("", _("None"))]
    for code, name in first:
        listed.append((code, name))
        listed += [(f"{code}-{part}", f"{name}, {part_name}") for part, part_name in region_names(code)]
    return listed + [(code, name) for code, name in names.items() if code in known and code not in used]


def region_choice_text(region: str) -> str:
    country, part = parse_region(region)
    name = country_names(get_language() or "en").get(country, country)
    return f"{name}, {dict(region_names(country)).get(part, part)}" if part else name


def _countries_in_use(now: str) -> set[str]:
    def chosen(model: type[Rep] | type[Team]) -> Iterable[str]:
        rows = model.objects.exclude(holiday_country="").order_by("holiday_country")
        return rows.values_list("holiday_country", flat=True).distinct()

    return {*chosen(Rep), *chosen(Team), parse_region(company_holidays_of())[0], parse_region(now)[0]}
