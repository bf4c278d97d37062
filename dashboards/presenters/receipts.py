"""A receipt in words: how and why somebody got a lead (C6), without the private reasons of colleagues."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.people import display_name
from config.web.times import clock_time, duration, limit_text
from dashboards.presenters.crm_story import crm_name
from dashboards.presenters.places import QueuePlace, order_text, reason_text
from queues.decisions.assign_next import ChoiceOutcome
from queues.decisions.ordering import Bands, PositionReason
from queues.decisions.routing_trail import OwnerOutcome
from queues.models import Escalation
from queues.presenters.assign_next import skip_reason_text
from queues.presenters.routing_trail import trail_sentences
from routing.models import Assignment
from routing.presenters.choices import REASONS
from routing.presenters.room import room_sentence
from routing.presenters.turns import stored_skip_text


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads. Managers and ops see why a colleague was skipped; a rep sees only his or her own reason."""

    user_id: int
    rep_id: int | None
    sees_reasons: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """A sentence and facts as (label, value). `way` is the routing trail: what the queue asked before the lead came to
    this person (G4)."""

    number: str
    sentence: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    skipped_title: str = ""
    way: list[str] = field(default_factory=list)


def receipt_of(assignment: Assignment, *, reader: Reader, names: Mapping[int, str]) -> Receipt:
    """`names`: the people on the receipt, by user id."""
    stored = assignment.receipt or {}
    present = PRESENTERS.get(stored.get("kind"), _other)
    way = trail_sentences(stored.get("trail", ()), sees_reasons=reader.sees_reasons)
    receipt = present(assignment, stored, reader, names)
    if _is_recycled(assignment):
        receipt.facts.append((_("Recycled"), _("yes, it came back from nurture")))
    if counted := stored.get("counted"):
        receipt.facts.append((_("Counts as a turn of"), counted["name"]))
    return replace(receipt, way=way)


def _is_recycled(assignment: Assignment) -> bool:
    """Older receipts do not say it."""
    if (assignment.receipt or {}).get("recycled"):
        return True
    entry = getattr(assignment, "entry", None)
    return entry is not None and entry.is_recycled


def people_in(assignment: Assignment) -> set[int]:
    """The user ids on the receipt for which it has no name."""
    return {assignment.receipt["from"]} if (assignment.receipt or {}).get("from") else set()


def _claim(assignment: Assignment, stored: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    place, of, queue = stored.get("place", 1), stored.get("of", 1), stored.get("queue", "")
    if stored.get("how") == Assignment.How.PICK:
        sentence = _("Picked from %(queue)s, place %(place)s of %(of)s in order: %(reason)s.")
    elif place == 1:
        sentence = _("Taken from %(queue)s, first in order: %(reason)s.")
    else:
        sentence = _("Taken from %(queue)s, place %(place)s of %(of)s in order: %(reason)s.")
    facts = [
        (_("Taken"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"),
        (_("Place"), _("%(place)s of %(of)s") % {"place": number(place), "of": number(of)}),
        (_("Order"), order_text(stored.get("order", ""))),
        (_("Had waited"), _waited(assignment, stored)),
    ]
    words = {"queue": queue, "place": number(place), "of": number(of), "reason": _claim_reason(assignment, stored)}
    return Receipt(_receipt_number(assignment), sentence % words, facts)


def _waited(assignment: Assignment, stored: dict) -> str:
    """Since it entered, as its place counts; and what its queue's clock counted of that, if that is not all hours."""
    waited, entry = duration(stored.get("waited_seconds", 0)), getattr(assignment, "entry", None)
    if entry is None or entry.waited_seconds in (None, stored.get("waited_seconds")):
        return waited
    return _("%(waited)s, of it %(work)s of working time") % {"waited": waited, "work": duration(entry.waited_seconds)}


def _assign_next(assignment: Assignment, stored: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    """Managers and ops see all candidates; the rep who got the lead sees only him- or herself."""
    candidates = stored.get("candidates") or [{}]
    words = {
        "queue": stored.get("queue", ""),
        "name": stored.get("by", ""),
        "place": number(stored.get("place", 1)),
        "of": number(stored.get("of", 1)),
        "reason": _claim_reason(assignment, stored),
    }
    sentence = _("Assigned from %(queue)s by %(name)s, place %(place)s of %(of)s in order: %(reason)s.") % words
    chosen = _("free, with the fewest open leads (%(n)s)") % {"n": number(candidates[0].get("open", 0))}
    facts = [
        (_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"),
        (_("Place"), _("%(place)s of %(of)s") % words),
        (_("Order"), order_text(stored.get("order", ""))),
        (_("Had waited"), _waited(assignment, stored)),
        (_("Chosen"), chosen),
        (_("Among"), _("%(n)s people") % {"n": number(stored.get("of_candidates", len(candidates)))}),
    ]
    others = [(each["name"], _why_not_chosen(each)) for each in candidates[1:]] if reader.sees_reasons else []
    return Receipt(_receipt_number(assignment), sentence, facts, others, skipped_title=_("Not chosen"))


def _why_not_chosen(each: dict) -> str:
    if each.get("outcome") == ChoiceOutcome.SKIPPED:
        return skip_reason_text(each.get("reason", ""))
    return ngettext("%(n)s open lead", "%(n)s open leads", each.get("open", 0)) % {"n": number(each.get("open", 0))}


def _claim_reason(assignment: Assignment, stored: dict) -> str:
    """The same words as in the list of waiting leads."""
    (first_hours, first_percent), (second_hours, second_percent) = stored.get("bands") or [[24, 25], [48, 10]]
    age = timedelta(seconds=stored.get("waited_seconds", 0))
    standing = QueuePlace(
        reason=stored.get("reason") or PositionReason.FIRST_IN,
        number=stored.get("place", 1),
        of=stored.get("of", 1),
        since_at=assignment.assigned_at - age,
        age=age,
        hot_above=stored.get("hot_above", 0),
        bands=Bands(timedelta(hours=first_hours), first_percent, timedelta(hours=second_hours), second_percent),
        tier=stored.get("tier", ""),
        score=stored.get("score"),
        is_recycled=_is_recycled(assignment),
    )
    return reason_text(standing)


def _turn(assignment: Assignment, stored: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    skipped = [(look["name"], _why_skipped(look, reader)) for look in stored.get("skipped", ())]
    because = stored.get("because", "").replace("turn_back", "owed")  # the name in old receipts
    words = {
        "turn": number(stored.get("turn", 0)),
        "rotation": stored.get("rotation", ""),
        "position": stored.get("position", 0) + 1,
    }
    sentence = {
        "fallback": _("Turn %(turn)s of %(rotation)s: nobody was available, so it went to the fallback person."),
        "owed": _("Turn %(turn)s of %(rotation)s, position %(position)s: the turn was owed."),
    }.get(because, _("Turn %(turn)s of %(rotation)s, position %(position)s."))
    says = sentence % words
    if because == "in_turn" and stored.get("due"):
        says = f"{says} {_due_sentence(assignment, *stored['due'])}"
    if because == "in_turn" and stored.get("room"):
        name = display_name(assignment.holder)
        more = room_sentence(stored.get("shares", ""), name, stored["room"], names_other=reader.sees_reasons)
        says = f"{says} {more}"
    facts = [
        (_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"),
        (_("Rotation"), stored.get("rotation", "")),
        (_("Turn"), words["turn"]),
        (_("Position"), str(words["position"])),
        (_("Settings"), _("version %(n)s") % {"n": stored.get("version", 1)}),
    ]
    return Receipt(_receipt_number(assignment), says, facts, skipped)


def _due_sentence(assignment: Assignment, due: float, given: int) -> str:
    """Who gets the lead was due most of all who may have it (L11)."""
    words = {
        "name": display_name(assignment.holder),
        "due": number_format(due, 1 if due % 1 else 0),
        "given": number(given),
    }
    return _("%(name)s was due most: %(due)s, given %(given)s.") % words


def _why_skipped(look: dict, reader: Reader) -> str:
    if not reader.sees_reasons and look.get("rep") != reader.rep_id:
        return _("not available")
    return stored_skip_text(look)


def _breach(assignment: Assignment, stored: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    limit = limit_text(timedelta(minutes=stored.get("limit", assignment.contact_minutes)))
    before = _("you") if stored.get("from") == reader.user_id else names.get(stored.get("from"), _("somebody else"))
    sentence = _("Moved here because first contact was overdue with %(name)s. The limit was %(limit)s.")
    facts = [
        (_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"),
        (_("Chosen"), _("available, with the fewest open leads")),
        (_("From"), before),
    ]
    return Receipt(_receipt_number(assignment), sentence % {"limit": limit, "name": before}, facts)


def _decision(assignment: Assignment, stored: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    by = stored.get("by", "")
    is_taken_over = stored.get("how") == Assignment.How.TAKEN_OVER
    sentence = _("%(name)s took it over.") if is_taken_over else _("%(name)s decided to give it.")
    why = dict(Escalation.Kind.choices).get(stored.get("why", ""), "")
    facts = [(_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"), (_("Decided by"), by)]
    if why:
        facts.append((_("Because"), str(why)))
    return Receipt(_receipt_number(assignment), sentence % {"name": by}, facts)


def _owner(assignment: Assignment, stored: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    """The owner of the account, or the delegate (G1)."""
    words = {"account": stored.get("account", ""), "name": stored.get("name", ""), "instead": stored.get("instead", "")}
    if stored.get("then") == OwnerOutcome.DELEGATE:
        sentence = _("Given to %(instead)s, who stands in for %(name)s, the owner of the account %(account)s.") % words
    else:
        sentence = _("Given to the owner of the account %(account)s.") % words
    facts = [(_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}")]
    facts += [(_("Account"), stored.get("account", "")), (_("Queue"), stored.get("queue", ""))]
    return Receipt(_receipt_number(assignment), sentence, facts)


def _other(assignment: Assignment, stored: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    facts = [(_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}")]
    return Receipt(_receipt_number(assignment), Assignment.How(assignment.how).label, facts)


def _crm(assignment: Assignment, stored: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    """Somebody is the owner over there (I4)."""
    facts = [
        (_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"),
        (_("Connection"), stored.get("connection", "")),
        (_("Turns"), _("none moved")),
    ]
    return Receipt(_receipt_number(assignment), _("Owner of the lead in %(crm)s.") % {"crm": crm_name(stored)}, facts)


def _handed_over(assignment: Assignment, stored: dict, reader: Reader, names: Mapping[int, str]) -> Receipt:
    """A colleague gave it, where a manager lets the team do so (M7)."""
    words = {"name": stored.get("by", ""), "reason": REASONS.get(stored.get("reason", ""), "")}
    facts = [
        (_("Given"), f"{_clock(assignment)}, {Assignment.How(assignment.how).label}"),
        (_("Because"), str(words["reason"])),
        (_("Turns"), _("none moved")),
    ]
    return Receipt(_receipt_number(assignment), _("%(name)s handed it over: %(reason)s.") % words, facts)


PRESENTERS = {
    "crm": _crm,
    "handed_over": _handed_over,
    "claim": _claim,
    "assign_next": _assign_next,
    "turn": _turn,
    "breach": _breach,
    "owner": _owner,
    "decision": _decision,
}


def _receipt_number(assignment: Assignment) -> str:
    return f"R-{number(assignment.pk)}"


def _clock(assignment: Assignment) -> str:
    return clock_time(localtime(assignment.assigned_at), seconds=True)
