"""Views for a holder's work on a lead: log a contact, add a note, snooze, return (C4)."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.responses import back_to
from config.web.times import when
from leads.models import Activity, Lead
from routing.actions.assignment import return_lead
from routing.actions.contact import ContactRefused, add_note, log_contact, plan_follow_up, snooze
from routing.decisions.contact import ContactOutcome, ContactRefusal
from routing.forms.follow_up import FollowUpForm, SnoozeForm
from routing.forms.lead_work import LogContactForm, NoteForm, ReturnForm
from routing.models import Assignment
from routing.presenters.choices import CONTACT_KINDS, CONTACT_OUTCOMES, FOLLOW_UP_ERRORS
from routing.queries.assignments import did_already
from routing.views.held_lead import done, holder_only, refused


@holder_only(keeps_words=True)
def log(request: HttpRequest, held: Assignment) -> HttpResponse:
    form, at = LogContactForm(request.POST), timezone.now()
    if not form.is_valid():
        return refused(request, held, form, act="log_contact")
    seen, wanted = form.cleaned_data["seen"], {name: form.cleaned_data[name] for name in ("kind", "outcome", "note")}
    act, sent = None, wanted | {"follow_up_at": form.next_step(at)}
    if not did_already(held.lead_id, by=request.user, kind=Activity.Kind.CONTACTED, seen=seen, details=wanted):
        try:
            act = log_contact(held, **sent, by=request.user, at=at)
        except ContactRefused as refusal:
            form.add_error("follow_up_at", FOLLOW_UP_ERRORS.get(refusal.code, FOLLOW_UP_ERRORS[ContactRefusal.PAST]))
            return refused(request, held, form, act="log_contact")
    return done(request, held, _logged(held, sent), act)


def _logged(held: Assignment, sent: dict) -> str:
    words = {"lead": held.lead.label, "kind": CONTACT_KINDS[sent["kind"]], "outcome": CONTACT_OUTCOMES[sent["outcome"]]}
    if sent["outcome"] == ContactOutcome.WRONG_NUMBER and held.first_contact_at is None:
        return _("%(lead)s: %(kind)s, %(outcome)s. The clock keeps running.") % words
    if sent["follow_up_at"]:
        is_call_back = sent["outcome"] == ContactOutcome.CALL_BACK
        text = (
            _("%(lead)s: %(kind)s, %(outcome)s. Call back %(time)s.")
            if is_call_back
            else _("%(lead)s: %(kind)s, %(outcome)s. Follow up %(time)s.")
        )
        return text % {**words, "time": when(sent["follow_up_at"])}
    return _("%(lead)s: %(kind)s, %(outcome)s.") % words


@holder_only(keeps_words=True)
def note(request: HttpRequest, held: Assignment) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return refused(request, held, form, act="note")
    act, text, seen = None, form.cleaned_data["text"], form.cleaned_data["seen"]
    if not did_already(held.lead_id, by=request.user, kind=Activity.Kind.NOTED, seen=seen, details={"text": text}):
        act = add_note(held, text=text, by=request.user, at=timezone.now())
    return done(request, held, _("Note saved."), act)


@holder_only()
def follow_up(request: HttpRequest, held: Assignment) -> HttpResponse:
    return _come_up(request, held, FollowUpForm(request.POST), plan_follow_up, part="follow_up")


@holder_only()
def put_off(request: HttpRequest, held: Assignment) -> HttpResponse:
    return _come_up(request, held, SnoozeForm(request.POST), snooze, part="snooze")


def _come_up(
    request: HttpRequest, held: Assignment, form: FollowUpForm, act: Callable[..., Activity], *, part: str
) -> HttpResponse:
    at = timezone.now()
    if not form.is_valid():
        return refused(request, held, form, act=part)
    until = form.moment(at)
    try:
        done_act = act(held, until=until, by=request.user, at=at)
    except ContactRefused as refusal:
        form.add_error("until", FOLLOW_UP_ERRORS.get(refusal.code, FOLLOW_UP_ERRORS[ContactRefusal.PAST]))
        return refused(request, held, form, act=part)
    text = _come_up_text(part, is_running=held.first_contact_at is None)
    return done(request, held, text % {"lead": held.lead.label, "time": when(until)}, done_act)


def _come_up_text(part: str, *, is_running: bool) -> str:
    if part == "snooze":
        with_clock = _("%(lead)s snoozed until %(time)s. Its contact clock keeps running.")
        return with_clock if is_running else _("%(lead)s snoozed until %(time)s.")
    with_clock = _("%(lead)s: follow up %(time)s. Its contact clock keeps running.")
    return with_clock if is_running else _("%(lead)s: follow up %(time)s.")


@holder_only(repeats=[Assignment.Ended.RETURNED])
def give_back(request: HttpRequest, held: Assignment) -> HttpResponse:
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return refused(request, held, form, act="return")
    ended = return_lead(held, **form.cleaned_data, by=request.user, at=timezone.now())
    if ended.lead.stage == Lead.Stage.REVIEW:
        text = _("%(lead)s is on the review desk, where a person decides what becomes of it.")
    elif held.is_skippable:
        text = _("%(lead)s is skipped; it waits in %(queue)s in its old place.")
    else:
        text = _("%(lead)s is back in %(queue)s in its old place.")
    words = {"lead": held.lead.label, "queue": held.place_name or _("its queue")}
    messages.success(request, text % words, extra_tags=reverse("queues:undo_return", args=[held.pk]))
    return redirect(back_to(request, "/"))
