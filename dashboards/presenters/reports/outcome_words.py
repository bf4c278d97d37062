"""What became of leads, in sentences: conversion, speed, the spread between reps (E2, H2)."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import NO_BREAK_SPACE, decimals, number, percent
from dashboards.decisions.reports.lead_flow import End, Step
from dashboards.presenters.reports.words import change_of_share, time_text
from dashboards.queries.reports.outcomes import Group
from queues.decisions.figures.chance import ENOUGH, Interval, Larger, Sample, spread
from queues.decisions.figures.speed import WaitGroup, faster_converts


def step_names() -> dict[Step, str]:
    return {
        Step.CAPTURED: _("Captured"),
        Step.REVIEWED: _("Review desk"),
        Step.QUEUED: _("In a queue"),
        Step.CLAIMED: _("Claimed"),
        Step.CONTACTED: _("Contacted"),
    }


def end_names() -> dict[End, str]:
    return {
        End.CONVERTED: _("Converted"),
        End.LOST: _("Lost or rejected"),
        End.STALE: _("Nurture or archive"),
        End.PARTNER: _("With a partner"),
        End.OPEN: _("Still open"),
    }


def range_text(interval: Interval | None) -> str:
    """'24 – 37 %'; n/a without a denominator."""
    if interval is None:
        return _("n/a")
    return f"{round(interval.low * 100)} – {percent(interval.high)}".replace(" ", NO_BREAK_SPACE)


def span_text(group: WaitGroup) -> str:
    if group.end is None:
        return _("%(time)s or longer") % {"time": time_text(group.start)} if group.start else _("any time")
    if not group.start:
        return _("below %(time)s") % {"time": time_text(group.end)}
    return f"{time_text(group.start)} – {time_text(group.end)}"


def change_sentence(group: Group, before: str) -> str:
    """'2 points more than in the 30 days before.'"""
    change = change_of_share(group.now.conversion, group.before.conversion)
    if group.before.conversion is None:
        return _("Nothing was claimed in %(before)s.") % {"before": before}
    if change == "0":
        return _("That is the same as in %(before)s.") % {"before": before}
    was = percent(group.before.conversion)
    text = _("It was %(was)s in %(before)s, whose leads have had more time.")
    return text % {"was": was, "before": before}


def speed_sentence(groups: Sequence[WaitGroup]) -> str:
    """Does a faster claim convert better? Said only where chance does not explain it."""
    answer = faster_converts(groups)
    if answer == Larger.UNKNOWN:
        text = _("Whether a faster claim converts better cannot be told: too few claims waited differently long.")
        return text
    fast, slow = groups[0], groups[-1]
    words = {
        "fast": span_text(fast),
        "slow": span_text(slow),
        "share": percent(fast.sample.share),
        "share_slow": percent(slow.sample.share),
        "range": range_text(fast.sample.interval),
        "range_slow": range_text(slow.sample.interval),
    }
    if answer == Larger.UNCLEAR:
        text = _(
            "Whether a faster claim converts better cannot be told: %(share)s of what waited %(fast)s (%(range)s) and "
            "%(share_slow)s of what waited %(slow)s (%(range_slow)s) may be chance."
        )
    elif answer == Larger.FIRST:
        text = _(
            "A faster claim converts better: %(share)s of what waited %(fast)s (%(range)s), and %(share_slow)s of what "
            "waited %(slow)s (%(range_slow)s)."
        )
    else:
        text = _(
            "A faster claim does not convert better: %(share)s of what waited %(fast)s (%(range)s), and %(share_slow)s "
            "of what waited %(slow)s (%(range_slow)s)."
        )
    return text % words


def spread_sentence(samples: Mapping[str, Sample], names: Mapping[str, str]) -> str:
    """H2; both by rep. Reps with few leads are left out."""
    found = spread(samples)
    if found is None:
        return _("Reps cannot be compared: fewer than two took %(n)s leads or more.") % {"n": ENOUGH}
    best, worst = samples[found.best], samples[found.worst]
    words = {
        "best": names[found.best],
        "worst": names[found.worst],
        "share": percent(best.share),
        "share_worst": percent(worst.share),
        "leads": number(best.whole),
        "leads_worst": number(worst.whole),
        "times": decimals(found.times or 0),
        "n": ENOUGH,
    }
    if not found.is_wide:
        text = _("No rep with %(n)s leads or more converts twice as often as another: %(share_worst)s to %(share)s.")
        return text % words
    if found.times is None:
        text = _("%(best)s converts %(share)s of %(leads)s leads, %(worst)s none of %(leads_worst)s.")
    else:
        text = _(
            "%(best)s converts %(times)s times as often as %(worst)s: %(share)s of %(leads)s leads against "
            "%(share_worst)s of %(leads_worst)s."
        )
    more = _("This may be chance.") if found.is_chance else _("Look at their weights, or train.")
    return f"{text % words} {more}"


def held_sentence(held: int) -> str:
    if not held:
        return _("None of these leads is with a rep any more, so this will hardly change.")
    text = ngettext(
        "%(n)s of these leads is still with a rep and may yet convert; the newest have had the least time.",
        "%(n)s of these leads are still with a rep and may yet convert; the newest have had the least time.",
        held,
    )
    return text % {"n": number(held)}
