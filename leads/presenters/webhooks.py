"""Webhooks in words: how an endpoint stands, what became of a message (I3)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.people import display_name
from config.web.times import when
from leads.decisions.webhooks.events import Event
from leads.decisions.webhooks.retries import OFF_AFTER
from leads.models import Endpoint, WebhookDelivery
from leads.queries.webhook_log import Standing

State = WebhookDelivery.State
Asked = WebhookDelivery.Asked
OffReason = Endpoint.OffReason
LEVEL_OF_STATE: dict[str, str] = {
    State.WAITING: "off",
    State.SENDING: "off",
    State.SENT: "ok",
    State.FAILED: "bad",
    State.CANCELLED: "off",
}


@dataclass(frozen=True, slots=True)
class EndpointWords:
    """One endpoint on a page. `level`: ok, warn, bad or off, as of a sign; `says`: the state; `more`: what follows."""

    endpoint: Endpoint
    events: str
    events_and_person: str
    level: str
    says: str
    more: str
    waiting: int
    is_used: bool


def event_names() -> dict[str, str]:
    """The events in words, in the order of a lead's life."""
    return {
        Event.CAPTURED: _("captured"),
        Event.QUEUED: _("queued"),
        Event.ASSIGNED: _("assigned"),
        Event.CONTACTED: _("contacted"),
        Event.BREACHED: _("clock ran out"),
        Event.RETURNED: _("returned"),
        Event.CONVERTED: _("converted"),
        Event.CLOSED: _("closed"),
    }


def event_choices() -> list[tuple[str, str]]:
    """For a form: each with what it means."""
    return [
        (Event.CAPTURED, _("Captured: a new lead is here")),
        (Event.QUEUED, _("Queued: it waits in a queue")),
        (Event.ASSIGNED, _("Assigned: somebody has it")),
        (Event.CONTACTED, _("Contacted: a contact was logged")),
        (Event.BREACHED, _("Clock ran out: a wait or a first contact is late")),
        (Event.RETURNED, _("Returned: its holder gave it back")),
        (Event.CONVERTED, _("Converted: it became an opportunity")),
        (Event.CLOSED, _("Closed: won, lost, disqualified, rejected, archived or merged")),
    ]


def endpoint_words(row: Standing, *, at: datetime) -> EndpointWords:
    endpoint = row.endpoint
    level, says, more = _state(row, at=at)
    return EndpointWords(
        endpoint=endpoint,
        events=events_text(endpoint),
        events_and_person=events_and_person(endpoint),
        level=level,
        says=says,
        more=more,
        waiting=row.waiting,
        is_used=endpoint.is_used(at),
    )


def events_text(endpoint: Endpoint) -> str:
    names = event_names()
    chosen = [names[event] for event in names if event in endpoint.events]
    return _("all events") if len(chosen) == len(names) else ", ".join(chosen)


def events_and_person(endpoint: Endpoint) -> str:
    listed = {"events": events_text(endpoint)}
    return listed["events"] if endpoint.sees_person else _("%(events)s; no personal fields") % listed


def _state(row: Standing, *, at: datetime) -> tuple[str, str, str]:
    endpoint = row.endpoint
    if endpoint.removed_at is not None and endpoint.off_reason != OffReason.GONE:
        return "off", _("Removed %(time)s") % {"time": when(endpoint.removed_at, at)}, ""
    if not endpoint.is_active:
        return _off_state(row, at=at)
    if endpoint.api_key is not None and endpoint.is_stopped_by_key:
        says = _("Stands still: the key %(key)s may not subscribe any more") % {"key": endpoint.api_key.name}
        return "bad", says, _kept_text(row.waiting) if row.waiting else ""
    if endpoint.expires_at is not None and endpoint.has_ended(at):
        return "off", _("Ended %(time)s") % {"time": when(endpoint.expires_at, at)}, ""
    if endpoint.failing_since is not None:
        words = {"time": when(endpoint.failing_since, at), "why": why_text(row.last_status, row.last_problem)}
        says = _("Failing since %(time)s: %(why)s") % words
        return "warn", says, _failing_more(row, endpoint.failing_since + OFF_AFTER, at=at)
    if endpoint.last_sent_at is None:
        return "off", _("Nothing sent yet"), _kept_text(row.waiting) if row.waiting else ""
    return "ok", _("Working"), _working_more(row)


def _off_state(row: Standing, *, at: datetime) -> tuple[str, str, str]:
    endpoint = row.endpoint
    time = when(endpoint.off_at, at) if endpoint.off_at else ""
    says = {
        OffReason.BY_HAND: _("Switched off %(time)s"),
        OffReason.FAILING: _("Switched off %(time)s: nothing arrived for five days"),
        OffReason.GONE: _("Switched off %(time)s: the receiver said that it is gone"),
    }[OffReason(endpoint.off_reason)]
    level = "off" if endpoint.off_reason == OffReason.BY_HAND else "bad"
    return level, says % {"time": time}, _kept_text(row.waiting) if row.waiting else ""


def _failing_more(row: Standing, end: datetime, *, at: datetime) -> str:
    words = {"n": number(row.waiting), "off": when(end, at)}
    if row.next_at is None:
        return (
            ngettext("%(n)s message is kept; off %(off)s", "%(n)s messages are kept; off %(off)s", row.waiting) % words
        )
    text = ngettext(
        "%(n)s message is kept, next try %(next)s; off %(off)s",
        "%(n)s messages are kept, next try %(next)s; off %(off)s",
        row.waiting,
    )
    return text % {**words, "next": when(max(row.next_at, at), at)}


def _working_more(row: Standing) -> str:
    if not row.sent:
        return _("none today")
    words = {"n": number(row.sent), "s": number(round((row.mean_ms or 0) / 1000, 1))}
    return ngettext("%(n)s today, %(s)s s", "%(n)s today, %(s)s s each", row.sent) % words


def _kept_text(waiting: int) -> str:
    return ngettext("%(n)s message is kept", "%(n)s messages are kept", waiting) % {"n": number(waiting)}


def why_text(status: int | None, problem: str) -> str:
    """Why an attempt failed."""
    if status:
        return _("it answers %(status)d") % {"status": status}
    words = {
        "not_public": _("its address is not public"),
        "no_such_host": _("its host does not exist"),
        "no_answer": _("it does not answer"),
        "not_secure": _("its connection is not safe"),
        "too_slow": _("it is too slow"),
        "not_an_address": _("its address cannot be used"),
        "not_this_port": _("its port cannot be used"),
        "own_address": _("its address is Alur’s own"),
        "not_readable": _("its secret cannot be read any more: make another one"),
    }
    return words.get(problem, _("it gave no answer"))


def outcome_text(delivery: WebhookDelivery) -> str:
    """What became of one message, in a line of the log."""
    if delivery.last_at is None:
        return ""
    if delivery.last_status:
        answered = {"status": delivery.last_status, "s": number(round((delivery.last_ms or 0) / 1000, 2))}
        return _("Answered %(status)d after %(s)s s.") % answered
    why = why_text(None, delivery.last_problem)
    return f"{why[:1].upper()}{why[1:]}."


def asked_text(delivery: WebhookDelivery, *, at: datetime) -> str:
    """Who had it leave by hand last, and when."""
    if not delivery.asked_how:
        return ""
    who = delivery.asked_by
    words = {"time": when(delivery.asked_at, at), "person": display_name(who) if who else ""}
    says = {
        Asked.TEST: (_("Asked for by %(person)s, %(time)s."), _("Asked for, %(time)s.")),
        Asked.AGAIN: (_("Sent again by %(person)s, %(time)s."), _("Sent again by hand, %(time)s.")),
        Asked.TRY: (_("Tried at once by %(person)s, %(time)s."), _("Tried at once by hand, %(time)s.")),
    }[Asked(delivery.asked_how)]
    return says[who is None] % words
