"""Where a test lead stopped, why, and the page that mends it; what was changed after it (M3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.times import when
from queues.decisions.probe import Halt, Step, Stop
from queues.models import ProbeRun
from queues.presenters.probe import STOPS
from queues.queries.probe_tries import Mended

PRESS, REPS = "dashboards:use_defaults", "admin:routing_rep_changelist"
# by reason: where it stopped, in few words; and why
HALTS: Mapping[str, tuple[object, object]] = {
    Halt.REVIEW: (lazy("on the review desk"), lazy("The rule “%(rule)s” lets a person decide about such leads.")),
    Halt.NURTURE: (lazy("in nurture"), lazy("The rule “%(rule)s” sends such leads to nurture.")),
    Halt.REJECTED: (lazy("rejected"), lazy("The rule “%(rule)s” rejects such leads.")),
    Halt.PARKED: (lazy("parked"), lazy("%(queue)s takes no lead now: it is full, or its leads wait too long.")),
    Halt.NO_MEMBERS: (
        lazy("nobody to give it to"),
        lazy("%(rotation)s has no members yet, so the lead would wait until it has."),
    ),
    Halt.ROTATION_OFF: (lazy("its rotation is off"), lazy("%(rotation)s is switched off, so it gives out no lead.")),
    Halt.AWAY: (
        lazy("nobody is available now"),
        lazy("The lead waits until somebody is back. A test lead by day shows more."),
    ),
    Halt.FULL: (
        lazy("everybody is full"),
        lazy("Everybody in %(rotation)s is at a cap, or has as many leads as the capacity allows."),
    ),
    Halt.NO_SKILL: (lazy("nobody has the skill"), lazy("Nobody in %(rotation)s has the skill that the lead asks for.")),
    Halt.OWNER: (lazy("its owner is away"), lazy("The lead waits for the owner of its account.")),
}
WHERE: Mapping[str, object] = {
    Stop.FORM_CLOSED: lazy("at the form"),
    Stop.FORM_FULL: lazy("at the form"),
    Stop.REFUSED: lazy("at intake"),
    Stop.KNOWN: lazy("at intake"),
    Stop.NO_RULE: lazy("at the rules"),
    Stop.NO_QUEUE: lazy("at the rules"),
    Stop.QUEUE_OFF: lazy("at its queue"),
    Stop.NOBODY: lazy("nobody to take it"),
}
OF_FORM = (Stop.FORM_CLOSED, Stop.FORM_FULL, Stop.REFUSED)
OF_ROTATION = (Halt.NO_MEMBERS, Halt.ROTATION_OFF, Halt.NO_SKILL)


@dataclass(frozen=True, slots=True)
class Mend:
    """`where` it stopped and `why`; `label` is the link or, with `is_press`, the button that mends it."""

    where: str
    why: str
    href: str = ""
    label: str = ""
    is_press: bool = False


def mend_of(run: ProbeRun) -> Mend:
    steps = {step.get("step"): step for step in run.steps}
    ruled, held, aside = (steps.get(name, {}) for name in (Step.RULED, Step.HELD_BACK, Step.ASIDE))
    placed = steps.get(Step.PLACED, {})
    if run.stopped in HALTS:
        where, why = HALTS[run.stopped]
        words = {"rule": ruled.get("rule", ""), "rotation": held.get("rotation", "") or _("The rotation")}
        words["queue"] = aside.get("queue", "")
        where, why = str(where), str(why) % words
    else:
        where, why = str(WHERE.get(run.stopped, _("on the way"))), str(STOPS.get(run.stopped, run.stopped))
    if run.stopped == Stop.NO_RULE and not ruled.get("passed_in_all"):
        return Mend(where, _("No rule is in use, so every lead waits on the review desk."), reverse(PRESS),
                    _("Use the defaults"), is_press=True)  # fmt: skip
    return Mend(where, why, *_link(run, ruled, held, placed or aside))


def invitation_mend(name: str) -> Mend:
    """It did not stop, but who gets such leads has never signed in, so they would be late (M4)."""
    why = _("%(name)s has not accepted the invitation yet. Such a lead would wait with its clock running.")
    return Mend("", why % {"name": name}, _first("routing:invitations"), _("See the invitations"))


def _link(run: ProbeRun, ruled: Mapping, held: Mapping, queue: Mapping) -> tuple[str, str]:
    stopped, pk = run.stopped, str(run.asked.get("door", "")).rpartition("-")[2]
    if stopped in OF_FORM:
        return _change("leads_webform", pk), _("Open the form")
    if stopped in (Halt.REVIEW, Halt.NURTURE, Halt.REJECTED, Stop.NO_QUEUE) and ruled.get("rule_id"):
        return _change("queues_entryrule", ruled["rule_id"]), _("Change the rule “%(rule)s”") % {"rule": ruled["rule"]}
    if stopped == Stop.NO_RULE:
        return reverse("queues:rules"), _("See the rules")
    if stopped in (Stop.QUEUE_OFF, Stop.NOBODY, Stop.NO_CLOCK) and queue.get("queue_id"):
        if stopped == Stop.NOBODY:
            new_team = _first("dashboards:new_team")
            return (new_team, _("Make a team for it")) if new_team else (_first(REPS), _("See the reps"))
        label = _("Switch the queue on") if stopped == Stop.QUEUE_OFF else _("Change the queue")
        return _change("queues_queue", queue["queue_id"]), label
    if stopped == Halt.PARKED and queue.get("slug"):
        return reverse("dashboards:queue", args=[queue["slug"]]), _("See the queue")
    if held.get("rotation_id"):
        if stopped in OF_ROTATION:
            label = _("Add members") if stopped == Halt.NO_MEMBERS else _("Change the rotation")
            return _change("routing_rotation", held["rotation_id"]), label
        return reverse("routing:rotation", args=[held["rotation_id"]]), _("See who is there")
    return (_first(REPS), _("See the reps")) if stopped == Halt.AWAY else ("", "")


def _change(model: str, pk: object) -> str:
    return _first(f"admin:{model}_change", pk)


def _first(name: str, *args: object) -> str:
    """The address, or empty if there is no such page or the key is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def stop_text(run: ProbeRun) -> str:
    """ "Stopped at the rules", or that it got through."""
    if run.is_ok:
        return _("Got through")
    return _("Stopped: %(where)s") % {"where": mend_of(run).where}


def mended_text(found: Mended) -> str:
    """ "Mended: 9 entry rules changed, Mon 10:34" """
    meta, words = found.model._meta, {"n": found.count, "name": found.name, "time": when(found.at)}
    if found.name:
        return _("Mended: %(kind)s “%(name)s” changed, %(time)s") % (words | {"kind": meta.verbose_name})
    kind = meta.verbose_name if found.count == 1 else meta.verbose_name_plural
    return _("Mended: %(n)s %(kind)s changed, %(time)s") % (words | {"kind": kind})
