"""The door through which managers and sales ops hand somebody's open leads on, or keep them where they are (F9, C9)."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from queues.actions.dispatch.redistribution import (
    HandedOn,
    HeldOtherwise,
    NothingHeld,
    foreseen,
    hand_on,
    open_leads,
    sign_of,
)
from queues.presenters.redistribution import given_words, left_words, spread, stayed_words, why_nobody
from routing.models import Rep, Rotation
from routing.queries.people import managed_reps
from routing.queries.rotation.overview import visible_rotations
from routing.queries.workload import open_leads_by_user

RIGHTS = ("queues.operate_queue", "queues.watch_queue")


class ThroughForm(forms.Form):
    through = forms.ModelChoiceField(
        label=lazy("Through the rotation"),
        queryset=Rotation.objects.none(),
        empty_label=lazy("Choose a rotation"),
        error_messages={
            "required": lazy("Choose a rotation."),
            "invalid_choice": lazy("This rotation is off or gone. Choose another."),
        },
        help_text=lazy("Each lead takes one turn; who is away or full is passed over as always."),
    )

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["through"].queryset = visible_rotations(user).filter(is_active=True)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hand_leads_on(request: HttpRequest, pk: int) -> HttpResponse:
    """First through which rotation, then with how many to whom whether; the same address does both."""
    if not any(request.user.has_perm(right) for right in RIGHTS):
        raise PermissionDenied
    rep = get_object_or_404(managed_reps(request.user), pk=pk)
    if request.method != "POST":
        own = Rotation.objects.filter(members__rep=rep, is_active=True).order_by("name", "pk").first()
        return _form(request, rep, ThroughForm(user=request.user, initial={"through": own}))
    form = ThroughForm(request.POST, user=request.user)
    if not form.is_valid():
        return _form(request, rep, form, status=422)
    try:
        return _give(request, rep, form) if "sure" in request.POST else _ask(request, rep, form)
    except NothingHeld:
        messages.info(request, _("%(name)s holds no open lead any more.") % {"name": rep})
        return redirect("queues:hand_on", rep.pk)


def _form(request: HttpRequest, rep: Rep, form: ThroughForm, *, status: int = 200) -> HttpResponse:
    context = {
        "rep": rep,
        "form": form,
        "held": open_leads_by_user([rep.user_id])[rep.user_id],
        "back": _back(request, rep),
    }
    return render(request, "queues/hand_on.html", context, status=status)


def _ask(request: HttpRequest, rep: Rep, form: ThroughForm, *, status: int = 200) -> HttpResponse:
    """How many go to whom, should nothing change; nothing is written."""
    through, at = form.cleaned_data["through"], timezone.now()
    sign = sign_of(open_leads(rep))
    found = foreseen(rep, through=through, by=request.user, at=at)
    context = {
        "rep": rep,
        "through": through,
        "found": found,
        "of": len(found.given) + len(found.stayed),
        "spread": spread(found.given),
        "stayed": stayed_words(found, rep) if found.stayed else "",
        "left": left_words(found) if found.left else "",
        "nobody": why_nobody(through, at=at) if found.stayed else [],
        "sign": sign,
        "back": _back(request, rep),
    }
    return render(request, "queues/hand_on_sure.html", context, status=status)


def _give(request: HttpRequest, rep: Rep, form: ThroughForm) -> HttpResponse:
    through, seen = form.cleaned_data["through"], request.POST.get("seen", "")
    try:
        found = hand_on(rep, through=through, seen=seen, by=request.user, at=timezone.now())
    except HeldOtherwise:
        messages.warning(request, _("What %(name)s holds has changed meanwhile. Look again.") % {"name": rep})
        return _ask(request, rep, form, status=409)
    _tell(request, found, rep, through)
    return redirect("queues:hand_on", rep.pk)


def _tell(request: HttpRequest, found: HandedOn, rep: Rep, through: Rotation) -> None:
    if found.given:
        messages.success(request, given_words(found, rep, through))
    if found.stayed:
        messages.warning(request, stayed_words(found, rep))
    if found.left:
        messages.info(request, left_words(found))


def _back(request: HttpRequest, rep: Rep) -> str:
    """Where the person came from, by what he or she may open: the team, or the rep's calendar."""
    return f"/team/?open={rep.pk}" if request.user.has_perm("queues.watch_queue") else f"/calendars/{rep.pk}/"
