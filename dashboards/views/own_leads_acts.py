"""One act on each of many own leads, by the rules of the single act, and how all of it is undone (M8)."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from django.contrib.auth.models import User

from leads.models import Activity
from queues.actions.claims.undo_return import NotReturned, ReturnStands, undo_return
from routing.actions.act_undo import ActIsUndone, undo_act
from routing.actions.assignment import NotTheHolder, return_lead
from routing.actions.contact import add_note, snooze
from routing.actions.late_words import MayNotSeeTheLead, add_late_words
from routing.actions.undo import TooLateToUndo
from routing.models import Assignment
from routing.queries.assignments import act_since, held_by, last_held_by

Kind = Activity.Kind
STANDS = (ActIsUndone, NotReturned, NotTheHolder, ReturnStands, TooLateToUndo)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: one act for all ticked leads. `words` are the checked fields of its form; `seen` is the
    newest activity that the page knew."""

    act: str
    words: dict
    by: User
    at: datetime
    until: datetime | None = None
    seen: int | None = None


@dataclass(slots=True)
class Outcome:
    """`undo` are (name, id) pairs for the address that takes all of it back; `lost` are names of leads that have left;
    `unknown` is how many were never held by this person."""

    done: int = 0
    undo: list[tuple[str, int]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unknown: int = 0


def do_all(wanted: Wanted, ids: Sequence[int]) -> Outcome:
    """Each lead by itself: one that has left its holder stops no other."""
    outcome = Outcome()
    for pk in ids:
        held = held_by(wanted.by, pk)
        done: tuple[str, int] | None
        try:
            if held is None:
                raise NotTheHolder
            done = ACTS[wanted.act](wanted, held)
        except NotTheHolder:
            done = _late(wanted, pk, outcome)
        if done is not None:
            outcome.undo.append(done)
            outcome.done += 1
    return outcome


def undo_all(found: Sequence[Activity | Assignment], *, by: User, at: datetime) -> int:
    """How many were undone; the others stand."""
    undone = 0
    for each in found:
        with suppress(*STANDS):
            if isinstance(each, Activity):
                undo_act(each, by=by, at=at)
            else:
                undo_return(each, by=by, at=at)
            undone += 1
    return undone


def _snooze(wanted: Wanted, held: Assignment) -> tuple[str, int]:
    until = cast("datetime", wanted.until)
    known = act_since(held.lead_id, by=wanted.by, kind=Kind.SNOOZED, seen=wanted.seen, details={})
    return "act", (known or snooze(held, until=until, by=wanted.by, at=wanted.at)).pk


def _note(wanted: Wanted, held: Assignment) -> tuple[str, int]:
    known = _same_note(wanted, held.lead_id)
    return "act", (known or add_note(held, text=wanted.words["text"], by=wanted.by, at=wanted.at)).pk


def _return(wanted: Wanted, held: Assignment) -> tuple[str, int]:
    return_lead(held, reason=wanted.words["reason"], note=wanted.words["note"], by=wanted.by, at=wanted.at)
    return "return", held.pk


ACTS: dict[str, Callable[[Wanted, Assignment], tuple[str, int]]] = {
    "snooze": _snooze,
    "return": _return,
    "note": _note,
}


def _late(wanted: Wanted, pk: int, outcome: Outcome) -> tuple[str, int] | None:
    """The lead has left: by a first press of the same button, or elsewhere. A note goes into the story of a lead that
    its writer may still see (M7)."""
    last = last_held_by(wanted.by, pk)
    if last is None:
        outcome.unknown += 1
        return None
    is_repeat = last.ended_how == Assignment.Ended.RETURNED and last.ended_by_id == wanted.by.pk
    if wanted.act == "return" and is_repeat:
        return "return", last.pk
    if wanted.act == "note":
        with suppress(MayNotSeeTheLead):
            known = _same_note(wanted, last.lead.merged_into_id or pk)
            text = wanted.words["text"]
            return "act", (known or add_late_words(last.lead, text=text, by=wanted.by, at=wanted.at)).pk
    outcome.lost.append(last.lead.label)
    return None


def _same_note(wanted: Wanted, lead_id: int) -> Activity | None:
    details = {"text": wanted.words["text"]}
    return act_since(lead_id, by=wanted.by, kind=Kind.NOTED, seen=wanted.seen, details=details)
