"""How rotations read to people: why somebody is passed over, what happens when nobody is available (C6, F6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.times import when
from routing.decisions.rotation import why_not_me
from routing.decisions.rotation.why_not_me import Outcome
from routing.models import Rotation
from routing.queries.rotation.my_turns import Standing

SKIP_WORDS: Mapping[str, object] = {
    "inactive": lazy("no longer active"),
    "switched_off": lazy("paused"),
    "on_leave": lazy("on leave"),
    "public_holiday": lazy("off for a public holiday"),
    "all_day_meeting": lazy("in a meeting all day"),
    "over_capacity": lazy("above the own capacity"),
    "not_seen": lazy("not signed in for a day"),
    "outside_hours": lazy("outside working hours"),
    "paused": lazy("paused in this rotation"),
    "declined": lazy("had given this lead back"),
    "no_skill": lazy("lacks the skill that this lead asks for"),
    "had_one": lazy("had a lead in advance that counted as this turn"),
    "cap_hour": lazy("has as many leads this hour as the cap allows"),
    "cap_day": lazy("has as many leads today as the cap allows"),
    "cap_week": lazy("has as many leads this week as the cap allows"),
    "cap_month": lazy("has as many leads this month as the cap allows"),
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


def plain_words(rotation: Rotation, *, has_weights: bool = False) -> list[str]:
    """The rotation's settings as sentences (K6)."""
    says = [_way(rotation, has_weights)]
    passed = [
        (rotation.skips_on_leave, _("on leave")),
        (rotation.skips_all_day_meeting, _("in a meeting all day")),
        (rotation.skips_outside_hours, _("outside the working hours")),
        (rotation.skips_switched_off, _("paused")),
        (rotation.skips_not_seen, _("not signed in for 24 hours")),
        (rotation.skips_over_capacity, _("above the own capacity")),
        (rotation.skill, _("without the skill that the lead asks for")),
    ]
    named = [words for is_on, words in passed if is_on]
    if named:
        says.append(_("Passed over is who is %(reasons)s.") % {"reasons": _(" or ").join(named)})
    else:
        says.append(_("Nobody is passed over but who is no longer active."))
    if named:
        says.append(_skipped_turn(rotation))
    caps = [
        (rotation.cap_hour, _("%(n)s an hour")),
        (rotation.cap_day, _("%(n)s a day")),
        (rotation.cap_week, _("%(n)s a week")),
        (rotation.cap_month, _("%(n)s a month")),
    ]
    limits = [words % {"n": cap} for cap, words in caps if cap is not None]
    if limits:
        says.append(_("Nobody gets more than %(limits)s.") % {"limits": ", ".join(limits)})
    says.append(nobody_words(rotation))
    if rotation.resets != Rotation.Resets.NEVER:
        daily = rotation.resets == Rotation.Resets.DAILY
        says.append(_("It begins anew every day.") if daily else _("It begins anew every Monday."))
    says.append(_counting(rotation))
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


def _way(rotation: Rotation, has_weights: bool) -> str:
    if rotation.way == Rotation.Way.VALUE:
        return _("Each lead goes to the member whose leads are worth least, measured by the own share.")
    if has_weights and rotation.way == Rotation.Way.BLOCKS:
        return _("Each member gets as many leads in a row as the weight says, then the next one; then it begins anew.")
    if has_weights:
        return _("Leads are shared by weight, spread evenly: nobody is ever a whole lead away from the own share.")
    return _("Each lead goes to the next member in order; after the last the list begins anew.")


def _counting(rotation: Rotation) -> str:
    """What counts as a turn beside the turns themselves (F6c)."""
    if rotation.counts_by_hand and rotation.counts_owner_match:
        return _("Leads that a manager gives and leads of an own account count as turns.")
    if rotation.counts_by_hand:
        return _("Leads that a manager gives count as turns; leads of an own account do not.")
    if rotation.counts_owner_match:
        return _("Leads of an own account count as turns; leads that a manager gives do not.")
    return _("Leads that a manager gives and leads of an own account do not count as turns.")


def _skipped_turn(rotation: Rotation) -> str:
    """What a turn is worth that was skipped for leave, a meeting or the hours outside work (F5)."""
    means, words = rotation.skipped_means, {"n": rotation.owed_limit, "k": rotation.owed_a_day}
    if means == Rotation.SkippedMeans.OWED:
        return _("A turn skipped for leave, meetings or working hours is owed, at most %(n)s.") % words
    if means == Rotation.SkippedMeans.FIRST:
        return _("Who was away for leave, a meeting or working hours is first in line on return.")
    if means == Rotation.SkippedMeans.DAILY:
        return _("Turns skipped for leave, meetings or working hours are made up, %(k)s a day.") % words
    return _("A skipped turn is forgone: the place stays, and nobody is flooded on return.")
