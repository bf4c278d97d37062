"""Read figures for a period and filters, grouped: from the kept counts, and from the rows where these do not reach.

`by` names the parts of each key, in order: day, queue, source, lead_type, rep. Days are those of the installation; what
is counted from the rows of half a day belongs to that day.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db.models import Max, Model, QuerySet, Sum

from config.company import company_zone
from queues.decisions.figures.calendar import Split, by_days, day_of
from queues.decisions.figures.totals import StayTotals, TakenTotals
from queues.models import LeadDay, Queue, ReasonDay, RepDay, StayDay
from queues.models.figures.classes import names
from queues.queries.figures.arrivals import counted_arrivals, counted_reasons
from queues.queries.figures.asked import Asked
from queues.queries.figures.stays import counted_stays
from queues.queries.figures.taken import counted_taken

Key = tuple[object, ...]
Totals = TypeVar("Totals", StayTotals, TakenTotals)
COLUMNS = {"queue": "queue_id", "source": "source_id", "rep": "rep_id"}
STAY_SUMS = (  # in the order of the fields of StayTotals
    "entered",
    "unclaimed",
    "nurtured",
    "archived",
    "partnered",
    "claimed",
    "converted",
    "won",
    "wait_sum",
    "wait_longest",
)
TAKEN_SUMS = (  # and of TakenTotals
    "taken",
    "contacted",
    "contact_sum",
    "contact_longest",
    "decided",
    "within",
    "converted",
    "won",
    "lost",
    "disqualified",
    "returned",
    "clocked",
)
WAITS, CONVERTED_AFTER, CONTACTS = names("w"), names("c"), names("k")
_of_stay, _waits, _converted_after = itemgetter(*STAY_SUMS), itemgetter(*WAITS), itemgetter(*CONVERTED_AFTER)
_of_taken, _contacts = itemgetter(*TAKEN_SUMS), itemgetter(*CONTACTS)


def stays(asked: Asked, *by: str) -> dict[Key, StayTotals]:
    """Stays by the parts of `by`; without any, one total under (). With a filter of reps, what they took out of
    queues: then nothing is known of what entered."""
    found: dict[Key, StayTotals] = {}
    span = asked.split if asked.reps is None else asked.uncounted
    kept = _filtered(StayDay.objects.filter(day__gte=span.first, day__lt=span.last), asked)
    sums = {name: _sum(name) for name in (*STAY_SUMS, *WAITS, *CONVERTED_AFTER)}
    for key, row in _grouped(kept, by, sums) if span.has_days else ():
        _add(found, key, _stay_totals(row))
    for start, end in _edges(span, by):
        for one in counted_stays(start, end, _queue_ids(asked), **_entry_filters(asked)):
            _add(found, _key(one, by, start), _stay_totals(vars(one)))
    return found


def taken(asked: Asked, *by: str) -> dict[Key, TakenTotals]:
    """Assignments by the parts of `by`, of the day they began. Sources and types are counted from the rows."""
    found: dict[Key, TakenTotals] = {}
    span = asked.split if asked.sources is None and asked.types is None else asked.uncounted
    kept = _filtered(RepDay.objects.filter(day__gte=span.first, day__lt=span.last), asked)
    sums = {name: _sum(name) for name in (*TAKEN_SUMS, *CONTACTS)}
    for key, row in _grouped(kept, by, sums) if span.has_days else ():
        _add(found, key, taken_totals(row))
    for start, end in _edges(span, by):
        for one in counted_taken(
            start, end, _holder_ids(asked), _ids(asked, Queue), at=asked.as_of, **_assignment_filters(asked)
        ):
            _add(found, _key(one, by, start), taken_totals(vars(one)))
    return found


def arrivals(asked: Asked, *by: str) -> dict[Key, int]:
    """Leads that arrived, by the parts of `by`: also stage, was_reviewed, was_queued, was_claimed, was_contacted."""

    def count(start: datetime, end: datetime) -> list[LeadDay]:
        return counted_arrivals(start, end, **_lead_filters(asked))

    return _counts(LeadDay, asked, by, count, asked.split)


def reasons(asked: Asked, *by: str) -> dict[Key, int]:
    """Leads given back, skipped and disqualified, by the parts of `by`: day, queue, source, kind and reason. Types and
    reps are counted from the rows."""

    def count(start: datetime, end: datetime) -> list[ReasonDay]:
        return counted_reasons(start, end, _holder_ids(asked), _ids(asked, Queue), **_assignment_filters(asked))

    is_kept = asked.types is None and asked.reps is None
    return _counts(ReasonDay, asked, by, count, asked.split if is_kept else asked.uncounted)


def _counts(
    model: type[LeadDay] | type[ReasonDay], asked: Asked, by: Sequence[str], count: Callable, span: Split
) -> dict[Key, int]:
    found: Counter[Key] = Counter()
    kept = _filtered(model.objects.filter(day__gte=span.first, day__lt=span.last), asked)
    for key, row in _grouped(kept, by, {"count": Sum("count")}) if span.has_days else ():
        found[key] += row["count"]
    for start, end in _edges(span, by):
        for one in count(start, end):
            found[_key(one, by, start)] += one.count
    return dict(found)


def _edges(span: Split, by: Sequence[str]) -> list[tuple[datetime, datetime]]:
    """Each within one day, if days are told apart."""
    if "day" not in by:
        return list(span.edges)
    return [part for start, end in span.edges for part in by_days(start, end, company_zone())]


def _filtered(rows: QuerySet, asked: Asked) -> QuerySet:
    """By the columns that the table has."""
    wanted = {"queue": asked.queues, "source": asked.sources, "lead_type": asked.types, "rep": asked.reps}
    columns = {field.name for field in rows.model._meta.fields}
    given = {name: ids for name, ids in wanted.items() if ids is not None and name in columns}
    return rows.filter(**{f"{name}__in": ids for name, ids in given.items()})


def _grouped(rows: QuerySet, by: Sequence[str], sums: dict) -> Iterator[tuple[Key, dict[str, int]]]:
    """Each key with its sums; these have names of their own, because a sum of a column hides the column."""
    named = {f"sum_{name}": expression for name, expression in sums.items()}
    if not by:
        whole = rows.aggregate(**named)
        yield (), {name: whole[f"sum_{name}"] or 0 for name in sums}
        return
    counted = rows.values(*by).annotate(**named).order_by(*by)
    for row in counted.values_list(*by, *named):
        yield row[: len(by)], dict(zip(sums, row[len(by) :], strict=True))


def _stay_totals(row: Mapping[str, int]) -> StayTotals:
    return StayTotals(*(*_of_stay(row), _waits(row), _converted_after(row)))


def taken_totals(row: Mapping[str, int]) -> TakenTotals:
    return TakenTotals(*(*_of_taken(row), _contacts(row)))


class CountSum(Sum):
    """The sum of a column of counts. The database answers with whole numbers; Django would turn each of thirty thousand
    into one again. Not for columns of 64 bits, whose sums are decimals."""

    def get_db_converters(self, connection: Any) -> list:
        return []


def _sum(name: str) -> Sum | Max:
    if name.endswith("longest"):
        return Max(name)
    return Sum(name) if name.endswith("_sum") else CountSum(name)


def _add(found: dict[Key, Totals], key: Key, more: Totals) -> None:
    found[key] = found[key] + more if key in found else more


def _key(one: Model, by: Sequence[str], start: datetime) -> Key:
    zone = company_zone()
    return tuple(day_of(start, zone) if part == "day" else getattr(one, COLUMNS.get(part, part)) for part in by)


def _queue_ids(asked: Asked) -> list[int]:
    return list(asked.queues) if asked.queues is not None else _ids(asked, Queue)


def _holder_ids(asked: Asked) -> list[int]:
    return list(asked.reps) if asked.reps is not None else _ids(asked, User)


def _ids(asked: Asked, model: type[Model]) -> list[int]:
    """All there are; one query for all periods of a page."""
    name = model.__name__
    if name not in asked.known_ids:
        asked.known_ids[name] = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    return asked.known_ids[name]


def _lead_filters(asked: Asked) -> dict[str, object]:
    return _given(source__in=asked.sources, lead_type__in=asked.types, last_queue__in=asked.queues)


def _entry_filters(asked: Asked) -> dict[str, object]:
    return _given(lead__source__in=asked.sources, lead__lead_type__in=asked.types, assignment__holder__in=asked.reps)


def _assignment_filters(asked: Asked) -> dict[str, object]:
    return _given(lead__source__in=asked.sources, lead__lead_type__in=asked.types, place_id__in=asked.queues)


def _given(**filters: object) -> dict[str, object]:
    return {name: ids for name, ids in filters.items() if ids is not None}
