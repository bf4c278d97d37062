"""What some reps took in several spans of time that lie apart, read at once: whole days from the kept counts, the rest
from the rows (C5, C7)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Max, Model, Q, QuerySet, Sum, Value, When

from queues.decisions.figures.calendar import Split
from queues.decisions.figures.totals import TakenTotals, WaitTotals
from queues.models import RepDay, RepWaitDay
from queues.queries.figures import times
from queues.queries.figures.asked import Asked
from queues.queries.figures.own_waits import counted_waits_of_spans
from queues.queries.figures.reading import CONTACTS, TAKEN_SUMS, WAITS, taken_totals
from queues.queries.figures.taken import IS_CONTACTED, Span, counted_spans, taken_within, with_contact


def taken_in(
    asked: Asked, spans: Sequence[Span], reps: Sequence[int], *, first_only: Sequence[int] = ()
) -> list[dict[int, TakenTotals]]:
    """By rep, for each span; two queries at most. `asked` says how far the counts are kept; `first_only` are further
    reps, of the first span alone."""
    found: list[dict[int, TakenTotals]] = [defaultdict(TakenTotals) for _span in spans]
    splits = [asked.between(*span).split for span in spans]
    sums = {name: Sum(name) for name in (*TAKEN_SUMS, *CONTACTS)} | {"contact_longest": Max("contact_longest")}
    for row in _kept(RepDay, splits, reps, sums, first_only):
        found[row["span"]][row["rep"]] += taken_totals(row)
    places, edges = _edges(splits)
    more = _more(places, first_only)
    for place, one in counted_spans(edges, reps, (), at=asked.as_of, more=more) if edges else ():
        found[places[place]][one.rep_id] += taken_totals(vars(one))
    return [dict(each) for each in found]


def with_times(
    asked: Asked, spans: Sequence[Span], found: Sequence[Mapping[int, TakenTotals]]
) -> list[dict[int, TakenTotals]]:
    """What taken_in() found, with the times to first contact; as it is where there are too many. One query."""
    contacted = [(pk, each.contacted) for part in found for pk, each in part.items()]
    if not contacted or sum(n for _pk, n in contacted) > times.MOST:
        return [dict(part) for part in found]
    ends = [(start, asked.between(start, end).counted_end) for start, end in spans]
    rows: Any = with_contact(taken_within(ends, sorted({pk for pk, _n in contacted})).filter(IS_CONTACTED))
    known: list[dict[int, list[int]]] = [defaultdict(list) for _span in spans]
    for place, rep, took in rows.order_by().values_list("span", "holder", "took"):
        known[place][rep].append(took)
    return [
        {pk: replace(each, times=tuple(known[place][pk])) for pk, each in part.items()}
        for place, part in enumerate(found)
    ]


def waits_in(
    asked: Asked, spans: Sequence[Span], reps: Sequence[int], *, first_only: Sequence[int] = ()
) -> list[dict[int, WaitTotals]]:
    """How long what they took had waited; by rep, for each span; two queries at most."""
    found: list[dict[int, WaitTotals]] = [defaultdict(WaitTotals) for _span in spans]
    splits = [asked.between(*span).split for span in spans]
    sums = {name: Sum(name) for name in WAITS} | {"wait_longest": Max("wait_longest")}
    for row in _kept(RepWaitDay, splits, reps, sums, first_only):
        found[row["span"]][row["rep"]] += _wait_totals(row)
    places, edges = _edges(splits)
    more = _more(places, first_only)
    for place, one in counted_waits_of_spans(edges, reps, more=more) if edges else ():
        found[places[place]][one.rep_id] += _wait_totals(vars(one))
    return [dict(each) for each in found]


def _kept(
    model: type[Model], splits: Sequence[Split], reps: Sequence[int], sums: dict[str, Any], first_only: Sequence[int]
) -> list[dict]:
    days = [(place, Q(day__gte=each.first, day__lt=each.last)) for place, each in enumerate(splits) if each.has_days]
    if not days:
        return []
    place = Case(*[When(each, then=Value(place)) for place, each in days])
    named = {f"sum_{name}": each for name, each in sums.items()}  # a sum with the name of a column hides the column
    everybody = [*reps, *first_only]
    wanted = (each & Q(rep__in=everybody if place == 0 else reps) for place, each in days)
    # by the index (rep, day): it knows no days that lie apart, and would read all that are kept of these people
    rows: QuerySet = model._default_manager.filter(
        reduce(or_, wanted),
        rep__in=everybody,
        day__gte=min(splits[place].first for place, _each in days),
        day__lt=max(splits[place].last for place, _each in days),
    )
    counted = rows.annotate(span=place).values("span", "rep").annotate(**named).order_by("span", "rep")
    return [
        {"span": row["span"], "rep": row["rep"]} | {name: row[f"sum_{name}"] or 0 for name in sums} for row in counted
    ]


def _edges(splits: Sequence[Split]) -> tuple[list[int], list[Span]]:
    """The parts that are counted from the rows, and to which span each belongs."""
    parts = [(place, edge) for place, each in enumerate(splits) for edge in each.edges]
    return [place for place, _edge in parts], [edge for _place, edge in parts]


def _more(places: Sequence[int], first_only: Sequence[int]) -> dict[int, Sequence[int]]:
    """The further reps by part."""
    return {part: first_only for part, place in enumerate(places) if place == 0 and first_only}


def _wait_totals(row: dict) -> WaitTotals:
    return WaitTotals(waits=tuple(row[name] for name in WAITS), wait_longest=row["wait_longest"])
