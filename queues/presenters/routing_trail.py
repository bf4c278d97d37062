"""How the way of a lead through its queue reads: whose account it is, and who was to have it (G1, G4)."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.conditions.parsing import ConditionRefused, never_matches, parse
from leads.decisions.identity.account_match import BY_DOMAIN, BY_LINK
from leads.presenters.conditions import FIELD_LABELS, conditions_sentence
from leads.queries.leads import source_names
from queues.decisions.routing_trail import GIVES, OWNER_STEP, ROTATION_STEP, SEGMENT_STEP, Away, Then
from queues.decisions.rule_coverage import gaps, overlaps, shadows
from queues.models import Queue, Segment
from queues.presenters.rule_warnings import never_words, overlap_words
from queues.presenters.rules import failed_words
from queues.queries.segments import plan_of, segments_of
from routing.presenters.turns import skip_words

ENDS = {*GIVES, Then.WAITS}
WHY_NEVER: Mapping[str, object] = {
    Then.INACTIVE: lazy("is switched off"),
    Then.NO_REP: lazy("takes no leads"),
    Then.DECLINED: lazy("had given this lead back"),
}


def step_words(step: Mapping[str, object], *, sees_reasons: bool) -> str:
    """One step of the way as a sentence or two. Who may not see a colleague's reasons reads that nobody could."""
    if step.get("step") == SEGMENT_STEP:
        return _segment_words(step)
    if step.get("step") == ROTATION_STEP:
        return _("The turn is of %(rotation)s.") % {"rotation": step.get("name", "")}
    if step.get("step") != OWNER_STEP:
        return ""
    return " ".join(filter(None, (match_words(step), _then_words(step, sees_reasons=sees_reasons))))


def steps_words(steps: Iterable[Mapping[str, object]], *, sees_reasons: bool) -> list[str]:
    """Up to the owner who has the lead, or for whom it waits: what stands behind is asked only when it goes on."""
    told = []
    for step in steps or ():
        if words := step_words(step, sees_reasons=sees_reasons):
            told.append(words)
        if step.get("step") == OWNER_STEP and step.get("then") in ENDS:
            break
    return told


def match_words(step: Mapping[str, object]) -> str:
    """'Matched “PT Maju Jaya” with the account “Maju Jaya Tbk”, 94 of 100.'"""
    if step.get("then") == Then.UNKNOWN:
        return _("The company is no known account.")
    words = {"account": step.get("account", ""), "typed": step.get("typed", ""), "percent": step.get("percent", 0)}
    if step.get("by") == BY_DOMAIN:
        return _("The company's domain is that of the account “%(account)s”.") % words
    if step.get("by") == BY_LINK:
        return _("The lead belongs to the account “%(account)s”.") % words
    return _("Matched “%(typed)s” with the account “%(account)s”, %(percent)s of 100.") % words


def _then_words(step: Mapping[str, object], *, sees_reasons: bool) -> str:
    then = step.get("then")
    words = {"name": step.get("name", ""), "instead": step.get("instead", "")}
    if then == Then.UNKNOWN:
        return ""
    if then == Then.NO_OWNER:
        return _("It has no owner.")
    if then == Then.OWNER:
        return _("Its owner is %(name)s.") % words
    if then in WHY_NEVER:
        words["why"] = WHY_NEVER[then] if sees_reasons else _("could not be given this lead")
        return _("Its owner %(name)s %(why)s, so the lead goes on.") % words
    words["why"] = skip_words(str(step.get("reason", ""))) if sees_reasons else _("not available")
    if then == Then.WAITS:
        return _("Its owner %(name)s is away (%(why)s); the lead waits.") % words
    if then == Then.DELEGATE:
        return _("Its owner %(name)s is away (%(why)s); %(instead)s stands in.") % words
    away = _("Its owner %(name)s is away (%(why)s), so the lead goes on.") % words
    return f"{away} {_instead_words(step, words, sees_reasons=sees_reasons)}".strip()


def _instead_words(step: Mapping[str, object], words: dict, *, sees_reasons: bool) -> str:
    reason = step.get("instead_reason")
    if not reason:
        return ""
    if reason == "nobody":
        return _("Nobody stands in.")
    if not sees_reasons:
        return _("%(instead)s, who stands in, could not have it either.") % words
    words["why"] = WHY_NEVER[reason] if reason in WHY_NEVER else skip_words(str(reason))
    return _("%(instead)s, who stands in, could not have it either (%(why)s).") % words


def _segment_words(step: Mapping[str, object]) -> str:
    words = {"name": step.get("name", "")}
    if step.get("matched"):
        return _("Segment “%(name)s”: matches.") % words
    words["failed"] = failed_words(str(step.get("failed_on", "")), source_names())
    return _("Segment “%(name)s”: does not hold: %(failed)s.") % words


def segment_sentence(segment: Segment, sources: Mapping[str, str] | None = None) -> str:
    """'Score is at least 81 → Senior AEs'."""
    try:
        when = conditions_sentence(parse(segment.conditions), sources)
    except ConditionRefused:
        return _("Its conditions cannot be read; it takes no lead.")
    return _("%(when)s → %(then)s") % {"when": when, "then": segment.rotation.name}


def segment_warnings(queue: Queue) -> list[str]:
    """What the segments of a queue say that surely nobody meant (F11c)."""
    plan = plan_of(queue)
    if queue.is_pull and queue.segments.exists():
        return [
            _("%(queue)s has segments, but reps take its leads themselves: no segment is asked.") % {"queue": queue}
        ]
    texts = [_("“%(name)s” cannot be read and takes no lead.") % {"name": name} for name in plan.broken]
    texts += [never_words(rule.name) for rule in plan.rules if never_matches(rule.conditions)]
    texts += [
        _("“%(rule)s” is never asked: “%(by)s” above it takes the same leads first.")
        % {"rule": shadow.rule.name, "by": shadow.by.name}
        for shadow in shadows(plan.rules)
        if not never_matches(shadow.rule.conditions)
    ]
    for gap in gaps(plan.rules):
        words = {"field": FIELD_LABELS[gap.field], "low": gap.low, "high": gap.high, "own": plan.own}
        one = _("No segment takes leads with %(field)s %(low)s; they go to %(own)s.")
        many = _("No segment takes leads with %(field)s from %(low)s to %(high)s; they go to %(own)s.")
        texts.append((one if gap.low == gap.high else many) % words)
    return texts + [overlap_words(each) for each in overlaps(plan.rules)]


def plan_sentences(queue: Queue) -> list[str]:
    """How leads leave a queue, step by step, as people read it (K6)."""
    told = [owner_sentence(queue)] if queue.asks_owner else []
    if queue.is_pull:
        return [*told, _("Reps take the leads themselves.")]
    sources = source_names()
    for row in segments_of(queue):
        if row.is_active:
            told.append(f"{row.name}: {segment_sentence(row, sources)}")
    if queue.rotation is not None:
        last = _("All other leads → %(rotation)s") if told else _("Every lead → %(rotation)s")
        told.append(last % {"rotation": queue.rotation.name})
    return told


def owner_sentence(queue: Queue) -> str:
    """What the queue does for owners of accounts, as a sentence (K6)."""
    if not queue.asks_owner:
        return _("The account does not matter.")
    if queue.owner_match == Queue.OwnerMatch.DOMAIN:
        first = _("A lead whose company's domain is a known account's goes to the account's owner.")
    else:
        text = _(
            "A lead of a known account, by its domain or a name at least %(percent)s of 100 alike, goes to the owner "
            "of the account."
        )
        first = text % {"percent": queue.owner_alike}
    away = {
        Away.ROTATE: _("While the owner is away, it goes on as if there were none."),
        Away.DELEGATE: _("While the owner is away, the stand-in gets it; without one it goes on."),
        Away.WAIT: _("While the owner is away, it waits for the owner."),
    }[Away(queue.owner_away)]
    return f"{first} {away}"
