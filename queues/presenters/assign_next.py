"""Messages of Assign next: who got the lead and why, or why nobody could (C3, C6)."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.people import display_name
from queues.decisions.assign_next import SkipReason
from queues.models import Queue
from routing.models import Assignment
from routing.presenters.turns import skip_text

MAX_NAMED = 4
SKIP_REASON_TEXTS: Mapping[str, object] = {
    SkipReason.AT_CAPACITY: lazy("is at full capacity"),
    SkipReason.CONTACT_FIRST: lazy("must first contact other leads of this queue"),
    SkipReason.WAITS_FOR_OWNER: lazy("owns the account, so the first lead waits for this person"),
}


def skip_reason_text(reason: str) -> str:
    return str(SKIP_REASON_TEXTS[reason]) if reason in SKIP_REASON_TEXTS else skip_text(reason)


def assigned_message(given: Assignment) -> str:
    """Who got the lead, and why."""
    words = {"lead": given.lead.label, "name": display_name(given.holder)}
    if given.receipt.get("kind") == "turn":
        return _("%(lead)s went to %(name)s, next in turn.") % words
    chosen = next(iter(given.receipt.get("candidates", ())), {})
    text = ngettext(
        "%(lead)s went to %(name)s, who is available and had %(n)s open lead.",
        "%(lead)s went to %(name)s, who is available and had %(n)s open leads, the fewest.",
        chosen.get("open", 0),
    )
    return text % {**words, "n": chosen.get("open", 0)}


def nobody_message(queue: Queue, skipped: Sequence[tuple[str, str]]) -> str:
    """Why nobody could be given a lead; shown to managers only."""
    words = {"queue": queue.name}
    if not skipped:
        return _("No rep takes leads from %(queue)s yet, so its leads wait.") % words
    reasons = [f"{name}: {skip_reason_text(reason)}" for name, reason in skipped[:MAX_NAMED]]
    if len(skipped) > MAX_NAMED:
        reasons.append(_("and %(n)s more") % {"n": len(skipped) - MAX_NAMED})
    words["reasons"] = "; ".join(reasons)
    return _("Nobody can be given a lead from %(queue)s now. %(reasons)s. The lead keeps its position.") % words
