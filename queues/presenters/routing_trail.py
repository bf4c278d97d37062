"""Sentences about how a lead was routed: whose account it is, and who should get it (G1, G4)."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.conditions.parsing import ConditionRefused, never_matches, parse
from leads.decisions.identity.account_match import BY_DOMAIN, BY_LINK
from leads.presenters.conditions import FIELD_LABELS, conditions_sentence
from leads.queries.leads import source_names
from queues.decisions.routing_trail import ASSIGNING_OUTCOMES, OwnerAway, OwnerOutcome, StepKind
from queues.decisions.rule_coverage import gaps, overlaps, shadows
from queues.models import Queue, Segment
from queues.presenters.rule_warnings import never_matches_warning, overlap_warning
from queues.presenters.rules import failed_condition_text
from queues.queries.segments import segment_plan, segments_of
from routing.presenters.turns import skip_text

FINAL_OUTCOMES = {*ASSIGNING_OUTCOMES, OwnerOutcome.WAITS}
REFUSAL_TEXTS: Mapping[str, object] = {
    OwnerOutcome.INACTIVE: lazy("is switched off"),
    OwnerOutcome.NO_REP: lazy("takes no leads"),
    OwnerOutcome.DECLINED: lazy("had given this lead back"),
}


def step_text(step: Mapping[str, object], *, sees_reasons: bool) -> str:
    """One step as a sentence or two. Without `sees_reasons` the reasons of colleagues are left out."""
    if step.get("step") == StepKind.SEGMENT:
        return _segment_step_text(step)
    if step.get("step") == StepKind.ROTATION:
        return _("The rotation %(rotation)s takes the turn.") % {"rotation": step.get("name", "")}
    if step.get("step") == StepKind.FAST_LANE:
        words = {"from": step.get("from", ""), "score": step.get("score", "")}
        return _("The queue had a fast lane for scores from %(from)s; this lead had %(score)s.") % words
    if step.get("step") != StepKind.OWNER:
        return ""
    return " ".join(filter(None, (account_match_sentence(step), _owner_outcome_text(step, sees_reasons=sees_reasons))))


def trail_sentences(steps: Iterable[Mapping[str, object]], *, sees_reasons: bool) -> list[str]:
    """All steps, up to an owner who gets the lead or for whom it waits; later steps apply only if the lead goes on."""
    sentences = []
    for step in steps or ():
        if words := step_text(step, sees_reasons=sees_reasons):
            sentences.append(words)
        if step.get("step") == StepKind.OWNER and step.get("then") in FINAL_OUTCOMES:
            break
    return sentences


def account_match_sentence(step: Mapping[str, object]) -> str:
    """'Matched “PT Maju Jaya” with the account “Maju Jaya Tbk”, 94 of 100.'"""
    if step.get("then") == OwnerOutcome.UNKNOWN:
        return _("The company is not a known account.")
    words = {"account": step.get("account", ""), "typed": step.get("typed", ""), "percent": step.get("percent", 0)}
    if step.get("by") == BY_DOMAIN:
        return _("The company's domain is that of the account “%(account)s”.") % words
    if step.get("by") == BY_LINK:
        return _("The lead belongs to the account “%(account)s”.") % words
    return _("Matched “%(typed)s” with the account “%(account)s”, %(percent)s of 100.") % words


def _owner_outcome_text(step: Mapping[str, object], *, sees_reasons: bool) -> str:
    then = step.get("then")
    words = {"name": step.get("name", ""), "instead": step.get("instead", "")}
    if then == OwnerOutcome.UNKNOWN:
        return ""
    if then == OwnerOutcome.NO_OWNER:
        return _("It has no owner.")
    if then == OwnerOutcome.OWNER:
        return _("Its owner is %(name)s.") % words
    if then in REFUSAL_TEXTS:
        words["why"] = REFUSAL_TEXTS[then] if sees_reasons else _("could not be given this lead")
        return _("Its owner %(name)s %(why)s, so the lead goes on.") % words
    words["why"] = skip_text(str(step.get("reason", ""))) if sees_reasons else _("not available")
    if then == OwnerOutcome.WAITS:
        return _("Its owner %(name)s is away (%(why)s); the lead waits.") % words
    if then == OwnerOutcome.DELEGATE:
        return _("Its owner %(name)s is away (%(why)s); %(instead)s stands in.") % words
    away = _("Its owner %(name)s is away (%(why)s), so the lead goes on.") % words
    return f"{away} {_stand_in_text(step, words, sees_reasons=sees_reasons)}".strip()


def _stand_in_text(step: Mapping[str, object], words: dict, *, sees_reasons: bool) -> str:
    reason = step.get("instead_reason")
    if not reason:
        return ""
    if reason == "nobody":
        return _("Nobody stands in.")
    if not sees_reasons:
        return _("%(instead)s, who stands in, could not have it either.") % words
    words["why"] = REFUSAL_TEXTS[reason] if reason in REFUSAL_TEXTS else skip_text(str(reason))
    return _("%(instead)s, who stands in, could not have it either (%(why)s).") % words


def _segment_step_text(step: Mapping[str, object]) -> str:
    words = {"name": step.get("name", "")}
    if step.get("matched"):
        return _("Segment “%(name)s”: matches.") % words
    is_missing = bool(step.get("is_missing"))
    words["failed"] = failed_condition_text(str(step.get("failed_on", "")), source_names(), is_missing=is_missing)
    return _("Segment “%(name)s”: not met: %(failed)s.") % words


def segment_sentence(segment: Segment, sources: Mapping[str, str] | None = None) -> str:
    """'Score is at least 81 → Senior AEs'."""
    try:
        when = conditions_sentence(parse(segment.conditions), sources)
    except ConditionRefused:
        return _("Its conditions cannot be read; it takes no lead.")
    return _("%(when)s → %(then)s") % {"when": when, "then": segment.rotation.name}


def segment_warnings(queue: Queue) -> list[str]:
    """Likely mistakes in the segments of a queue (F11c)."""
    plan = segment_plan(queue)
    if queue.is_pull and queue.segments.exists():
        return [
            _("%(queue)s has segments, but reps take its leads themselves: its segments have no effect.")
            % {"queue": queue}
        ]
    texts = [_("“%(name)s” cannot be read and takes no lead.") % {"name": name} for name in plan.broken]
    texts += [never_matches_warning(rule.name) for rule in plan.rules if never_matches(rule.conditions)]
    texts += [
        _("“%(rule)s” never takes a lead: “%(by)s” above it takes the same leads first.")
        % {"rule": shadow.rule.name, "by": shadow.by.name}
        for shadow in shadows(plan.rules)
        if not never_matches(shadow.rule.conditions)
    ]
    for gap in gaps(plan.rules):
        words = {"field": FIELD_LABELS[gap.field], "low": gap.low, "high": gap.high, "own": plan.own}
        one = _("No segment takes leads with %(field)s %(low)s; they go to %(own)s.")
        many = _("No segment takes leads with %(field)s from %(low)s to %(high)s; they go to %(own)s.")
        texts.append((one if gap.low == gap.high else many) % words)
    return texts + [overlap_warning(each) for each in overlaps(plan.rules)]


def plan_sentences(queue: Queue, segments: Sequence[Segment] | None = None) -> list[str]:
    """How leads leave a queue, step by step (K6). `segments` are segments_of() it, if the caller knows them."""
    sentences = [owner_sentence(queue)] if queue.asks_owner else []
    if queue.is_pull:
        return [*sentences, _("Reps take the leads themselves.")]
    asked = [row for row in (segments_of(queue) if segments is None else segments) if row.is_active]
    sources = source_names() if asked else {}
    sentences += [f"{row.name}: {segment_sentence(row, sources)}" for row in asked]
    if queue.rotation is not None:
        last = _("All other leads → %(rotation)s") if sentences else _("Every lead → %(rotation)s")
        sentences.append(last % {"rotation": queue.rotation.name})
    return sentences


def owner_sentence(queue: Queue) -> str:
    """What the queue does with leads of accounts that have an owner (K6)."""
    if not queue.asks_owner:
        return _("The account does not matter.")
    if queue.owner_match == Queue.OwnerMatch.DOMAIN:
        first = _("A lead whose company domain belongs to a known account goes to the owner of the account.")
    else:
        text = _(
            "A lead of a known account, found by its domain or a name that is at least %(percent)s %% similar, goes to "
            "the owner of the account."
        )
        first = text % {"percent": queue.owner_alike}
    away = {
        OwnerAway.ROTATE: _("While the owner is away, the lead goes on as if there were no owner."),
        OwnerAway.DELEGATE: _("While the owner is away, the stand-in gets the lead; without a stand-in it goes on."),
        OwnerAway.WAIT: _("While the owner is away, the lead waits for the owner."),
    }[OwnerAway(queue.owner_away)]
    return f"{first} {away}"
