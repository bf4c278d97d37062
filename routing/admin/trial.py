"""A rotation is tried before it is changed, and after: with the settings as they are saved, or as they stand in the
form; nothing is kept (F11).

What stands in the form is saved in a transaction, tried, and taken back, so that weights, places and newcomers mean
exactly what they will mean.
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

from leads.presenters.csv_response import csv_response
from routing.models import Rotation
from routing.presenters import trial as trial_words
from routing.presenters.rotation_warnings import rotation_warnings
from routing.queries.simulation.trial import Tried, try_latest, try_samples

LEADS, MOST = 20, 200
LOOK = "routing_rotation_try_unsaved"  # as the theme names the button of `try_unsaved`
AGAIN, AS_CSV = "change_again", "try_csv"
SAMPLES, LATEST = "samples", "latest"


class TryForm(forms.Form):
    try_leads = forms.IntegerField(
        label=lazy("Leads"),
        min_value=1,
        max_value=MOST,
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
        """With the defaults where nothing was chosen yet."""
        return self.cleaned_data if self.is_bound else {"try_leads": LEADS, "try_with": SAMPLES}


OWN_KEYS = {*TryForm.base_fields, LOOK, AGAIN, AS_CSV, "csrfmiddlewaretoken"}


@dataclass(eq=False)
class Unsaved(Exception):
    """The rotation as it stood in the form was tried and taken back; `form` says with what, `tried` is None when that
    was no number."""

    rotation: Rotation
    is_new: bool
    form: TryForm
    tried: Tried | None
    warnings: list[str]


class TriesRotations:
    """For the admin of rotations, which names what a request saved in `request.edited`."""

    @action(description=lazy("Try it"), icon="experiment", url_path="try", permissions=["view"])
    def try_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """With the settings that are saved."""
        rotation = self.get_object(request, object_id)
        if rotation is None:
            raise Http404
        if not self.has_view_permission(request, rotation):
            raise PermissionDenied
        form = TryForm(request.GET if set(request.GET) & set(TryForm.base_fields) else None)
        tried = _tried(rotation, form)
        if AS_CSV in request.GET and tried:
            return _as_csv(rotation, tried)
        warnings = rotation_warnings(rotation, at=timezone.now())
        return self._shown(request, rotation, form, tried, warnings=warnings, back=self.admin_url(rotation))

    @action(description=lazy("Try before saving"), icon="experiment")
    def try_unsaved(self, request: HttpRequest, obj: Rotation) -> None:
        """Asked for by its name in what is sent; nothing is left to do here."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        shown = {"actions_submit_line": self.get_actions_submit_line(request, object_id or 0), **(extra_context or {})}
        act = partial(super().changeform_view, request, object_id, form_url, shown)
        if request.method != "POST" or not {LOOK, AS_CSV} & set(request.POST):
            return act()
        kept, request._messages = request._messages, default_storage(request)
        try:
            with transaction.atomic():
                response = act()
                edited = getattr(request, "edited", None)
                if edited is not None:
                    raise self._without_a_trace(request, edited, is_new=object_id is None)
        except Unsaved as unsaved:
            request._messages = kept
            return self._show_unsaved(request, unsaved)
        return response  # refused: the messages stand at the fields

    def get_form(self, request: HttpRequest, obj: Rotation | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (_OpenForm, form), {}) if AGAIN in request.POST else form

    def _without_a_trace(self, request: HttpRequest, rotation: Rotation, *, is_new: bool) -> Unsaved:
        form = TryForm(request.POST if set(request.POST) & set(TryForm.base_fields) else None)
        warnings = rotation_warnings(rotation, at=timezone.now())
        return Unsaved(rotation, is_new, form, _tried(rotation, form), warnings)

    def _show_unsaved(self, request: HttpRequest, unsaved: Unsaved) -> HttpResponse:
        if AS_CSV in request.POST and unsaved.tried:
            return _as_csv(unsaved.rotation, unsaved.tried)
        sent = [(key, value) for key, values in request.POST.lists() if key not in OWN_KEYS for value in values]
        return self._shown(
            request, unsaved.rotation, unsaved.form, unsaved.tried, warnings=unsaved.warnings, sent=sent, look=LOOK
        )

    def _shown(
        self, request: HttpRequest, rotation: Rotation, form: TryForm, tried: Tried | None, **context: object
    ) -> HttpResponse:
        if tried is not None and tried.leads:
            context |= {
                "summary": trial_words.summary(tried),
                "checks": trial_words.check_rows(tried),
                "sums": trial_words.sum_rows(rotation, tried),
                "leads": trial_words.lead_rows(rotation, tried),
                "value_name": trial_words.value_name(rotation),
                "is_latest": any(each.went_to for each in tried.leads),
                "has_made_good": any(each.made_good for each in tried.trial.sums),
            }
        return self.page(
            request,
            "admin/try_rotation.html",
            title=_("Try %(name)s") % {"name": rotation.name},
            rotation=rotation,
            form=form,
            media=self.media + form.media,
            is_empty=tried is not None and not tried.leads,
            status=422 if form.is_bound and not form.is_valid() else 200,
            **context,
        )


class _OpenForm:
    """Shown again with everything that was typed; not saved, and nothing is wrong with it."""

    def is_valid(self) -> bool:
        return False


def _tried(rotation: Rotation, form: TryForm) -> Tried | None:
    if form.is_bound and not form.is_valid():
        return None
    asked, at = form.asked(), timezone.now()
    act = try_latest if asked["try_with"] == LATEST else try_samples
    return act(rotation, leads=asked["try_leads"], at=at)


def _as_csv(rotation: Rotation, tried: Tried) -> HttpResponse:
    header = (_("No."), _("Lead"), _("Value"), _("Goes to"), _("Why"), _("Passed over"), _("Went then to"))
    rows = [
        (row.number, row.lead, row.value, row.to, row.reason, row.passed_text, row.then)
        for row in trial_words.lead_rows(rotation, tried)
    ]
    return csv_response(f"rotation-{rotation.pk or 'new'}-tried.csv", header, rows)
