"""Trial of a rotation in the admin, with the saved settings or with those in the form; nothing is saved (F11).

The form is saved in a transaction, the trial runs, and everything is rolled back, so that weights, places and newcomers
mean exactly what they will mean.
"""

from dataclasses import dataclass
from functools import partial

from django import forms
from django.contrib.messages.storage import default_storage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from config.web.figures import for_programs
from leads.presenters.csv_response import csv_response
from routing.models import Rotation
from routing.presenters.rotation_warnings import rotation_warnings
from routing.presenters.trial import check_rows, lead_rows, member_rows, summary, value_name
from routing.queries.simulation.trial import TrialReport, trial_with_latest_leads, trial_with_samples

LEADS, MAX_LEADS = 20, 200
TRY_BUTTON = "routing_rotation_try_unsaved"  # the name that the theme gives the button of `try_unsaved`
AGAIN, AS_CSV = "change_again", "try_csv"
SAMPLES, LATEST = "samples", "latest"


class TrialForm(forms.Form):
    try_leads = forms.IntegerField(
        label=lazy("Leads"),
        min_value=1,
        max_value=MAX_LEADS,
        initial=LEADS,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    try_with = forms.ChoiceField(
        label=lazy("Which"),
        choices=[(SAMPLES, lazy("Sample leads")), (LATEST, lazy("The latest leads of this rotation"))],
        initial=SAMPLES,
        widget=UnfoldAdminSelectWidget,
    )

    def asked(self) -> dict[str, object]:
        """What was chosen, or the defaults."""
        return self.cleaned_data if self.is_bound else {"try_leads": LEADS, "try_with": SAMPLES}


OWN_KEYS = {*TrialForm.base_fields, TRY_BUTTON, AGAIN, AS_CSV, "csrfmiddlewaretoken"}


@dataclass(eq=False)
class Unsaved(Exception):
    """Rolls back the rotation of the form after its trial. `form` says which leads were asked for; `report` is None
    when it was not valid."""

    rotation: Rotation
    is_new: bool
    form: TrialForm
    report: TrialReport | None
    warnings: list[str]


class TrialMixin:
    """For the admin of rotations, which puts what a request saved into `request.edited`."""

    @action(description=lazy("Try it"), icon="experiment", url_path="try", permissions=["view"])
    def try_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """With the saved settings."""
        rotation = self.get_object(request, object_id)
        if rotation is None:
            raise Http404
        if not self.has_view_permission(request, rotation):
            raise PermissionDenied
        form = TrialForm(request.GET if set(request.GET) & set(TrialForm.base_fields) else None)
        report = _run_trial(rotation, form)
        if AS_CSV in request.GET and report:
            return _as_csv(rotation, report)
        warnings = rotation_warnings(rotation, at=timezone.now())
        return self._shown(request, rotation, form, report, warnings=warnings, back=self.admin_url(rotation))

    @action(description=lazy("Try before saving"), icon="experiment")
    def try_unsaved(self, request: HttpRequest, obj: Rotation) -> None:
        """changeform_view() sees the button by its name; there is nothing left to do here."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        shown = {"actions_submit_line": self.get_actions_submit_line(request, object_id or 0), **(extra_context or {})}
        act = partial(super().changeform_view, request, object_id, form_url, shown)
        if request.method != "POST" or not {TRY_BUTTON, AS_CSV} & set(request.POST):
            return act()
        kept, request._messages = request._messages, default_storage(request)
        try:
            with transaction.atomic():
                response = act()
                edited = getattr(request, "edited", None)
                if edited is not None:
                    raise self._unsaved(request, edited, is_new=object_id is None)
        except Unsaved as unsaved:
            request._messages = kept
            return self._show_unsaved(request, unsaved)
        return response  # not valid: the page shows the messages at the fields

    def get_form(self, request: HttpRequest, obj: Rotation | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (_OpenForm, form), {}) if AGAIN in request.POST else form

    def _unsaved(self, request: HttpRequest, rotation: Rotation, *, is_new: bool) -> Unsaved:
        form = TrialForm(request.POST if set(request.POST) & set(TrialForm.base_fields) else None)
        warnings = rotation_warnings(rotation, at=timezone.now())
        return Unsaved(rotation, is_new, form, _run_trial(rotation, form), warnings)

    def _show_unsaved(self, request: HttpRequest, unsaved: Unsaved) -> HttpResponse:
        if AS_CSV in request.POST and unsaved.report:
            return _as_csv(unsaved.rotation, unsaved.report)
        sent = [(key, value) for key, values in request.POST.lists() if key not in OWN_KEYS for value in values]
        return self._shown(
            request,
            unsaved.rotation,
            unsaved.form,
            unsaved.report,
            warnings=unsaved.warnings,
            sent=sent,
            look=TRY_BUTTON,
        )

    def _shown(
        self, request: HttpRequest, rotation: Rotation, form: TrialForm, report: TrialReport | None, **context: object
    ) -> HttpResponse:
        if report is not None and report.leads:
            context |= {
                "summary": summary(report),
                "checks": check_rows(report),
                "sums": member_rows(rotation, report),
                "leads": lead_rows(rotation, report),
                "value_name": value_name(rotation),
                "is_latest": any(each.went_to for each in report.leads),
                "has_owed_turns": any(each.owed_given for each in report.trial.totals),
            }
        return self.page(
            request,
            "admin/try_rotation.html",
            title=_("Try %(name)s") % {"name": rotation.name},
            rotation=rotation,
            form=form,
            media=self.media + form.media,
            is_empty=report is not None and not report.leads,
            status=422 if form.is_bound and not form.is_valid() else 200,
            **context,
        )


class _OpenForm:
    """Shows the form again as it was typed: it is not saved, but it has no errors either."""

    def is_valid(self) -> bool:
        return False


def _run_trial(rotation: Rotation, form: TrialForm) -> TrialReport | None:
    if form.is_bound and not form.is_valid():
        return None
    asked, at = form.asked(), timezone.now()
    act = trial_with_latest_leads if asked["try_with"] == LATEST else trial_with_samples
    return act(rotation, leads=asked["try_leads"], at=at)


def _as_csv(rotation: Rotation, report: TrialReport) -> HttpResponse:
    header = (_("No."), _("Lead"), _("Value"), _("Goes to"), _("Why"), _("Passed over"), _("Went then to"))
    with for_programs():
        rows = [
            (row.number, row.lead, row.value, row.to, row.reason, row.passed_text, row.then)
            for row in lead_rows(rotation, report)
        ]
    return csv_response(f"rotation-{rotation.pk or 'new'}-tried.csv", header, rows)
