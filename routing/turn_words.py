"""How rotations read to people: why somebody is passed over, what happens when nobody is available (C6, F6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.templatetags.alur import when
from routing.decisions import why_not_me
from routing.decisions.why_not_me import Outcome
from routing.models import Rotation
from routing.queries_my_turns import Standing

SKIP_WORDS: Mapping[str, object] = {
    "inactive": lazy("no longer active"),
    "switched_off": lazy("paused"),
    "on_leave": lazy("on leave"),
    "all_day_meeting": lazy("in a meeting all day"),
    "over_capacity": lazy("above the own capacity"),
    "not_seen": lazy("not signed in for a day"),
    "outside_hours": lazy("outside working hours"),
    "paused": lazy("paused in this rotation"),
    "declined": lazy("had given this lead back"),
    "fallback": lazy("fallback person"),
}


def skip_words(reason: str, until=None) -> str:
    """Why a member is passed over, and until when, if that is known."""
    words = str(SKIP_WORDS.get(reason, _("not available")))
    return _("%(reason)s until %(time)s") % {"reason": words, "time": when(until)} if until else words


def nobody_words(rotation: Rotation) -> str:
    """What happens to a lead when no member is available (F6)."""
    if rotation.when_nobody == Rotation.WhenNobody.FALLBACK:
        return _("When nobody is available, %(name)s gets the lead.") % {"name": rotation.fallback}
    if rotation.when_nobody == Rotation.WhenNobody.ANYWAY:
        return _("When nobody is available, leads are assigned in turn anyway.")
    return _("When nobody is available, leads wait until somebody is.")


def plain_words(rotation: Rotation) -> list[str]:
    """The rotation's settings as sentences."""
    says = [_("Each lead goes to the next member in order; after the last the list begins anew.")]
    passed = [
        (rotation.skips_on_leave, _("on leave or in a meeting all day")),
        (rotation.skips_switched_off, _("paused")),
        (rotation.skips_over_capacity, _("above the own capacity")),
    ]
    named = [words for is_on, words in passed if is_on]
    if named:
        says.append(_("Passed over is who is %(reasons)s.") % {"reasons": _(" or ").join(named)})
    else:
        says.append(_("Nobody is passed over but who is no longer active."))
    says.append(nobody_words(rotation))
    says.append(_("A lead returned as duplicate, competitor or student gives the turn back."))
    return says


@dataclass(frozen=True, slots=True)
class TurnWords:
    """A turn for the rep who reads: sign and words."""

    sign: str
    text: str
    is_mine: bool = False


def my_turn_words(outcome: Outcome) -> TurnWords:
    """What a turn meant for the one who asks "why not me?" (C6)."""
    if outcome.is_undone:
        return TurnWords("off", _("This turn was taken back, as if it had never been"))
    mine = {
        why_not_me.GOT: _("You got it"),
        why_not_me.GOT_OWED: _("You got it, for a turn that was owed to you"),
        why_not_me.STOOD_IN: _("You got it, as the fallback person"),
    }
    if outcome.code in mine:
        return TurnWords("ok", mine[outcome.code], is_mine=True)
    if outcome.code == why_not_me.PASSED_OVER:
        return TurnWords("warn", _("You were passed over: %(reason)s") % {"reason": skip_words(outcome.reason)})
    if outcome.code == why_not_me.OWED_TO_ANOTHER:
        return TurnWords("off", _("A turn that was owed to somebody was made good first"))
    return TurnWords("off", _("Somebody before you in line could take it"))


def standing_words(now: Standing) -> str:
    """Where the rep stands, as a sentence."""
    if now.place == 1:
        return _("You are next.")
    if now.place:
        return _("You are number %(place)s of %(of)s in line.") % {"place": now.place, "of": now.of}
    return _("You are passed over now: %(reason)s.") % {"reason": skip_words(now.reason, now.until)}
