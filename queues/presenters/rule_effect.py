"""The effect of changed entry rules as text: one sentence, a table, examples (A7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from leads.models import Lead
from queues.decisions.placement import Rule
from queues.decisions.rule_effect import Destination, Effect, Reroute
from queues.models import EntryRule, Queue
from queues.presenters.rules import outcome_text
from queues.queries.rule_effect import MeasuredEffect, leads_by_id

MAX_NAMED = 3  # reroutes in the sentence; the table has all


@dataclass(frozen=True, slots=True)
class RerouteRow:
    """One line of the table."""

    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class DestinationRow:
    """How many leads go to one destination: with the current rules and with the changed ones."""

    destination: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One lead that would have gone elsewhere, without the name of the person (C1)."""

    lead: Lead
    before: str
    after: str


def queue_names() -> dict[int, str]:
    """Names by id, in the usual order of queues."""
    return dict(Queue.objects.order_by("position", "name", "pk").values_list("pk", "name"))


def reroute_rows(effect: Effect, names: Mapping[int, str]) -> list[RerouteRow]:
    return [
        RerouteRow(_destination(reroute.before, names), _destination(reroute.after, names), reroute.count)
        for reroute in effect.reroutes
    ]


def destination_rows(effect: Effect, names: Mapping[int, str]) -> list[DestinationRow]:
    """All destinations, queues first in their order, then the review desk and the rest."""
    order = {queue_id: index for index, queue_id in enumerate(names)}
    rests = list(EntryRule.Outcome.values)
    destinations = sorted(
        {**effect.went_before, **effect.went_after},
        key=lambda destination: (
            destination.queue_id is None,
            order.get(destination.queue_id, 0),
            rests.index(destination.outcome),
        ),
    )
    return [
        DestinationRow(
            _destination(destination, names),
            effect.went_before.get(destination, 0),
            effect.went_after.get(destination, 0),
        )
        for destination in destinations
    ]


def example_rows(effect: Effect, names: Mapping[int, str]) -> list[ExampleRow]:
    """Up to ten leads, from every reroute in turn; one query."""
    chosen = effect.examples()
    leads = leads_by_id(lead_id for lead_id, _way in chosen)
    return [
        ExampleRow(leads[lead_id], _destination(reroute.before, names), _destination(reroute.after, names))
        for lead_id, reroute in chosen
        if lead_id in leads
    ]


def effect_sentence(measured: MeasuredEffect, names: Mapping[int, str]) -> str:
    """'Of 1 204 leads of the last 30 days 42 would have gone elsewhere: 30 from SMB to Enterprise, 12 from ...'."""
    effect = measured.effect
    if not effect.leads:
        return _("No lead arrived in the last 30 days, so there is nothing to compare with.")
    of = ngettext("Of %(n)s lead of the last 30 days", "Of %(n)s leads of the last 30 days", effect.leads)
    words = {"of": of % {"n": number(effect.leads)}}
    if not effect.rerouted:
        return _("%(of)s none would have gone elsewhere.") % words
    words |= {"n": number(effect.rerouted), "ways": _reroutes_text(effect.reroutes, names)}
    return _("%(of)s %(n)s would have gone elsewhere: %(ways)s.") % words


def limit_sentence(measured: MeasuredEffect) -> str:
    """A note if not all leads were compared, else ""."""
    if measured.arrived <= measured.effect.leads:
        return ""
    words = {"n": number(measured.effect.leads), "all": number(measured.arrived)}
    return _("Only the newest %(n)s of the %(all)s leads that arrived were looked at.") % words


def caught_sentence(effect: Effect, *, rule_id: int, name: str, is_new: bool) -> str:
    """'“Hot” would have caught 42 leads; as the rules are now it caught 30.'"""
    after, before = effect.caught_after.get(rule_id, 0), effect.caught_before.get(rule_id, 0)
    words = {"name": name, "n": number(after), "before": number(before)}
    text = ngettext("“%(name)s” would have caught %(n)s lead.", "“%(name)s” would have caught %(n)s leads.", after)
    if is_new or after == before:
        return text % words
    return text % words + " " + _("As the rules are now, it catches %(before)s of them.") % words


@dataclass(frozen=True, slots=True)
class TakenFirst:
    """Leads that fit a new rule and that rules above it take; `before` is the key of the first of those."""

    says: str
    label: str
    before: int


def taken_first(effect: Effect, rules: Sequence[Rule], numbers: Mapping[int, int]) -> TakenFirst | None:
    """'1 lead fits, but rule 9, “Rest”, takes it first.' `numbers` are the places of all rules in the list (M5)."""
    takers = [rule for rule in rules if effect.taken_first.get(rule.id)]
    if not takers:
        return None
    first, count = takers[0], sum(effect.taken_first.values())
    words = {"n": number(count), "place": numbers.get(first.id, 0), "name": first.name}
    if len(takers) == 1:
        says = ngettext(
            "%(n)s lead fits, but rule %(place)s, “%(name)s”, takes it first.",
            "%(n)s leads fit, but rule %(place)s, “%(name)s”, takes them first.",
            count,
        )
    else:
        says = _("%(n)s leads fit, but rules above it take them first, the first of them rule %(place)s, “%(name)s”.")
    return TakenFirst(says % words, _("Put it before rule %(place)s") % words, first.id)


def _reroutes_text(ways: tuple[Reroute, ...], names: Mapping[int, str]) -> str:
    parts = [
        _("%(n)s from %(before)s to %(after)s")
        % {"n": number(reroute.count), "before": _inside(reroute.before, names), "after": _inside(reroute.after, names)}
        for reroute in ways[:MAX_NAMED]
    ]
    if rest := sum(reroute.count for reroute in ways[MAX_NAMED:]):
        parts.append(_("%(n)s in other ways") % {"n": number(rest)})
    return ", ".join(parts)


def _destination(destination: Destination, names: Mapping[int, str]) -> str:
    return names.get(destination.queue_id, "?") if destination.queue_id else outcome_text(destination.outcome)


def _inside(destination: Destination, names: Mapping[int, str]) -> str:
    """A destination within a sentence."""
    words = {
        EntryRule.Outcome.REVIEW: _("the review desk"),
        EntryRule.Outcome.NURTURE: _("nurture"),
        EntryRule.Outcome.REJECT: _("rejection"),
    }
    return (
        names.get(destination.queue_id, "?")
        if destination.queue_id
        else words.get(destination.outcome, destination.outcome)
    )
