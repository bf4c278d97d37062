"""How Assign next reads: who got the lead and why, or why nobody could (C3, C6)."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.people import display_name
from queues.actions.dispatch.assign_next import WAITS_FOR_OWNER
from queues.decisions import assign_next as assigning
from queues.models import Queue
from routing.models import Assignment
from routing.presenters.turns import skip_words

MOST_NAMED = 4
WHY_NOT: Mapping[str, object] = {
    assigning.AT_CAPACITY: lazy("at the own capacity"),
    assigning.CONTACT_FIRST: lazy("has leads of this queue to contact first"),
    WAITS_FOR_OWNER: lazy("owns the account, and the first lead waits for its owner"),
}


def why_not_words(reason: str) -> str:
    return str(WHY_NOT[reason]) if reason in WHY_NOT else skip_words(reason)


def given_words(given: Assignment) -> str:
    """Who got it, and why."""
    words = {"lead": given.lead.label, "name": display_name(given.holder)}
    if given.receipt.get("kind") == "turn":
        return _("%(lead)s went to %(name)s, next in turn.") % words
    chosen = next(iter(given.receipt.get("candidates", ())), {})
    text = ngettext(
        "%(lead)s went to %(name)s, who is free and had %(n)s open lead.",
        "%(lead)s went to %(name)s, who is free and had %(n)s open leads, the fewest.",
        chosen.get("open", 0),
    )
    return text % {**words, "n": chosen.get("open", 0)}


def nobody_words(queue: Queue, passed: Sequence[tuple[str, str]]) -> str:
    """Why nobody could be given a lead; managers may know."""
    words = {"queue": queue.name}
    if not passed:
        return _("Nobody takes leads of %(queue)s yet, so its leads wait.") % words
    told = [f"{name}: {why_not_words(reason)}" for name, reason in passed[:MOST_NAMED]]
    if len(passed) > MOST_NAMED:
        told.append(_("and %(n)s more") % {"n": len(passed) - MOST_NAMED})
    words["reasons"] = "; ".join(told)
    return _("Nobody can be given a lead of %(queue)s now. %(reasons)s. It waits where it stands.") % words
