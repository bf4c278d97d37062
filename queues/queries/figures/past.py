"""Read the past of queues from the kept hours: who waited, and what came, went and was claimed (E8, E9).

Full hours are those of UTC. The hour that runs is counted from the rows, so that the past ends now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, IntegerField, QuerySet, Sum, Value, When

from queues.decisions.figures.calendar import hour_start
from queues.decisions.figures.counting_back import Moves, Span, Waited, Waiting, count_back, moves_of_hour
from queues.models import Entry, QueueHour
from queues.queries.figures.hours import QUEUE_SUMS, Hours
from queues.queries.figures.moves import counted_queue_hours
from queues.queries.figures.seconds import SecondsSince1970

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)  # what happened at this very moment has happened
COUNTED = ("came", "claimed", "within_day", "turned_day_old", "turned_72_hours_old")
MOVED = ("came", "went", "claimed")  # enough for by_hour() and nets_by_queue()
NET = F("came") - F("went")
SINCE = F("since_in") - F("since_out")


@dataclass(frozen=True, slots=True)
class Decided:
    """What happened in a span, of leads."""

    came: int = 0
    claimed: int = 0
    within_day: int = 0
    turned_day_old: int = 0
    turned_72_hours_old: int = 0

    def __add__(self, other: "Decided") -> "Decided":
        return Decided(*(getattr(self, name) + getattr(other, name) for name in COUNTED))


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of the past of one queue."""

    waited: Waited = Waited()
    decided: Decided = Decided()

    def __add__(self, other: "Part") -> "Part":
        """The same queue, another stretch."""
        return Part(self.waited + other.waited, self.decided + other.decided)

    def beside(self, other: "Part") -> "Part":
        """The same stretch, another queue."""
        return Part(self.waited.beside(other.waited), self.decided + other.decided)


def full_hour(moment: datetime) -> datetime:
    """The first full hour that is not before it."""
    return hour_start(moment + HOUR - TICK)


def waiting_now(queue_ids: Sequence[int]) -> dict[int, Waiting]:
    """By queue; one query, by the index of ages."""
    rows = Entry.objects.waiting().filter(queue__in=queue_ids).values("queue").order_by("queue")
    counted = rows.annotate(n=Count("pk"), since=Sum(SecondsSince1970(F("since_at"))))
    return {row["queue"]: Waiting(row["n"], int(row["since"])) for row in counted}


class Past:
    """Some queues from `start`, a full hour, up to now. At most six queries, and one for each reading, however many
    queues and hours."""

    def __init__(
        self, start: datetime, queue_ids: Sequence[int], *, at: datetime, names: Sequence[str] = QUEUE_SUMS
    ) -> None:
        self.start, self.at, self.queue_ids = start.astimezone(UTC), at, list(queue_ids)
        self.hours = Hours(start, at + TICK, queue_ids, at=at)
        edges = [counted_queue_hours(begins, ends, self.queue_ids, names=names) for begins, ends in self.hours.edges]
        self.newest = [row for rows in edges for row in rows]
        self.now = waiting_now(queue_ids)

    def parts(self, cuts: Sequence[datetime]) -> dict[int, list[Part]]:
        """By queue: from each cut to the next, and from the last to now. Cuts are full hours that rise, the first is
        `start`, the last is not after the hour that runs."""
        found: dict[int, list[tuple[Moves, Decided]]] = {
            pk: [(Moves(), Decided())] * len(cuts) for pk in self.queue_ids
        }
        for row in self._kept_by_part(cuts):
            sums = {name: int(row[f"sum_{name}"]) for name in COUNTED}
            moves = Moves(*(int(row[name]) for name in ("net", "net_hours", "net_squares", "since", "since_hours")))
            found[row["queue"]][row["part"]] = (moves, Decided(**sums))
        for hour in self.newest:
            part = sum(cut <= hour.hour_at for cut in cuts) - 1
            moves, decided = found[hour.queue_id][part]
            more = moves_of_hour(self._number(hour.hour_at), hour.came - hour.went, hour.since_in - hour.since_out)
            found[hour.queue_id][part] = (moves + more, decided + Decided(*(getattr(hour, name) for name in COUNTED)))
        return {pk: self._counted_back(pk, cuts, sums) for pk, sums in found.items()}

    def by_hour(self) -> dict[datetime, tuple[int, int, int]]:
        """Came, went and claimed, of all the queues together, by the hour; hours without any are left out."""
        rows = self._kept().values("hour_at").order_by("hour_at")
        counted = rows.annotate(n_came=Sum("came"), n_went=Sum("went"), n_claimed=Sum("claimed"))
        found = {
            hour: (came, went, claimed)
            for hour, came, went, claimed in counted.values_list("hour_at", "n_came", "n_went", "n_claimed")
        }
        for hour in self.newest:
            came, went, claimed = found.get(hour.hour_at, (0, 0, 0))
            found[hour.hour_at] = (came + hour.came, went + hour.went, claimed + hour.claimed)
        return found

    def nets_by_queue(self, since: datetime) -> dict[int, dict[datetime, int]]:
        """Came less went, by queue and hour, since a full hour."""
        rows = self._kept().filter(hour_at__gte=since).annotate(net=NET, number=self._hour_number())
        found: dict[int, dict[datetime, int]] = {pk: {} for pk in self.queue_ids}
        hours = [self.start + number * HOUR for number in range(self._number(hour_start(self.at)) + 1)]
        for pk, number, net in rows.order_by("queue", "hour_at").values_list("queue", "number", "net").iterator():
            found[pk][hours[number]] = net  # reading the moment of each row would take most of the time
        for row in self.newest:
            if row.hour_at >= since:
                of_queue = found[row.queue_id]
                of_queue[row.hour_at] = of_queue.get(row.hour_at, 0) + row.came - row.went
        return found

    def _kept(self) -> QuerySet[QueueHour]:
        rows = QueueHour.objects.filter(queue__in=self.queue_ids)
        return rows.filter(hour_at__gte=self.hours.first, hour_at__lt=self.hours.last)

    def _kept_by_part(self, cuts: Sequence[datetime]) -> QuerySet[QueueHour, Any]:
        whens = [When(hour_at__lt=cut, then=Value(place)) for place, cut in enumerate(cuts[1:])]
        part = Case(*whens, default=Value(len(cuts) - 1), output_field=IntegerField())
        rows = self._kept().annotate(part=part, number=self._hour_number(), moved=NET, aged=SINCE)
        moved, aged, hour = F("moved"), F("aged"), F("number")
        counted = rows.values("queue", "part").annotate(
            net=Sum(moved),
            net_hours=_sum(moved * hour),
            net_squares=_sum(moved * hour * hour),
            since=Sum(aged),
            since_hours=_sum(aged * hour),
            **{f"sum_{name}": Sum(name) for name in COUNTED},
        )
        return counted.order_by("queue", "part")

    def _hour_number(self) -> Any:
        start = int(self.start.timestamp())
        return (SecondsSince1970(F("hour_at")) - Value(start, BigIntegerField())) / Value(3_600, BigIntegerField())

    def _counted_back(self, pk: int, cuts: Sequence[datetime], sums: Sequence[tuple[Moves, Decided]]) -> list[Part]:
        ends = [*cuts[1:], hour_start(self.at) + HOUR]
        spans = [
            Span(self._number(first), self._number(last), moves)
            for first, last, (moves, _decided) in zip(cuts, ends, sums, strict=True)
        ]
        waited = count_back(self.now.get(pk, Waiting()), spans, start=int(self.start.timestamp()))
        return [Part(one, decided) for one, (_moves, decided) in zip(waited, sums, strict=True)]

    def _number(self, hour: datetime) -> int:
        return (hour - self.start) // HOUR


def _sum(product: Any) -> Sum:
    return Sum(product, output_field=BigIntegerField())
