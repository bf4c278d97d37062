"""How the way of a lead through its queue reads: whose account it is, and who was to have it (G1, G4)."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.account_match import BY_DOMAIN, BY_LINK
from queues.decisions.steering import OWNER_STEP, Away, Then
from queues.models import Queue
from routing.turn_words import skip_words

WHY_NEVER: Mapping[str, object] = {
    Then.INACTIVE: lazy("is switched off"),
    Then.NO_REP: lazy("takes no leads"),
    Then.DECLINED: lazy("had given this lead back"),
}


def step_words(step: Mapping[str, object], *, sees_reasons: bool) -> str:
    """One step of the way as a sentence or two. Who may not see a colleague's reasons reads that nobody could."""
    if step.get("step") != OWNER_STEP:
        return ""
    return " ".join(filter(None, (match_words(step), _then_words(step, sees_reasons=sees_reasons))))


def steps_words(steps: Iterable[Mapping[str, object]], *, sees_reasons: bool) -> list[str]:
    return [words for step in steps or () if (words := step_words(step, sees_reasons=sees_reasons))]


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
