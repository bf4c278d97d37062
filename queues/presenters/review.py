"""Labels of the review desk's filters, and messages about decisions there (A6)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.people import display_name
from leads.models import Lead
from queues.actions.review.decisions import BulkDecision
from queues.forms.review import DeskAct
from queues.models import CleanupRun, Queue, ReviewItem
from queues.presenters.rules import decided_sentence
from queues.presenters.runs import left_sentences
from queues.queries.review import count_on_desk
from queues.queries.review_many import items_of_steps, steps_of
from queues.queries.waiting import waiting_entry
from routing.queries.assignments import open_assignment


def age_labels() -> dict[str, str]:
    return {"4h": _("Under 4 h"), "24h": _("4 to 24 h"), "older": _("24 h and more")}


def order_labels() -> dict[str, str]:
    return {
        "newest": _("Newest first"),
        "oldest": _("Oldest first"),
        "score": _("Highest score first"),
        "company": _("By company"),
    }


def decision_message(decided: BulkDecision, *, act: str, queue: Queue | None) -> str:
    """One message for all items: what was done, and why some were left."""
    done, decided_before, unlike = decided.done, decided.already_decided, decided.without_lookalike
    sentences = [_done(done, act, queue)] if done else []
    if unlike:
        text = ngettext(
            "%(n)s lead resembles no other lead and stays here.",
            "%(n)s leads resemble no other lead and stay here.",
            len(unlike),
        )
        sentences.append(text % {"n": len(unlike)})
    if len(decided_before) == 1 or (decided_before and not done):
        sentences.append(decided_sentence(decided_before[0]))
    if len(decided_before) > 1:
        more = len(decided_before) if done else len(decided_before) - 1
        text = ngettext("%(n)s more was already decided.", "%(n)s more were already decided.", more)
        sentences.append(text % {"n": more})
    return " ".join([*sentences, *left_sentences(decided.left)])


def decided_by(run: CleanupRun) -> BulkDecision:
    """What a run that has ended did with the leads of one page, item by item."""
    steps = steps_of(run)
    items = items_of_steps(steps)
    found: dict[str, list[ReviewItem]] = {}
    for step in steps:
        if (item := items.get(step.before.get("item", 0))) is not None:
            found.setdefault(step.refused, []).append(item)
    left = {code: len(some) for code, some in found.items() if code not in ("", "moved", "alone")}
    return BulkDecision(found.get("", []), found.get("moved", []), found.get("alone", []), left)


def missing_sentences(missing: int) -> list[str]:
    """Of ticked leads that are not there any more: their people were forgotten, or an act was undone."""
    text = ngettext("%(n)s is no longer there.", "%(n)s are no longer there.", missing)
    return [text % {"n": missing}] if missing else []


def placement_message(lead: Lead) -> str:
    """Where the rules sent the lead."""
    entry, held = waiting_entry(lead.pk), open_assignment(lead.pk)
    words = {"lead": lead.label, "stage": lead.get_stage_display()}
    if entry is not None:
        return _("%(lead)s now waits in %(queue)s.") % {**words, "queue": entry.queue.name}
    if held is not None:
        name = display_name(held.holder)
        return _("%(lead)s went to %(name)s.") % {**words, "name": name}
    if lead.stage == Lead.Stage.REVIEW:
        return _("The rules still send %(lead)s to the review desk.") % words
    return _("%(lead)s: %(stage)s.") % words


def _done(items: Sequence[ReviewItem], act: str, queue: Queue | None) -> str:
    if act in (DeskAct.ASK, DeskAct.KEEP):
        return _reapplied(items)
    count = len(items)
    words = {"n": count, "lead": items[0].lead.label, "queue": queue.name if queue else ""}
    if act == DeskAct.APPROVE:
        one, many = _("%(lead)s goes into %(queue)s."), _("%(n)s leads go into %(queue)s.")
    elif act == DeskAct.NURTURE:
        one, many = _("%(lead)s goes to nurture."), _("%(n)s leads go to nurture.")
    else:
        one, many = _("%(lead)s is rejected."), _("%(n)s leads are rejected.")
    return (one if count == 1 else many) % words


def _reapplied(items: Sequence[ReviewItem]) -> str:
    """How many leads left the desk when the rules were applied again."""
    if len(items) == 1:
        return placement_message(Lead.objects.get(pk=items[0].lead_id))
    stay = count_on_desk([item.lead_id for item in items])
    went = len(items) - stay
    sentences = ngettext("%(n)s lead left the desk by the rules.", "%(n)s leads left the desk by the rules.", went)
    if not stay:
        return sentences % {"n": went}
    left = ngettext("%(n)s lead stays here.", "%(n)s leads stay here.", stay) % {"n": stay}
    return " ".join([sentences % {"n": went}, left] if went else [left])
