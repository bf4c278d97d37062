"""The way of a test lead as dots, where it stopped, and the page that mends it (M3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.times import when
from leads.decisions.conditions.parsing import ConditionRefused, parse
from leads.models import LeadType
from leads.presenters.conditions import conditions_sentence
from queues.decisions.probe import Step, Stop
from queues.models import ProbeRun
from queues.presenters.rules import failed_condition_text
from queues.presenters.try_stops import Mend, invitation_mend, mend_of
from routing.presenters.turns import skip_text, stored_skip_text

Sources = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dot:
    """One step. `more` are lines below it, `aside` what opens on request. `tone`: "", "go" where somebody gets the
    lead, "stop" where it went no further, "next" for what did not come any more. `mend`: what mends it."""

    title: str
    more: tuple[str, ...] = ()
    tone: str = ""
    aside: tuple[str, ...] = ()
    mend: Mend | None = None


def dots(run: ProbeRun, sources: Sources) -> list[Dot]:
    """All steps, and where it stopped."""
    found = [_DOTS[kind](step, run, sources) for step in run.steps if (kind := step.get("step")) in _DOTS]
    if not run.stopped:
        return found
    if run.stopped == Stop.NOBODY:
        found = found[:-2]  # who may take it: nobody, and the clocks
    mend = mend_of(run)
    stop = Dot(_("Stopped: %(where)s") % {"where": mend.where}, tone="stop", mend=mend)
    return [*found, stop, Dot(_("Rep"), (_("would get it, with turn and reason"),), tone="next")]


def _sent(step: Mapping, run: ProbeRun, _sources: Sources) -> Dot:
    people = step.get("people")
    size = ngettext("%(n)s person", "%(n)s people", people) % {"n": number(people)} if people else ""
    says = ", ".join(part for part in (step.get("company"), size, step.get("title")) if part)
    is_form = str(run.asked.get("door", "")).startswith("form")
    title = _("Web form “%(name)s”") if is_form else _("API, source “%(name)s”")
    return Dot(title % {"name": run.origin}, (says,) if says else ())


def _scored(step: Mapping, _run: ProbeRun, _sources: Sources) -> Dot:
    return Dot(
        _("Score %(score)s") % {"score": step.get("score")},
        (str(dict(LeadType.choices).get(step.get("type", ""), "")),),
    )


def _ruled(step: Mapping, _run: ProbeRun, sources: Sources) -> Dot:
    passed = step.get("passed_in_all", len(step.get("passed", ())))
    aside = tuple(
        _("%(n)s. %(rule)s: not met: %(failed)s")
        % {"n": place, "rule": name, "failed": failed_condition_text(failed, sources, is_missing=is_missing)}
        for place, (name, failed, is_missing) in enumerate(step.get("passed", ()), start=1)
    )
    before = _before(passed)
    if not step.get("rule"):
        if not passed:
            return Dot(_("No rule is in use"))
        return Dot(_("No rule fits"), (before,), aside=aside)
    title = _("Rule %(n)s, “%(rule)s”") % {"n": passed + 1, "rule": step["rule"]}
    fits = _fits(step.get("conditions"), sources)
    return Dot(title, tuple(part for part in (fits, before) if part), aside=aside)


def _before(passed: int) -> str:
    if not passed:
        return ""
    return _("Rule 1 did not") if passed == 1 else _("Rules 1–%(n)s did not") % {"n": passed}


def _fits(conditions: object, sources: Sources) -> str:
    try:
        return _("fits: %(conditions)s") % {"conditions": conditions_sentence(parse(conditions), sources)}
    except ConditionRefused:
        return ""


def _placed(step: Mapping, _run: ProbeRun, _sources: Sources) -> Dot:
    waiting = step.get("waiting", 0)
    beside = ngettext("%(n)s other lead waits there", "%(n)s other leads wait there", waiting) % {"n": number(waiting)}
    says = beside if waiting else _("no other lead waits there")
    return Dot(_("Queue %(name)s") % {"name": step.get("queue", "")}, (says,))


def _served(step: Mapping, _run: ProbeRun, _sources: Sources) -> Dot:
    words = {"n": step.get("turn"), "rotation": step.get("rotation", ""), "place": step.get("place")}
    if step.get("place"):
        why = _("gets it: turn %(n)s of %(rotation)s, place %(place)s in its order") % words
    elif step.get("turn"):
        why = _("gets it: turn %(n)s of %(rotation)s") % words
    else:
        why = _("gets it as the owner of the account")
    skipped = [_("%(name)s was passed over: %(why)s") % {"name": each.get("name", ""), "why": stored_skip_text(each)}
               for each in step.get("skipped", ())]  # fmt: skip
    if rest := step.get("skipped_in_all", len(skipped)) - len(skipped):
        skipped.append(ngettext("%(n)s other was passed over", "%(n)s others were passed over", rest) % {"n": rest})
    mend = invitation_mend(step.get("name", "")) if step.get("never_in") else None
    return Dot(step.get("name", ""), (why, *skipped), tone="go", mend=mend)


def _open(step: Mapping, run: ProbeRun, _sources: Sources) -> Dot:
    reps, free = step.get("reps", 0), step.get("free", 0)
    there = _("%(free)s of %(n)s who may take it are there now") % {"free": number(free), "n": number(reps)}
    more = [there]
    if after := step.get("after", 0):
        text = ngettext("once its rotation had %(n)s minute", "once its rotation had %(n)s minutes", after)
        more.append(text % {"n": after})
    return Dot(
        _("Who takes it first"), (*more, *people_lines(step.get("people", ()))), tone="" if run.stopped else "go"
    )


def _held_back(step: Mapping, _run: ProbeRun, _sources: Sources) -> Dot:
    return Dot(step.get("rotation") or _("Its rotation"), tuple(people_lines(step.get("people", ()))))


def people_lines(people: Sequence[Mapping]) -> list[str]:
    """'Rina: on leave until Mon 09:00', of people as a step stores them."""
    return [
        _("%(name)s: %(why)s")
        % {"name": each.get("name", ""), "why": skip_text(each.get("reason", ""), moment(each.get("until")))}
        for each in people
    ]


def _clocks(step: Mapping, _run: ProbeRun, _sources: Sources) -> Dot:
    contact, wait = moment(step.get("contact_due_at")), moment(step.get("wait_due_at"))
    if contact:
        return Dot(_("First contact"), (_("due until %(time)s") % {"time": when(contact)},))
    return Dot(_("Longest wait"), (_("until %(time)s") % {"time": when(wait)},) if wait else ())


def moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


_DOTS: Mapping[str, Callable[[Mapping, ProbeRun, Sources], Dot]] = {
    Step.SENT: _sent,
    Step.SCORED: _scored,
    Step.RULED: _ruled,
    Step.PLACED: _placed,
    Step.SERVED: _served,
    Step.OPEN: _open,
    Step.HELD_BACK: _held_back,
    Step.CLOCKS: _clocks,
}
