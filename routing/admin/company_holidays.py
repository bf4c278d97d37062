"""A company's own holidays in the admin: a list, one form, many lines at once, CSV (F5)."""

from collections.abc import Mapping
from typing import cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminRadioSelectWidget

from config.admin.base import SettingAdmin
from leads.presenters.csv_response import csv_response
from routing.actions.availability.company_holidays import (
    For,
    add_company_holidays,
    delete_company_holiday,
    for_of,
    holidays_changed,
)
from routing.forms.company_holidays import CompanyHolidayForm, PasteForm, region_choice_text
from routing.models import CompanyHoliday
from routing.presenters.company_holidays import days_text, for_text, long_span_sentence, saved_sentence
from routing.queries.availability.holidays import reps_concerned


class WhenFilter(admin.SimpleListFilter):
    """Those still to come are shown first; a yearly one always is."""

    title = lazy("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("past", _("Past")), ("all", _("All"))]

    def choices(self, changelist):
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("Coming"),
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        is_coming = Q(is_yearly=True) | Q(last_on__gte=timezone.localdate())
        if self.value() == "all":
            return queryset
        return queryset.exclude(is_coming) if self.value() == "past" else queryset.filter(is_coming)


class RegionFilter(admin.SimpleListFilter):
    title = lazy("country or region")
    parameter_name = "region"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        used = CompanyHoliday.objects.exclude(region="").order_by("region").values_list("region", flat=True).distinct()
        return [(region, region_choice_text(region)) for region in used]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(region=self.value()) if self.value() else queryset


@admin.register(CompanyHoliday)
class CompanyHolidayAdmin(SettingAdmin):
    form = CompanyHolidayForm
    list_display = ("name", "days", "whom", "kind_of_day", "note")
    list_filter = (WhenFilter, "teams", RegionFilter)
    search_fields = ("name", "note")
    ordering = ("is_yearly", "first_on", "pk")
    sortable_by = ("name",)
    actions_list = ("paste", "csv")
    fields = (("name", "kind"), ("first_on", "last_on"), "is_yearly", "is_for", "region", "teams", "note")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("teams")

    @display(description=lazy("days"), ordering="first_on")
    def days(self, obj: CompanyHoliday) -> str:
        return days_text(obj)

    @display(description=lazy("for"))
    def whom(self, obj: CompanyHoliday) -> str:
        return for_text(obj)

    @display(description=lazy("kind"), label={"off": "success", "working": "info"})
    def kind_of_day(self, obj: CompanyHoliday) -> tuple[str, str]:
        return obj.kind, obj.get_kind_display()

    def formfield_for_choice_field(self, db_field, request: HttpRequest, **kwargs) -> forms.Field:
        if db_field.name == "is_for":
            kwargs["widget"] = UnfoldAdminRadioSelectWidget
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request: HttpRequest, **kwargs) -> forms.Field | None:
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def submitted_before(self, request: HttpRequest, form: ModelForm) -> Model | None:
        """The same days for other teams are another holiday."""
        twin = super().submitted_before(request, form)
        if isinstance(twin, CompanyHoliday) and set(twin.teams.order_by("pk")) == set(form.cleaned_data["teams"]):
            return twin
        return None

    def save_related(self, request: HttpRequest, form: ModelForm, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        holiday = form.instance
        if change and not form.changed_data:
            return
        concerned = [*([_was_for(form)] if change else []), for_of(holiday)]
        holidays_changed(concerned, name=holiday.name, by=cast(User, request.user), at=timezone.now())
        self._tell(request, [holiday])

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        delete_company_holiday(cast(CompanyHoliday, obj), by=cast(User, request.user), at=timezone.now())

    @action(description=lazy("Paste a list"), icon="content_paste", url_path="paste", permissions=["add"])
    def paste(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PasteForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            about = _("Each line is one holiday. A line that is there already is left as it is.")
            title, status = _("Paste company holidays"), 422 if form.errors else 200
            return self.form_page(request, form, title=title, act=_("Save all"), about=about, status=status)
        typed = form.cleaned_data
        added = add_company_holidays(
            typed["lines"],
            concerned=form.concerned(),
            kind=typed["kind"],
            is_yearly=typed["is_yearly"],
            by=cast(User, request.user),
            at=timezone.now(),
        )
        self._tell_added(request, len(added.holidays), added.known)
        self._tell(request, added.holidays)
        for holiday in added.holidays:
            self.log_addition(request, holiday, [{"added": {}}])
        return HttpResponseRedirect(self.admin_url())

    @action(description=lazy("CSV"), icon="download", url_path="csv", permissions=["view"])
    def csv(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        header = (_("Name"), _("First day"), _("Last day"), _("Every year"), _("Kind"), _("For"), _("Note"))
        rows = (
            (
                row.name,
                row.first_on.isoformat(),
                row.last_on.isoformat(),
                _("yes") if row.is_yearly else _("no"),
                row.get_kind_display(),
                for_text(row),
                row.note,
            )
            for row in CompanyHoliday.objects.order_by("first_on", "pk").prefetch_related("teams")
        )
        return csv_response("company-holidays.csv", header, rows)

    def _tell_added(self, request: HttpRequest, new: int, known: int) -> None:
        texts = [ngettext("%(n)s holiday is saved.", "%(n)s holidays are saved.", new) % {"n": new}]
        if known:
            text = ngettext("%(n)s line was there already.", "%(n)s lines were there already.", known)
            texts.append(text % {"n": known})
        self.message_user(request, " ".join(texts), messages.SUCCESS if new else messages.INFO)

    def _tell(self, request: HttpRequest, holidays: list[CompanyHoliday]) -> None:
        """Whom the first concerns; all that are saved together are for the same people."""
        for holiday in holidays[:1]:
            reps = len(reps_concerned(holiday))
            level = messages.INFO if reps else messages.WARNING
            self.message_user(request, saved_sentence(holiday, reps), level)
        for text in filter(None, map(long_span_sentence, holidays)):
            self.message_user(request, text, messages.WARNING)


def _was_for(form: ModelForm) -> For:
    """What the page had before this save."""
    before: Mapping = form.initial
    return For(before["is_for"], before["region"], frozenset(team.pk for team in before.get("teams") or ()))
