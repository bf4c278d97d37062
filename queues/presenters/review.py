"""How the review desk's filters, and what came of a decision there, read to people (A6)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.people import display_name
from leads.models import Lead
from queues.actions.review.decisions import Decided
from queues.forms.review import APPROVE, ASK, KEEP, NURTURE
from queues.models import Queue, ReviewItem
from queues.presenters.rules import decided_words
from queues.queries.review import still_here
from queues.queries.waiting import waiting_entry
from routing.queries.assignments import open_assignment


def age_words() -> dict[str, str]:
    return {"4h": _("Under 4 h"), "24h": _("4 to 24 h"), "older": _("24 h and more")}


def order_words() -> dict[str, str]:
    return {
        "newest": _("Newest first"),
        "oldest": _("Oldest first"),
        "score": _("Highest score first"),
        "company": _("By company"),
    }


def result_says(decided: Decided, *, act: str, queue: Queue | None) -> str:
    """One message for all: what was done, and why some were left."""
    done, late, alone = decided.done, decided.late, decided.alone
    told = [_done(done, act, queue)] if done else []
    if alone:
        text = ngettext("%(n)s resembles nobody and stays.", "%(n)s resemble nobody and stay.", len(alone))
        told.append(text % {"n": len(alone)})
    if len(late) == 1 or (late and not done):
        told.append(decided_words(late[0]))
    if len(late) > 1:
        more = len(late) if done else len(late) - 1
        text = ngettext("%(n)s more was decided already.", "%(n)s more were decided already.", more)
        told.append(text % {"n": more})
    return " ".join(told)


def where_says(lead: Lead) -> str:
    """What the rules did this time."""
    entry, held = waiting_entry(lead.pk), open_assignment(lead.pk)
    words = {"lead": lead.label, "stage": lead.get_stage_display()}
    if entry is not None:
        return _("%(lead)s waits in %(queue)s now.") % {**words, "queue": entry.queue.name}
    if held is not None:
        name = display_name(held.holder)
        return _("%(lead)s went to %(name)s.") % {**words, "name": name}
    if lead.stage == Lead.Stage.REVIEW:
        return _("The rules still want a human to look at %(lead)s.") % words
    return _("%(lead)s: %(stage)s.") % words


def _done(items: Sequence[ReviewItem], act: str, queue: Queue | None) -> str:
    if act in (ASK, KEEP):
        return _asked(items)
    count = len(items)
    words = {"n": count, "lead": items[0].lead.label, "queue": queue.name if queue else ""}
    if act == APPROVE:
        one, many = _("%(lead)s goes into %(queue)s."), _("%(n)s leads go into %(queue)s.")
    elif act == NURTURE:
        one, many = _("%(lead)s goes to nurture."), _("%(n)s leads go to nurture.")
    else:
        one, many = _("%(lead)s is rejected."), _("%(n)s leads are rejected.")
    return (one if count == 1 else many) % words


def _asked(items: Sequence[ReviewItem]) -> str:
    """Leads that went before the rules again: how many found their way."""
    if len(items) == 1:
        return where_says(Lead.objects.get(pk=items[0].lead_id))
    stay = still_here([item.lead_id for item in items])
    went = len(items) - stay
    told = ngettext("%(n)s lead found its way by the rules.", "%(n)s leads found their way by the rules.", went)
    if not stay:
        return told % {"n": went}
    left = ngettext("%(n)s still needs a human.", "%(n)s still need a human.", stay) % {"n": stay}
    return " ".join([told % {"n": went}, left] if went else [left])
