"""How the effect of changed entry rules reads: one sentence, a table, examples (A7)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from leads.models import Lead
from queues.decisions.rule_effect import Effect, Spot, Way
from queues.models import EntryRule, Queue
from queues.presenters.rules import outcome_words
from queues.queries.rule_effect import Judged, leads_by_id

NAMED = 3  # ways in the sentence; the table has all


@dataclass(frozen=True, slots=True)
class WayRow:
    """One line of the table."""

    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class SpotRow:
    """All leads by where they go: as the rules are now, and as they would be."""

    spot: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Example:
    """One lead that would have gone elsewhere; a list shows no person (C1)."""

    lead: Lead
    before: str
    after: str


def queue_names() -> dict[int, str]:
    """In the order in which queues stand everywhere."""
    return dict(Queue.objects.order_by("position", "name", "pk").values_list("pk", "name"))


def way_rows(effect: Effect, names: Mapping[int, str]) -> list[WayRow]:
    return [WayRow(_spot(way.before, names), _spot(way.after, names), way.count) for way in effect.ways]


def spot_rows(effect: Effect, names: Mapping[int, str]) -> list[SpotRow]:
    """Every spot that a lead goes to, queues in their order first, then the desk and the rest."""
    order = {queue_id: place for place, queue_id in enumerate(names)}
    rests = list(EntryRule.Outcome.values)
    spots = sorted(
        {**effect.went_before, **effect.went_after},
        key=lambda spot: (spot.queue_id is None, order.get(spot.queue_id, 0), rests.index(spot.outcome)),
    )
    return [
        SpotRow(_spot(spot, names), effect.went_before.get(spot, 0), effect.went_after.get(spot, 0)) for spot in spots
    ]


def examples(effect: Effect, names: Mapping[int, str]) -> list[Example]:
    """Up to ten leads, from every way in turn; one query."""
    chosen = effect.examples()
    leads = leads_by_id(lead_id for lead_id, _way in chosen)
    return [
        Example(leads[lead_id], _spot(way.before, names), _spot(way.after, names))
        for lead_id, way in chosen
        if lead_id in leads
    ]


def effect_sentence(judged: Judged, names: Mapping[int, str]) -> str:
    """'Of 1 204 leads of the last 30 days 42 would have gone elsewhere: 30 from SMB to Enterprise, 12 from ...'."""
    effect = judged.effect
    if not effect.leads:
        return _("No lead arrived in the last 30 days, so there is nothing to compare with.")
    of = ngettext("Of %(n)s lead of the last 30 days", "Of %(n)s leads of the last 30 days", effect.leads)
    words = {"of": of % {"n": number(effect.leads)}}
    if not effect.moved:
        return _("%(of)s none would have gone elsewhere.") % words
    words |= {"n": number(effect.moved), "ways": _ways(effect.ways, names)}
    return _("%(of)s %(n)s would have gone elsewhere: %(ways)s.") % words


def bound_words(judged: Judged) -> str:
    """Said when not every lead was looked at."""
    if judged.arrived <= judged.effect.leads:
        return ""
    words = {"n": number(judged.effect.leads), "all": number(judged.arrived)}
    return _("Only the newest %(n)s of the %(all)s leads that arrived were looked at.") % words


def caught_sentence(effect: Effect, *, rule_id: int, name: str, is_new: bool) -> str:
    """'“Hot” would have caught 42 leads; as the rules are now it caught 30.'"""
    after, before = effect.caught_after.get(rule_id, 0), effect.caught_before.get(rule_id, 0)
    words = {"name": name, "n": number(after), "before": number(before)}
    text = ngettext("“%(name)s” would have caught %(n)s lead.", "“%(name)s” would have caught %(n)s leads.", after)
    if is_new or after == before:
        return text % words
    return text % words + " " + _("As the rules are now, it catches %(before)s of them.") % words


def _ways(ways: tuple[Way, ...], names: Mapping[int, str]) -> str:
    told = [
        _("%(n)s from %(before)s to %(after)s")
        % {"n": number(way.count), "before": _inside(way.before, names), "after": _inside(way.after, names)}
        for way in ways[:NAMED]
    ]
    if rest := sum(way.count for way in ways[NAMED:]):
        told.append(_("%(n)s on other ways") % {"n": number(rest)})
    return ", ".join(told)


def _spot(spot: Spot, names: Mapping[int, str]) -> str:
    return names.get(spot.queue_id, "?") if spot.queue_id else outcome_words(spot.outcome)


def _inside(spot: Spot, names: Mapping[int, str]) -> str:
    """A spot within a sentence."""
    words = {
        EntryRule.Outcome.REVIEW: _("the review desk"),
        EntryRule.Outcome.NURTURE: _("nurture"),
        EntryRule.Outcome.REJECT: _("rejection"),
    }
    return names.get(spot.queue_id, "?") if spot.queue_id else words.get(spot.outcome, spot.outcome)
