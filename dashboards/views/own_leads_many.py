"""A rep snoozes, returns or notes many own leads at once, with one answer and one Undo for all (M8)."""

from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.ids import read_id
from config.web.responses import back_to
from config.web.times import when
from dashboards.presenters.own_leads import OWN_LEADS, done_text, not_done_text, undone_text
from dashboards.views.own_leads import FORMS, list_context, reps_only
from dashboards.views.own_leads_acts import Outcome, Wanted, do_all, undo_all
from leads.models import Activity
from leads.presenters.lists import Table
from routing.actions.contact import ContactRefused, check_follow_up
from routing.decisions.contact import ContactRefusal
from routing.forms.lead_work import SnoozeForm
from routing.models import Assignment
from routing.presenters.choices import FOLLOW_UP_ERRORS
from routing.queries.acts import own_act
from routing.queries.assignments import closed_by_holder
from routing.views.late_words import typed_in

MOST = 50


@reps_only
def act_on_many(request: HttpRequest) -> HttpResponse:
    """One act on all ticked leads; 404 if none of them was ever held by this person. A link on the page of a refused
    act leads here: then the list is shown."""
    if request.method != "POST":
        return redirect(f"{reverse('dashboards:own_leads')}?{request.GET.urlencode()}")
    act, ids = request.POST.get("act", ""), _ids(request.POST.getlist("leads"))
    if problem := _problem(act, ids):
        return _refused(request, None, act, ids, problem)
    form = FORMS[act](request.POST)
    wanted = _wanted(request, form, act, at=timezone.now())
    if wanted is None:
        return _refused(request, form, act, ids, "")
    outcome = do_all(wanted, ids)
    if outcome.unknown == len(ids):
        raise Http404
    if not outcome.done:
        return _refused(request, form, act, ids, not_done_text(outcome.lost, outcome.unknown), status=409)
    return _tell(request, wanted, outcome)


@require_POST
@reps_only
def undo(request: HttpRequest) -> HttpResponse:
    """?act=7&act=9 for notes and snoozes, ?return=4 for assignments. Those of others do not exist."""
    by, at = cast("User", request.user), timezone.now()
    acts = [own_act(by, pk) for pk in _named(request, "act")]
    returned = [closed_by_holder(by, pk) for pk in _named(request, "return")]
    own_returns = [each for each in returned if each is not None and each.holder_id == by.pk]
    mine: list[Activity | Assignment] = [*(each for each in acts if each is not None), *own_returns]
    if not mine or len(mine) > MOST:
        raise Http404
    undone = undo_all(mine, by=by, at=at)
    stands = len(mine) - undone
    messages.add_message(request, messages.WARNING if stands else messages.SUCCESS, undone_text(undone, stands))
    return redirect(back_to(request, reverse("dashboards:own_leads")))


def _ids(values: list[str]) -> list[int]:
    """Each once; one more than may be sent is enough to know that there are too many."""
    return list(dict.fromkeys(pk for value in values if (pk := read_id(value)) is not None))[: MOST + 1]


def _named(request: HttpRequest, name: str) -> list[int]:
    return _ids([*request.GET.getlist(name), *request.POST.getlist(name)])


def _problem(act: str, ids: list[int]) -> str:
    if act not in FORMS:
        return _("Choose what to do with the ticked leads.")
    if not ids:
        return _("Tick at least one lead.")
    return _("Tick at most %(n)s leads at once.") % {"n": MOST} if len(ids) > MOST else ""


def _wanted(request: HttpRequest, form: Form, act: str, *, at: datetime) -> Wanted | None:
    """None when the form is refused; its errors say why."""
    if not form.is_valid():
        return None
    until = form.moment(at) if isinstance(form, SnoozeForm) else None
    try:
        if until is not None:
            check_follow_up(until, at=at)
    except ContactRefused as refusal:
        form.add_error("until", FOLLOW_UP_ERRORS.get(refusal.code, FOLLOW_UP_ERRORS[ContactRefusal.PAST]))
        return None
    seen = read_id(request.POST.get("seen", ""))
    return Wanted(act, form.cleaned_data, by=cast("User", request.user), at=at, until=until, seen=seen)


def _tell(request: HttpRequest, wanted: Wanted, outcome: Outcome) -> HttpResponse:
    says = done_text(wanted.act, outcome.done, when(wanted.until) if wanted.until else "")
    left = not_done_text(outcome.lost, outcome.unknown)
    undo_address = f"{reverse('dashboards:own_leads_undo')}?{urlencode(outcome.undo)}"
    level = messages.WARNING if left else messages.SUCCESS
    messages.add_message(request, level, f"{says} {left}".strip(), extra_tags=undo_address)
    return redirect(back_to(request, reverse("dashboards:own_leads")))


def _refused(
    request: HttpRequest, form: Form | None, act: str, ids: list[int], problem: str, *, status: int = 422
) -> HttpResponse:
    """The list with its ticks and what was typed, and why nothing was done."""
    table, at = Table(request, OWN_LEADS, path=reverse("dashboards:own_leads")), timezone.now()
    context = list_context(request, table, at=at, form=form, act=act, ticked=ids)
    context |= {"problem": problem, "texts": typed_in(request) if status == 409 else []}
    return render(request, "dashboards/own_leads.html", context, status=status)
