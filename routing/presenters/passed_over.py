"""Tells a rep in one line that turns passed by, how many, and why (C6)."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.times import when
from routing.decisions.availability.skip_reasons import SkipReason
from routing.presenters.turns import skip_text
from routing.queries.availability.own_state import OwnState
from routing.queries.rotation.passed_over import PassedOver


def passed_over_words(passed: PassedOver, now: OwnState) -> tuple[str, str]:
    """How many turns of today, and the last of them with its reason."""
    counts = {"n": number(passed.turns)}
    if passed.is_cut:
        how_many = ngettext(
            "At least %(n)s turn passed you over today", "At least %(n)s turns passed you over today", passed.turns
        )
    else:
        how_many = ngettext("%(n)s turn passed you over today", "%(n)s turns passed you over today", passed.turns)
    outcome = passed.last.outcome
    words = {
        "time": when(passed.last.at),
        "rotation": passed.rotation.name,
        "reason": _reason(outcome.reason, now, holiday=outcome.holiday, ahead=outcome.ahead),
    }
    return how_many % counts, _("%(time)s in %(rotation)s: %(reason)s") % words


def _reason(reason: str, now: OwnState, *, holiday: str, ahead: int) -> str:
    if reason == SkipReason.OVER_CAPACITY and now.is_full:
        words = {"n": number(now.open_leads), "capacity": number(now.rep.capacity)}
        return _("you hold %(n)s of %(capacity)s") % words
    return skip_text(reason, holiday=holiday, ahead=ahead)
