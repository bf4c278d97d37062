"""What one act on all leads that match will do, before it is done (A6, A9)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.figures import number
from queues.decisions.placement import Outcome
from queues.forms.review import DeskAct
from queues.models import CleanupRun, CleanupStep, Queue, ReviewItem
from queues.presenters.rules import decided_sentence
from queues.queries.intake import Room, room_in
from queues.queries.review import DeskFilters
from queues.queries.review_many import Foretold, Matching, foretell, items_of_steps, refused_steps
from queues.queries.stale import LOG_DAYS
from routing.presenters.choices import REASONS

ROWS_AT_ONCE = 500
LEFT = {
    "moved": lazy("Others had decided about it."),
    "alone": lazy("It resembles no other lead."),
    "queue_off": lazy("The queue is off."),
    "parked": lazy("It was parked for that queue already."),
    "failed": lazy("An error occurred; it stays on the desk."),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """`will`: what happens; `stays`: what cannot be undone. `is_over`: the queue has not room for all, and the person
    may put all in nevertheless."""

    title: str
    will: list[str]
    stays: list[str] = field(default_factory=list)
    is_over: bool = False


def preview_of(
    act: str, found: Matching, filters: DeskFilters, *, queue: Queue | None, why: str, at: datetime
) -> Preview:
    """The sentences of the page that asks once more."""
    will, stays, is_over = [], [], False
    if act == DeskAct.APPROVE and queue is not None:
        room = room_in(queue, found.total, at=at)
        is_over = room.entering < found.total
        will, stays = _approving(found, queue, room), _handed_out(queue)
    elif act == DeskAct.KEEP:
        will = _keeping(found)
        stays = [_("A lead that a rep takes afterwards stays with the rep.")]
    elif act == DeskAct.ASK:
        will = _asking(found, foretell(filters, at=at))
        stays = [_("A lead that a rep takes afterwards stays with the rep.")]
    elif act == DeskAct.NURTURE:
        will = [_count(ngettext("%(n)s lead goes to nurture.", "%(n)s leads go to nurture.", found.total), found.total)]
    else:
        text = ngettext("%(n)s lead is rejected: %(why)s.", "%(n)s leads are rejected: %(why)s.", found.total)
        will = [text % {"n": number(found.total), "why": REASONS.get(why, why)}]
    if found.parked:
        text = ngettext(
            "%(n)s more is parked. It stays and enters its queue by itself.",
            "%(n)s more are parked. They stay and enter their queues by themselves.",
            found.parked,
        )
        will.append(_count(text, found.parked))
    will.append(_("Leads that come to the desk from now on are not touched, nor those that others decide about first."))
    will.append(
        _("You can undo all of it for %(n)s days: each lead that has not moved on since comes back.") % {"n": LOG_DAYS}
    )
    return Preview(_title(act, found.total, queue), will, stays, is_over)


def refused_header() -> tuple[str, ...]:
    return (_("Lead"), _("Company"), _("Name"), _("Why it was left"))


def refused_rows(run: CleanupRun) -> Iterator[tuple[object, ...]]:
    steps = refused_steps(run.pk)
    for start in range(0, len(steps), ROWS_AT_ONCE):
        some = steps[start : start + ROWS_AT_ONCE]
        items = items_of_steps(some)
        for step in some:
            lead = step.lead
            yield lead.pk, lead.label, lead.full_name, _why_left(step, items.get(step.before.get("item", 0)))


def _why_left(step: CleanupStep, item: ReviewItem | None) -> str:
    if step.stayed:
        return _("It had moved on when this was undone.")
    if step.refused == "moved" and item is not None and item.closed_at is not None:
        return decided_sentence(item)
    return str(LEFT.get(step.refused, step.refused))


def _title(act: str, total: int, queue: Queue | None) -> str:
    text = {
        DeskAct.APPROVE: ngettext("Approve %(n)s lead into %(queue)s?", "Approve %(n)s leads into %(queue)s?", total),
        DeskAct.KEEP: ngettext("Keep both for %(n)s lead?", "Keep both for %(n)s leads?", total),
        DeskAct.NURTURE: ngettext("Send %(n)s lead to nurture?", "Send %(n)s leads to nurture?", total),
        DeskAct.REJECT: ngettext("Reject %(n)s lead?", "Reject %(n)s leads?", total),
        DeskAct.ASK: ngettext("Apply the rules again to %(n)s lead?", "Apply the rules again to %(n)s leads?", total),
    }[DeskAct(act)]
    return text % {"n": number(total), "queue": queue.name if queue is not None else ""}


def _approving(found: Matching, queue: Queue, room: Room) -> list[str]:
    words = {"n": number(room.entering), "queue": queue.name, "limit": number(queue.depth_limit)}
    rest = found.total - room.entering
    sentences = []
    if room.entering:
        text = ngettext("%(n)s lead goes into %(queue)s.", "%(n)s leads go into %(queue)s.", room.entering)
        sentences.append(text % words)
    if rest:
        if room.why == ReviewItem.Parked.AGED:
            sentences.append(_("%(queue)s takes no lead now, because leads wait too long in it.") % words)
        else:
            sentences.append(_("%(queue)s is full then: its limit is %(limit)s leads.") % words)
        text = ngettext(
            "%(n)s lead stays on the desk, parked for %(queue)s, and enters by itself when there is room.",
            "%(n)s leads stay on the desk, parked for %(queue)s, and enter by themselves when there is room,"
            " the longest here first.",
            rest,
        )
        sentences.append(text % (words | {"n": number(rest)}))
    if found.alike:
        text = ngettext(
            "%(n)s of them resembles another lead; it is recorded as a different one.",
            "%(n)s of them resemble other leads; they are recorded as different ones.",
            found.alike,
        )
        sentences.append(_count(text, found.alike))
    return sentences


def _handed_out(queue: Queue) -> list[str]:
    if queue.is_push:
        return [_("The rotation gives leads to reps at once and notifies them; what a rep has stays with the rep.")]
    return [_("A lead that a rep takes afterwards stays with the rep.")]


def _keeping(found: Matching) -> list[str]:
    rest = found.total - found.alike
    text = ngettext(
        "%(n)s lead and the one it resembles stay two leads, for good, and the rules place it again.",
        "%(n)s leads and the ones they resemble stay two leads each, for good, and the rules place them again.",
        found.alike,
    )
    sentences = [_count(text, found.alike)]
    if rest:
        text = ngettext(
            "%(n)s resembles no other lead and stays on the desk.",
            "%(n)s resemble no other lead and stay on the desk.",
            rest,
        )
        sentences.append(_count(text, rest))
    return sentences


def _asking(found: Matching, foretold: Foretold) -> list[str]:
    if not foretold.asked:
        return [_("The rules of now decide about each of them.")]
    sentences = [_("By the rules of now:")]
    if foretold.asked < found.total:
        words = {"n": number(foretold.asked)}
        sentences = [_("By the rules of now, of the %(n)s that are here longest:") % words]
    for name, n in foretold.queues.items():
        text = ngettext("%(n)s goes into %(queue)s.", "%(n)s go into %(queue)s.", n)
        sentences.append(text % {"n": number(n), "queue": name})
    texts = {
        Outcome.NURTURE: (_("%(n)s goes to nurture."), _("%(n)s go to nurture.")),
        Outcome.REJECT: (_("%(n)s is rejected."), _("%(n)s are rejected.")),
        Outcome.REVIEW: (_("%(n)s stays on the desk."), _("%(n)s stay on the desk.")),
    }
    for outcome, (one, many) in texts.items():
        if n := foretold.outcomes.get(outcome, 0):
            sentences.append((one if n == 1 else many) % {"n": number(n)})
    if foretold.queues:
        sentences.append(_("What a full queue has no room for is parked for it."))
    return sentences


def _count(text: str, n: int) -> str:
    return text % {"n": number(n)}
