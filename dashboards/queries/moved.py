"""What came to queues and left them within 24 hours, and what was taken within a week (E7)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from queues.decisions.figures.calendar import hour_start
from queues.models import Entry, Queue
from queues.queries.figures.hours import Hours
from queues.queries.figures.stays import GIVEN

HOUR, DAY, WEEK_DAYS = timedelta(hours=1), timedelta(days=1), 7


@dataclass(frozen=True, slots=True)
class Moved:
    """The first number is the rest of the hour in which the 24 hours began, then come 24 clock hours, the current one
    last, so that the sum covers exactly 24 hours. The week begins with a whole hour; `stale_days` of it are being
    counted again."""

    came: list[int]
    went: list[int]
    claimed_in_day: int
    claimed_in_week: int
    stale_days: int = 0


def week_start(at: datetime) -> datetime:
    return hour_start(at) - WEEK_DAYS * DAY


def moved(queues: Sequence[Queue], *, at: datetime) -> dict[int, Moved]:
    """Whole hours are kept; the parts of hours at both ends are counted from the entries. Three queries."""
    ids, this_hour = [queue.pk for queue in queues], hour_start(at)
    first = this_hour - 23 * HOUR
    hours = Hours(week_start(at), this_hour, ids, at=at, together_before=first)
    by_queue: dict[int, Counter[tuple[str, int]]] = defaultdict(Counter)
    week: Counter[int] = Counter()
    for (pk, hour), sums in hours.of_queues("queue", "cut", names=("came", "went", "claimed")).items():
        week[pk] += sums["claimed"]
        if hour is not None:
            by_queue[pk].update({(name, (hour - first) // HOUR + 1): count for name, count in sums.items()})
    for pk, counts in _at_both_ends(ids, first=first, this_hour=this_hour, at=at).items():
        by_queue[pk].update(counts)
    return {pk: _moved(by_queue[pk], week[pk], hours.stale_days) for pk in ids}


def _moved(counts: Counter[tuple[str, int]], claimed_before: int, stale_days: int) -> Moved:
    came, went, claimed = ([counts[name, place] for place in range(25)] for name in ("came", "went", "claimed"))
    return Moved(came, went, sum(claimed), claimed_before + claimed[24], stale_days)


def _at_both_ends(ids: list[int], *, first: datetime, this_hour: datetime, at: datetime) -> dict[int, Counter]:
    """Before the first whole hour (place 0), and in the hour that runs (24)."""
    counts: dict[str, Count] = {}
    is_counted = Q()
    for place, within in ((0, {"gt": at - DAY, "lt": first}), (24, {"gte": this_hour, "lte": at})):
        came = Q(**{f"entered_at__{word}": moment for word, moment in within.items()})
        went = Q(**{f"left_at__{word}": moment for word, moment in within.items()})
        is_counted |= came | went
        counts[f"came_{place}"] = Count("pk", filter=came)
        counts[f"went_{place}"] = Count("pk", filter=went)
        counts[f"claimed_{place}"] = Count("pk", filter=went & Q(left_how__in=GIVEN))
    rows = Entry.objects.filter(is_counted, queue__in=ids).values("queue").annotate(**counts).order_by("queue")
    places = [_place(name) for name in counts]
    return {pk: Counter(dict(zip(places, found, strict=True))) for pk, *found in rows.values_list("queue", *counts)}


def _place(name: str) -> tuple[str, int]:
    word, place = name.split("_")
    return word, int(place)
