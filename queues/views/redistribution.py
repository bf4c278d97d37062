"""Managers and sales ops redistribute the open leads of a rep, or leave them where they are (F9, C9)."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from queues.actions.dispatch.redistribution import (
    HoldingsChanged,
    NoOpenLeads,
    Redistribution,
    fingerprint,
    leads_to_redistribute,
    preview_redistribution,
    redistribute_leads,
)
from queues.presenters.away import away_text
from queues.presenters.redistribution import (
    leads_per_person,
    not_redistributed_message,
    redistributed_message,
    remaining_message,
    skipped_members,
)
from queues.queries.away import open_questions
from routing.models import Rep, Rotation
from routing.queries.people import managed_reps
from routing.queries.rotation.my_turns import my_rotations
from routing.queries.rotation.overview import visible_rotations
from routing.queries.workload import open_leads_by_user

RIGHTS = ("queues.operate_queue", "queues.watch_queue")


class RotationForm(forms.Form):
    through = forms.ModelChoiceField(
        label=lazy("Through the rotation"),
        queryset=Rotation.objects.none(),
        empty_label=lazy("Choose a rotation"),
        error_messages={
            "required": lazy("Choose a rotation."),
            "invalid_choice": lazy("This rotation is off or gone. Choose another."),
        },
        help_text=lazy("Each lead takes one turn. Members who are away or at full capacity are skipped as usual."),
    )

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["through"].queryset = visible_rotations(user).filter(is_active=True)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def redistribute(request: HttpRequest, pk: int) -> HttpResponse:
    """First choose the rotation, then confirm with the preview; both at the same address."""
    if not any(request.user.has_perm(right) for right in RIGHTS):
        raise PermissionDenied
    rep = get_object_or_404(managed_reps(request.user), pk=pk)
    if request.method != "POST":
        own = my_rotations(rep).filter(is_active=True).first()
        return _form(request, rep, RotationForm(user=request.user, initial={"through": own}))
    form = RotationForm(request.POST, user=request.user)
    if not form.is_valid():
        return _form(request, rep, form, status=422)
    try:
        return _give(request, rep, form) if "sure" in request.POST else _confirm(request, rep, form)
    except NoOpenLeads:
        messages.info(request, _("%(name)s no longer holds any open lead.") % {"name": rep})
        return redirect("queues:hand_on", rep.pk)


def _form(request: HttpRequest, rep: Rep, form: RotationForm, *, status: int = 200) -> HttpResponse:
    held = open_leads_by_user([rep.user_id])[rep.user_id]
    asked = [(one, away_text(one)) for one in open_questions(cast(User, request.user), about=rep)]
    context = {"rep": rep, "form": form, "held": held, "asked": asked, "back": _back(request, rep)}
    return render(request, "queues/hand_on.html", context, status=status)


def _confirm(request: HttpRequest, rep: Rep, form: RotationForm, *, status: int = 200) -> HttpResponse:
    """Preview how many leads go to whom; nothing is written."""
    through, at = form.cleaned_data["through"], timezone.now()
    sign = fingerprint(leads_to_redistribute(rep))
    found = preview_redistribution(rep, through=through, by=request.user, at=at)
    context = {
        "rep": rep,
        "through": through,
        "found": found,
        "of": len(found.given) + len(found.stayed),
        "spread": leads_per_person(found.given),
        "stayed": not_redistributed_message(found, rep) if found.stayed else "",
        "left": remaining_message(found) if found.left else "",
        "nobody": skipped_members(through, at=at) if found.stayed else [],
        "sign": sign,
        "back": _back(request, rep),
    }
    return render(request, "queues/hand_on_sure.html", context, status=status)


def _give(request: HttpRequest, rep: Rep, form: RotationForm) -> HttpResponse:
    through, seen = form.cleaned_data["through"], request.POST.get("seen", "")
    try:
        found = redistribute_leads(rep, through=through, shown_fingerprint=seen, by=request.user, at=timezone.now())
    except HoldingsChanged:
        messages.warning(
            request, _("The leads of %(name)s have changed in the meantime. Check them again.") % {"name": rep}
        )
        return _confirm(request, rep, form, status=409)
    _add_messages(request, found, rep, through)
    return redirect("queues:hand_on", rep.pk)


def _add_messages(request: HttpRequest, found: Redistribution, rep: Rep, through: Rotation) -> None:
    if found.given:
        messages.success(request, redistributed_message(found, rep, through))
    if found.stayed:
        messages.warning(request, not_redistributed_message(found, rep))
    if found.left:
        messages.info(request, remaining_message(found))


def _back(request: HttpRequest, rep: Rep) -> str:
    """Where the user came from: the team, or the rep's calendar without the permission to watch queues."""
    return f"/team/?open={rep.pk}" if request.user.has_perm("queues.watch_queue") else f"/calendars/{rep.pk}/"
