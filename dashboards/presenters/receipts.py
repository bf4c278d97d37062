"""Tells a receipt: how and why somebody got a lead (C6), without colleagues' private reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.times import duration
from dashboards.presenters.places import Standing, limit_words, order_words, reason_words
from queues.decisions import assign_next as assigning
from queues.decisions import ordering
from queues.decisions.ordering import Bands
from queues.decisions.routing_trail import Then
from queues.models import Escalation
from queues.presenters.assign_next import why_not_words
from queues.presenters.routing_trail import steps_words
from routing.models import Assignment
from routing.presenters.turns import skip_words


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: only managers and ops learn why a colleague was passed over; everybody learns it of themselves."""

    user_id: int
    rep_id: int | None
    sees_reasons: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """A sentence and dotted lines of facts, as (label, value). `way` tells, step by step, what was asked on the way
    through the queue before the lead came to this person (G4)."""

    number: str
    sentence: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    skipped_title: str = ""
    way: list[str] = field(default_factory=list)


def receipt_of(assignment: Assignment, *, reader: Reader, names: Mapping[int, str]) -> Receipt:
    """`names` has the people the receipt speaks of, by user id."""
    told = assignment.receipt or {}
    tell = TELLERS.get(told.get("kind"), _other)
    way = steps_words(told.get("trail", ()), sees_reasons=reader.sees_reasons)
    receipt = tell(assignment, told, reader, names)
    if counted := told.get("counted"):
        receipt.facts.append((_("Counts as a turn of"), counted["name"]))
    return replace(receipt, way=way)


def people_in(assignment: Assignment) -> set[int]:
    """The user ids that the receipt names only by number."""
    return {assignment.receipt["from"]} if (assignment.receipt or {}).get("from") else set()


def _claim(assignment: Assignment, told: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    place, of, queue = told.get("place", 1), told.get("of", 1), told.get("queue", "")
    waited = duration(told.get("waited_seconds", 0))
    if told.get("how") == Assignment.How.PICK:
        sentence = _("Picked from %(queue)s, place %(place)s of %(of)s in order: %(reason)s.")
    elif place == 1:
        sentence = _("Taken from %(queue)s, first in order: %(reason)s.")
    else:
        sentence = _("Taken from %(queue)s, place %(place)s of %(of)s in order: %(reason)s.")
    facts = [
        (_("Taken"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"),
        (_("Place"), _("%(place)s of %(of)s") % {"place": number(place), "of": number(of)}),
        (_("Order"), order_words(told.get("order", ""))),
        (_("Had waited"), waited),
    ]
    words = {"queue": queue, "place": number(place), "of": number(of), "reason": _claim_reason(assignment, told)}
    return Receipt(_no(assignment), sentence % words, facts)


def _assign_next(assignment: Assignment, told: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    """Managers and ops read about everybody; who got it reads only about him- or herself."""
    candidates = told.get("candidates") or [{}]
    words = {
        "queue": told.get("queue", ""),
        "name": told.get("by", ""),
        "place": number(told.get("place", 1)),
        "of": number(told.get("of", 1)),
        "reason": _claim_reason(assignment, told),
    }
    sentence = _("Assigned from %(queue)s by %(name)s, place %(place)s of %(of)s in order: %(reason)s.") % words
    chosen = _("free, with the fewest open leads (%(n)s)") % {"n": number(candidates[0].get("open", 0))}
    facts = [
        (_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"),
        (_("Place"), _("%(place)s of %(of)s") % words),
        (_("Order"), order_words(told.get("order", ""))),
        (_("Had waited"), duration(told.get("waited_seconds", 0))),
        (_("Chosen"), chosen),
        (_("Among"), _("%(n)s people") % {"n": number(told.get("of_candidates", len(candidates)))}),
    ]
    others = [(each["name"], _why_not_chosen(each)) for each in candidates[1:]] if reader.sees_reasons else []
    return Receipt(_no(assignment), sentence, facts, others, skipped_title=_("Not chosen"))


def _why_not_chosen(each: dict) -> str:
    if each.get("outcome") == assigning.SKIPPED:
        return why_not_words(each.get("reason", ""))
    return ngettext("%(n)s open lead", "%(n)s open leads", each.get("open", 0)) % {"n": number(each.get("open", 0))}


def _claim_reason(assignment: Assignment, told: dict) -> str:
    """The words that the list had for this place."""
    (first_hours, first_percent), (second_hours, second_percent) = told.get("bands") or [[24, 25], [48, 10]]
    age = timedelta(seconds=told.get("waited_seconds", 0))
    standing = Standing(
        reason=told.get("reason") or ordering.FIRST_IN,
        number=told.get("place", 1),
        of=told.get("of", 1),
        since_at=assignment.assigned_at - age,
        age=age,
        hot_above=told.get("hot_above", 0),
        bands=Bands(timedelta(hours=first_hours), first_percent, timedelta(hours=second_hours), second_percent),
        tier=told.get("tier", ""),
        score=told.get("score"),
    )
    return reason_words(standing)


def _turn(assignment: Assignment, told: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    skipped = [(look["name"], _why_skipped(look, reader)) for look in told.get("skipped", ())]
    because = told.get("because", "").replace("turn_back", "owed")  # as receipts of before call it
    words = {
        "turn": number(told.get("turn", 0)),
        "rotation": told.get("rotation", ""),
        "position": told.get("position", 0) + 1,
    }
    sentence = {
        "fallback": _("Turn %(turn)s of %(rotation)s: nobody was available, so it went to the fallback person."),
        "owed": _("Turn %(turn)s of %(rotation)s, position %(position)s: a turn that was owed is made good."),
    }.get(because, _("Turn %(turn)s of %(rotation)s, position %(position)s."))
    facts = [
        (_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"),
        (_("Rotation"), told.get("rotation", "")),
        (_("Turn"), words["turn"]),
        (_("Position"), str(words["position"])),
        (_("Settings"), _("version %(n)s") % {"n": told.get("version", 1)}),
    ]
    return Receipt(_no(assignment), sentence % words, facts, skipped)


def _why_skipped(look: dict, reader: Reader) -> str:
    if not reader.sees_reasons and look.get("rep") != reader.rep_id:
        return _("not available")
    return skip_words(look.get("reason", ""))


def _breach(assignment: Assignment, told: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    limit = limit_words(timedelta(minutes=told.get("limit", assignment.contact_minutes)))
    before = _("you") if told.get("from") == reader.user_id else names.get(told.get("from"), _("somebody else"))
    sentence = _("Moved here after three missed contact limits of %(limit)s with %(name)s.")
    facts = [
        (_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"),
        (_("Chosen"), _("available, with the fewest open leads")),
        (_("From"), before),
    ]
    return Receipt(_no(assignment), sentence % {"limit": limit, "name": before}, facts)


def _decision(assignment: Assignment, told: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    by = told.get("by", "")
    is_taken_over = told.get("how") == Assignment.How.TAKEN_OVER
    sentence = _("%(name)s took it over.") if is_taken_over else _("%(name)s decided to give it.")
    why = dict(Escalation.Kind.choices).get(told.get("why", ""), "")
    facts = [(_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"), (_("Decided by"), by)]
    if why:
        facts.append((_("Because"), str(why)))
    return Receipt(_no(assignment), sentence % {"name": by}, facts)


def _owner(assignment: Assignment, told: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    """The account's owner, or who stands in (G1)."""
    words = {"account": told.get("account", ""), "name": told.get("name", ""), "instead": told.get("instead", "")}
    if told.get("then") == Then.DELEGATE:
        sentence = _("Given to %(instead)s, who stands in for %(name)s, the owner of the account %(account)s.") % words
    else:
        sentence = _("Given to the owner of the account %(account)s.") % words
    facts = [(_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}")]
    facts += [(_("Account"), told.get("account", "")), (_("Queue"), told.get("queue", ""))]
    return Receipt(_no(assignment), sentence, facts)


def _other(assignment: Assignment, told: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    facts = [(_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}")]
    return Receipt(_no(assignment), Assignment.How(assignment.how).label, facts)


TELLERS = {
    "claim": _claim,
    "assign_next": _assign_next,
    "turn": _turn,
    "breach": _breach,
    "owner": _owner,
    "decision": _decision,
}


def _no(assignment: Assignment) -> str:
    return f"R-{number(assignment.pk)}"


def _clock(assignment: Assignment) -> str:
    return localtime(assignment.assigned_at).strftime("%H:%M:%S")
