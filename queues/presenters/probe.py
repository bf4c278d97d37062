"""The way of a test lead in words, and why it stopped, with the page that mends it (K5, M3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.times import when
from leads.models import LeadType
from queues.decisions.probe import End, State, Step, Stop
from queues.presenters.rules import failed_condition_text, reason_text
from routing.models import Assignment
from routing.presenters.turns import stored_skip_text

ENDS: Mapping[str, object] = {
    End.ASSIGNED: lazy("given to a rep"),
    End.CLAIMABLE: lazy("waits for reps"),
    End.WAITS: lazy("waits for its rotation"),
    End.REVIEW: lazy("on the review desk"),
    End.PARKED: lazy("parked"),
    End.PARTNER: lazy("sent to a partner"),
    End.NURTURE: lazy("in nurture"),
    End.REJECTED: lazy("rejected"),
    End.NOWHERE: lazy("nowhere"),
}
STATES: Mapping[str, tuple[str, object]] = {  # with their sign
    State.OFF: ("off", lazy("switched off")),
    State.IDLE: ("off", lazy("there is no form or source yet")),
    State.NEW: ("off", lazy("has not run yet")),
    State.WELL: ("ok", lazy("leads get through")),
    State.FAILED: ("bad", lazy("leads do not get through")),
    State.MISSED: ("bad", lazy("does not run")),
}
STOPS: Mapping[str, object] = {
    Stop.FORM_CLOSED: lazy("The form is closed: it takes nothing from visitors."),
    Stop.FORM_FULL: lazy("The form has reached its limit of an hour: it asks visitors to come later."),
    Stop.REFUSED: lazy("Intake refused the lead, because the form asks for nothing by which a person can be reached."),
    Stop.KNOWN: lazy("Intake took the lead for one that is known, so nothing was tried behind that."),
    Stop.NO_RULE: lazy("None of the entry rules takes such a lead, so it would wait on the review desk."),
    Stop.NO_QUEUE: lazy("The rule that takes it names no queue."),
    Stop.QUEUE_OFF: lazy("The queue of the rule is switched off."),
    Stop.STEP_FAILED: lazy("An error stopped the lead on its way; the log of the installation has it."),
    Stop.NOBODY: lazy("Nobody may take leads from this queue: no active rep belongs to it."),
    Stop.NO_CLOCK: lazy("The lead was given out without a deadline for first contact."),
    Stop.BUSY: lazy("The database did not let the lead in."),
    Stop.LATE: lazy("It took longer than it may."),
    Stop.ERROR: lazy("An error stopped the lead on its way; the log of the installation has it."),
}
MENDED_AT: Mapping[str, tuple[str, object]] = {
    Stop.FORM_CLOSED: ("admin:leads_webform_changelist", lazy("Open the form")),
    Stop.FORM_FULL: ("admin:leads_webform_changelist", lazy("See the limits of the form")),
    Stop.REFUSED: ("admin:leads_webform_changelist", lazy("See what the form asks")),
    Stop.NO_RULE: ("queues:rules", lazy("See the rules")),
    Stop.NO_QUEUE: ("queues:rules", lazy("See the rules")),
    Stop.QUEUE_OFF: ("admin:queues_queue_changelist", lazy("See the queues")),
    Stop.NOBODY: ("admin:routing_rep_changelist", lazy("See the reps")),
    Stop.NO_CLOCK: ("admin:queues_queue_changelist", lazy("See the clocks of queues")),
}
ICONS: Mapping[str, str] = {
    Step.SENT: "download",
    Step.SCORED: "trending-up",
    Step.RULED: "list",
    Step.PLACED: "stack-2",
    Step.SERVED: "user-check",
    Step.OPEN: "users",
    Step.HELD_BACK: "clock",
    Step.ASIDE: "eye",
    Step.CLOCKS: "clock",
}


@dataclass(frozen=True, slots=True)
class WayLine:
    """One step. `tone`: "", "go" where somebody gets the lead, "bad" where it stopped."""

    icon: str
    tone: str
    says: str
    more: tuple[str, ...] = ()
    href: str = ""
    link: str = ""


def way_lines(steps: Sequence[Mapping], *, origin: str, stopped: str, sources: Mapping[str, str]) -> list[WayLine]:
    """All steps; where the lead stopped, the last line says why and links to what mends it."""
    lines = [_line(step, origin, sources) for step in steps if step.get("step") != Step.BROKE]
    if stopped:
        address, link = MENDED_AT.get(stopped, ("", ""))
        href = reverse(address) if address else ""
        lines.append(WayLine("x", "bad", str(STOPS.get(stopped, stopped)), (), href, str(link)))
    return lines


def way_text(steps: Sequence[Mapping], *, origin: str, ended: str) -> str:
    """The way in one line: 'Demo form → Score 40 or more → Hot inbound → Rina'."""
    found = {step.get("step"): step for step in steps}
    parts = [origin, found.get(Step.RULED, {}).get("rule", ""), found.get(Step.PLACED, {}).get("queue", "")]
    served = found.get(Step.SERVED)
    parts.append(served["name"] if served else "" if ended == End.NOWHERE else str(ENDS.get(ended, ended)))
    return " → ".join(part for part in parts if part)


def _line(step: Mapping, origin: str, sources: Mapping[str, str]) -> WayLine:
    kind = step.get("step", "")
    says, more = _WORDS[kind](step, origin, sources) if kind in _WORDS else ("", ())
    href = reverse("dashboards:queue", args=[step["slug"]]) if step.get("slug") else ""
    return WayLine(ICONS.get(kind, "route"), "go" if kind == Step.SERVED else "", says, tuple(more), href)


def _sent(step: Mapping, origin: str, _sources: Mapping[str, str]) -> tuple[str, list[str]]:
    return _("A made-up lead arrived from %(origin)s and was stored.") % {"origin": origin}, []


def _scored(step: Mapping, _origin: str, _sources: Mapping[str, str]) -> tuple[str, list[str]]:
    words = {"score": step.get("score"), "type": dict(LeadType.choices).get(step.get("type", ""), "")}
    return _("It was scored %(score)s, as %(type)s.") % words, []


def _ruled(step: Mapping, _origin: str, sources: Mapping[str, str]) -> tuple[str, list[str]]:
    passed = step.get("passed_in_all", len(step.get("passed", ())))
    before = ngettext("%(n)s rule before it did not match.", "%(n)s rules before it did not match.", passed)
    if step.get("rule"):
        says = _("The rule “%(rule)s” took it.") % {"rule": step["rule"]}
        return f"{says} {before % {'n': passed}}" if passed else says, []
    says = ngettext("None of %(n)s rule matched.", "None of %(n)s rules matched.", passed) % {"n": passed}
    return says, [
        f"{name}: {failed_condition_text(failed, sources, is_missing=is_missing)}"
        for name, failed, is_missing in step.get("passed", ())
        if failed
    ]


def _placed(step: Mapping, _origin: str, _sources: Mapping[str, str]) -> tuple[str, list[str]]:
    waiting = step.get("waiting", 0)
    text = ngettext(
        "It entered %(queue)s, where %(n)s other lead waits.",
        "It entered %(queue)s, where %(n)s other leads wait.",
        waiting,
    )
    return text % {"queue": step.get("queue", ""), "n": number(waiting)}, []


def _served(step: Mapping, _origin: str, _sources: Mapping[str, str]) -> tuple[str, list[str]]:
    words = {"name": step.get("name", ""), "n": step.get("turn"), "rotation": step.get("rotation", "")}
    if step.get("turn"):
        says = _("It went to %(name)s: turn %(n)s of %(rotation)s.") % words
    else:
        how = str(dict(Assignment.How.choices).get(step.get("how", ""), ""))
        says = _("It went to %(name)s: %(how)s.") % (words | {"how": how})
    more = [f"{each.get('name', '')}: {stored_skip_text(each)}" for each in step.get("skipped", ())]
    return says, more


def _open(step: Mapping, _origin: str, _sources: Mapping[str, str]) -> tuple[str, list[str]]:
    reps = step.get("reps", 0)
    text = ngettext("%(n)s rep may take it.", "%(n)s reps may take it.", reps) % {"n": number(reps)}
    if after := step.get("after", 0):
        words = {"n": after}
        wait = ngettext("Its rotation has %(n)s minute first.", "Its rotation has %(n)s minutes first.", after) % words
        return f"{text} {wait}", []
    return text, []


def _held_back(step: Mapping, _origin: str, _sources: Mapping[str, str]) -> tuple[str, list[str]]:
    return _("Nobody of %(rotation)s can have it now; it waits until somebody can.") % {
        "rotation": step.get("rotation") or _("its rotation")
    }, []


def _aside(step: Mapping, _origin: str, _sources: Mapping[str, str]) -> tuple[str, list[str]]:
    where = step.get("where", "")
    if where == End.PARKED:
        return _("%(queue)s takes none now: the lead would be parked on the review desk.") % {
            "queue": step.get("queue", "")
        }, []
    codes = step.get("reasons", ())
    reasons = reason_text(codes) if codes else ""
    words = {"where": ENDS.get(where, where), "reasons": reasons}
    return (_("It ended %(where)s: %(reasons)s.") if reasons else _("It ended %(where)s.")) % words, []


def _clocks(step: Mapping, _origin: str, _sources: Mapping[str, str]) -> tuple[str, list[str]]:
    wait, contact = _moment(step.get("wait_due_at")), _moment(step.get("contact_due_at"))
    if contact:
        text = _("First contact was due until %(time)s, and the clock would find it afterwards.")
        return text % {"time": contact}, []
    return _("It could wait until %(time)s.") % {"time": wait}, []


def _moment(text: object) -> str:
    try:
        return when(datetime.fromisoformat(str(text)))
    except ValueError:
        return ""


_WORDS = {
    Step.SENT: _sent,
    Step.SCORED: _scored,
    Step.RULED: _ruled,
    Step.PLACED: _placed,
    Step.SERVED: _served,
    Step.OPEN: _open,
    Step.HELD_BACK: _held_back,
    Step.ASIDE: _aside,
    Step.CLOCKS: _clocks,
}
