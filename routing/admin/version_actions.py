"""Publish, plan and discard drafts of a rotation, and restore versions, in the admin (F11b)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.widgets import BASE_INPUT_CLASSES, UnfoldAdminTextInputWidget

from config.web.times import exact
from routing.actions.rotation import versions
from routing.models import Rotation, RotationDraft, RotationVersion
from routing.models.version import MAX_REASON
from routing.presenters.versions import conflict_names

MAX_AHEAD = timedelta(days=366)
LARGEST_NUMBER = 2**31 - 1
NOW_ID = "now_%s"  # ids of the form that publishes now, which stands beside the one that plans


class ReasonForm(forms.Form):
    """Why a draft comes into force, or an old version again."""

    reason = forms.CharField(
        label=lazy("Reason"),
        max_length=MAX_REASON,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        error_messages={"required": lazy("Say why, in a few words.")},
    )


class PlanForm(ReasonForm):
    publish_at = forms.DateTimeField(
        label=lazy("Publish at"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": " ".join(BASE_INPUT_CLASSES)}
        ),
    )

    field_order = ("publish_at", "reason")

    def clean_publish_at(self) -> datetime:
        then, at = self.cleaned_data["publish_at"], timezone.now()
        if not at < then <= at + MAX_AHEAD:
            raise ValidationError(_("Choose a time in the coming 12 months."))
        return then


class VersionActionsMixin:
    """For the admin of rotations."""

    _draft_page: Callable[..., HttpResponse]  # shows a draft, here again with the errors of a form
    _back_page: Callable[..., HttpResponse]

    def _act(self, request: HttpRequest, rotation: Rotation) -> HttpResponse:
        if not self.has_change_permission(request, rotation):
            raise PermissionDenied
        actions = {
            "publish": self._publish,
            "plan": self._plan,
            "unplan": self._unplan,
            "discard": self._discard,
            "back": self._roll_back,
        }
        act = actions.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        try:
            return act(request, rotation)
        except versions.DraftIsClosed:
            text = draft_closed_text()
        except versions.VersionConflict:
            text = _("The rotation was changed since you opened the page. Check what the draft would change now.")
        except versions.Conflict as conflict:
            text = _("%(what)s was changed by somebody else, or was deleted or is used elsewhere. Nothing was changed.")
            text %= {"what": conflict_names(conflict.names)}
        self.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def _publish(self, request: HttpRequest, rotation: Rotation) -> HttpResponse:
        draft = draft_of(rotation, request.POST.get("draft", ""))
        shown, form = number_of(request.POST.get("version", "")), ReasonForm(request.POST, auto_id=NOW_ID)
        if not form.is_valid():
            return self._draft_page(request, draft, now_form=form, status=422)
        reason = form.cleaned_data["reason"]
        edited = versions.publish(draft, version=shown, reason=reason, by=request.user, at=timezone.now())
        text = _("The draft is in force as version %(n)s.") % {"n": edited.version}
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(versions_place(rotation))

    def _plan(self, request: HttpRequest, rotation: Rotation) -> HttpResponse:
        draft, form = draft_of(rotation, request.POST.get("draft", "")), PlanForm(request.POST)
        if not form.is_valid():
            return self._draft_page(request, draft, form=form, status=422)
        then, reason = form.cleaned_data["publish_at"], form.cleaned_data["reason"]
        try:
            versions.schedule(draft, publish_at=then, reason=reason, by=request.user, at=timezone.now())
        except versions.MinuteIsTaken:
            text = _("Another draft of this rotation is planned for this minute. Choose another time.")
            form.add_error("publish_at", text)
            return self._draft_page(request, draft, form=form, status=422)
        text = _("The draft will be published at %(time)s. You will get a message then.") % {"time": exact(then)}
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(draft_place(draft))

    def _unplan(self, request: HttpRequest, rotation: Rotation) -> HttpResponse:
        draft = draft_of(rotation, request.POST.get("draft", ""))
        versions.schedule(draft, publish_at=None, by=request.user, at=timezone.now())
        self.message_user(request, _("The draft waits until somebody publishes it."), messages.SUCCESS)
        return HttpResponseRedirect(draft_place(draft))

    def _discard(self, request: HttpRequest, rotation: Rotation) -> HttpResponse:
        versions.discard(draft_of(rotation, request.POST.get("draft", "")), by=request.user, at=timezone.now())
        self.message_user(request, _("The draft is discarded. It was never in force."), messages.SUCCESS)
        return HttpResponseRedirect(versions_place(rotation))

    def _roll_back(self, request: HttpRequest, rotation: Rotation) -> HttpResponse:
        number, shown = number_of(request.POST.get("number", "")), number_of(request.POST.get("version", ""))
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._back_page(request, rotation, number, form=form, status=422)
        reason, at = form.cleaned_data["reason"], timezone.now()
        try:
            edited = versions.roll_back(rotation, number, version=shown, reason=reason, by=request.user, at=at)
        except RotationVersion.DoesNotExist as unknown:
            raise Http404 from unknown
        except versions.NothingToChange:
            self.message_user(request, _("The rotation is already as in version %(n)s.") % {"n": number}, messages.INFO)
        else:
            text = _("Version %(n)s is restored, as version %(now)s.") % {"n": number, "now": edited.version}
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(versions_place(rotation))


def versions_place(rotation: Rotation) -> str:
    return reverse("admin:routing_rotation_versions", args=[rotation.pk])


def draft_place(draft: RotationDraft) -> str:
    return f"{versions_place(draft.rotation)}?draft={draft.pk}"


def draft_closed_text() -> str:
    return _("This draft was already published or discarded.")


def number_of(text: str) -> int:
    """404 for what cannot be a number of a version or draft."""
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > LARGEST_NUMBER:
        raise Http404
    return int(text)


def draft_of(rotation: Rotation, text: str) -> RotationDraft:
    rows = RotationDraft.objects.filter(rotation=rotation, pk=number_of(text))
    draft = rows.select_related("rotation", "by", "publish_by", "ended_by").first()
    if draft is None:
        raise Http404
    return draft


def open_draft(rotation: Rotation, text: str) -> RotationDraft | None:
    return draft_of(rotation, text) if text else None
