"""Presents rotations and their turns: the rules as sentences, why somebody is passed over, "Why not me?" (C6, F6,
K6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.figures import number, percent
from config.web.times import when
from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.state import Strategy
from routing.decisions.rotation.why_not_me import OutcomeCode, TurnOutcome
from routing.models import Rotation
from routing.queries.rotation.my_turns import PlaceInLine

SKIP_TEXTS: Mapping[str, object] = {
    "inactive": lazy("no longer active"),
    "switched_off": lazy("paused"),
    "on_leave": lazy("on leave"),
    "public_holiday": lazy("off for a holiday"),
    "all_day_meeting": lazy("in a meeting all day"),
    "over_capacity": lazy("above the capacity"),
    "not_seen": lazy("not signed in for a day"),
    "outside_hours": lazy("outside working hours"),
    "paused": lazy("paused in this rotation"),
    "declined": lazy("returned this lead before"),
    "had_it": lazy("held this lead before"),
    "no_skill": lazy("without the skill that this lead asks for"),
    "ahead": lazy("as many leads ahead as the limit allows"),
    "had_one": lazy("was due less at this moment"),
    "cap_hour": lazy("at the cap for any 60 minutes"),
    "cap_day": lazy("at the cap for today"),
    "cap_week": lazy("at the cap for this week"),
    "cap_month": lazy("at the cap for this month"),
    "fallback": lazy("fallback person"),
}


def skip_text(reason: str, until=None, *, holiday: str = "", ahead: int = 0) -> str:
    """Why a member is passed over, for which holiday, and until when, if that is known. `ahead`: by so many leads."""
    if ahead and reason == SkipReason.AHEAD:
        return ngettext("%(n)s lead ahead", "%(n)s leads ahead", ahead) % {"n": number(ahead)}
    words = _("off for %(holiday)s") % {"holiday": holiday} if holiday else SKIP_TEXTS.get(reason, _("not available"))
    return _("%(reason)s until %(time)s") % {"reason": words, "time": when(until)} if until else str(words)


def stored_skip_text(result: Mapping) -> str:
    """Of a result that a turn or a receipt stores."""
    return skip_text(result.get("reason", ""), holiday=result.get("holiday", ""), ahead=result.get("n", 0))


def nobody_available_sentence(rotation: Rotation) -> str:
    """What happens to a lead when no member is available (F6)."""
    if rotation.when_nobody == Rotation.WhenNobody.FALLBACK:
        return _("When nobody is available, %(name)s gets the lead.") % {"name": rotation.fallback}
    if rotation.when_nobody == Rotation.WhenNobody.ANYWAY:
        if Strategy(rotation.way).compares_room:
            return _("When nobody is available, leads are assigned anyway, by the same rule.")
        return _("When nobody is available, leads are assigned in turn anyway.")
    return _("When nobody is available, leads wait until somebody is.")


def rotation_sentences(rotation: Rotation, *, has_weights: bool = False) -> list[str]:
    """The rotation's settings as sentences (K6)."""
    says = [_way(rotation, has_weights)]
    if has_weights and Strategy(rotation.way).compares_room:
        says.append(_("Weights do not count here, except that weight 0 is paused."))
    if rotation.spread_limit and rotation.way == Rotation.Strategy.VALUE:
        text = ngettext(
            "Nobody gets more than %(n)s lead more than somebody else who may have them.",
            "Nobody gets more than %(n)s leads more than somebody else who may have them.",
            rotation.spread_limit,
        )
        says.append(text % {"n": number(rotation.spread_limit)})
    passed = [
        (rotation.skips_on_leave, _("on leave")),
        (rotation.skips_all_day_meeting, _("in a meeting all day")),
        (rotation.skips_outside_hours, _("outside the working hours")),
        (rotation.skips_switched_off, _("paused")),
        (rotation.skips_not_seen, _("not signed in for 24 hours")),
        (
            rotation.skips_over_capacity or rotation.way == Rotation.Strategy.MOST_FREE,
            _("above their capacity"),
        ),
        (rotation.skill, _("without the skill that the lead asks for")),
    ]
    named = [words for is_on, words in passed if is_on]
    if named:
        says.append(_("It passes over people who are: %(reasons)s.") % {"reasons": ", ".join(named)})
    else:
        says.append(_("Only people who are no longer active are passed over."))
    if named:
        says.append(_skipped_turn(rotation))
    caps = [
        (rotation.cap_hour, _("%(n)s in 60 minutes")),
        (rotation.cap_day, _("%(n)s a day")),
        (rotation.cap_week, _("%(n)s a week")),
        (rotation.cap_month, _("%(n)s a month")),
    ]
    limits = [words % {"n": cap} for cap, words in caps if cap is not None]
    if limits:
        says.append(_("Nobody gets more than %(limits)s.") % {"limits": ", ".join(limits)})
    if rotation.cap_zone == Rotation.CapZone.MEMBER:
        says.append(_("Days, weeks and months of caps end at midnight in each member's own time zone."))
    says.append(nobody_available_sentence(rotation))
    resets = {
        Rotation.Resets.DAILY: _("It resets every day."),
        Rotation.Resets.WEEKLY: _("It resets every Monday."),
        Rotation.Resets.MONTHLY: _("It resets on the first of each month."),
    }
    if rotation.resets in resets:
        says.append(resets[Rotation.Resets(rotation.resets)])
    says.append(_counting(rotation))
    says.append(_("A lead returned as duplicate, competitor or student gives the turn back."))
    return says


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A turn as the rep who reads it sees it."""

    sign: str
    text: str
    is_mine: bool = False


def turn_row(outcome: TurnOutcome) -> TurnRow:
    """What a turn was for the rep who asks "why not me?" (C6)."""
    if outcome.is_undone:
        return TurnRow("off", _("This turn was undone"))
    mine = {
        OutcomeCode.GOT: _("You got it"),
        OutcomeCode.GOT_OWED: _("You got it, for a turn that was owed to you"),
        OutcomeCode.STOOD_IN: _("You got it, as the fallback person"),
    }
    if outcome.code in mine:
        return TurnRow("ok", mine[outcome.code], is_mine=True)
    if outcome.code == OutcomeCode.PASSED_OVER:
        return TurnRow(
            "warn",
            _("You were passed over: %(reason)s")
            % {"reason": skip_text(outcome.reason, holiday=outcome.holiday, ahead=outcome.ahead)},
        )
    if outcome.code == OutcomeCode.OWED_TO_ANOTHER:
        return TurnRow("off", _("Somebody else was owed a turn and came first"))
    if outcome.code == OutcomeCode.LESS_FREE:
        return TurnRow("off", _("Somebody else had more places free, or as many and had waited longer"))
    if outcome.code == OutcomeCode.MORE_OPEN:
        return TurnRow("off", _("Somebody else had fewer open leads, or as many and had waited longer"))
    return TurnRow("off", _("Somebody before you in line could take it"))


def place_sentence(now: PlaceInLine) -> str:
    """Where the rep stands, as a sentence."""
    if now.place == 1:
        return _("You are next.")
    if now.place:
        return _("You are number %(place)s of %(of)s in line.") % {"place": now.place, "of": now.of}
    return _("You are passed over now: %(reason)s.") % {"reason": skip_text(now.reason, now.until, holiday=now.holiday)}


def _way(rotation: Rotation, has_weights: bool) -> str:
    if rotation.way == Rotation.Strategy.VALUE:
        return _("Each lead goes to the member whose leads are worth least compared with the member's share.")
    if rotation.way == Rotation.Strategy.MOST_FREE:
        return _(
            "Each lead goes to the member with the most places free: the capacity less all open leads. Among equals, "
            "who has waited longest for a lead is next. Nobody gets one above the capacity."
        )
    if rotation.way == Rotation.Strategy.FEWEST_OPEN:
        return _(
            "Each lead goes to the member with the fewest open leads, wherever they came from. Among equals, who has "
            "waited longest for a lead is next."
        )
    if has_weights and rotation.way == Rotation.Strategy.BLOCKS:
        return _(
            "Each member gets as many leads in a row as the weight says; then it is the turn of the member who is due "
            "most, and of those who are due as much in the order of the list."
        )
    if has_weights:
        return _("Leads are shared by weight, spread evenly: nobody is ever a whole lead away from their share.")
    return _(
        "Each lead is due in equal parts to all members who can have it, and goes to the one who is due most. Those "
        "who are due as much follow each other in the order of the list."
    )


def _counting(rotation: Rotation) -> str:
    """Which other leads count as turns (F6c)."""
    if rotation.counts_by_hand and rotation.counts_owner_match:
        return _("Leads that a manager gives and leads of own accounts count as turns.")
    if rotation.counts_by_hand:
        return _("Leads that a manager gives count as turns; leads of an own account do not.")
    if rotation.counts_owner_match:
        return _("Leads of an own account count as turns; leads that a manager gives do not.")
    return _("Leads that a manager gives and leads of an own account do not count as turns.")


def _skipped_turn(rotation: Rotation) -> str:
    """What happens to a turn skipped for leave, a meeting or time outside working hours (F5)."""
    means, part = rotation.skipped_means, percent(rotation.made_up_percent / 100)
    words: dict[str, object] = {"n": rotation.owed_limit, "k": rotation.owed_a_day, "percent": part}
    if rotation.made_up_percent < 100 and means == Rotation.SkippedMeans.OWED:
        text = _("Of turns skipped for leave, meetings or working hours %(percent)s is owed, at most %(n)s.")
        return text % words
    if rotation.made_up_percent < 100 and means == Rotation.SkippedMeans.DAILY:
        text = _("Of turns skipped for leave, meetings or working hours %(percent)s is made up, %(k)s a day.")
        return text % words
    if means == Rotation.SkippedMeans.OWED:
        return _("A turn skipped for leave, meetings or working hours is owed, at most %(n)s.") % words
    if means == Rotation.SkippedMeans.FIRST:
        return _("People who were away for leave, meetings or working hours are first in line on return.")
    if means == Rotation.SkippedMeans.DAILY:
        return _("Turns skipped for leave, meetings or working hours are made up, %(k)s a day.") % words
    return _("A skipped turn is lost: the place in the list stays, and nobody gets a flood of leads on return.")
