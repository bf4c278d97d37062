"""How soon reps contact what they took: by rep and by the queue it came from (E3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from config.web.people import display_name
from dashboards.decisions.reports.periods import Period
from queues.decisions.figures.totals import TakenTotals, added, by_part
from queues.queries.figures.asked import Asked
from queues.queries.figures.reading import taken
from queues.queries.figures.times import with_contacts

PARTS = ("rep", "queue")
NOBODY = TakenTotals()


@dataclass(frozen=True, slots=True)
class Contacted:
    """What one rep, or all reps from one queue, took; `name` is empty where it came from no queue that this person may
    see."""

    value: str
    name: str
    now: TakenTotals
    before: TakenTotals


@dataclass(frozen=True, slots=True)
class Contacts:
    all: Contacted
    reps: tuple[Contacted, ...]
    queues: tuple[Contacted, ...]


def contacts(asked: Asked, before: Period, *, queue_names: Mapping[int, str], needs_times: bool = False) -> Contacts:
    """One reading of each period, added up here. Queues beyond `queue_names` are one group without a name."""
    cells = taken(asked, *PARTS)
    now = _known(with_contacts(asked, cells, *PARTS) if needs_times else cells, queue_names)
    earlier = _known(taken(asked.between(before.starts_at, before.ends_at), *PARTS), queue_names)
    people = User.objects.filter(pk__in={key[0] for key in now}).order_by("pk")
    names = {user.pk: display_name(user) for user in people}
    by_rep, by_queue = by_part(now, 0), by_part(now, 1)
    reps_before, queues_before = by_part(earlier, 0), by_part(earlier, 1)
    return Contacts(
        all=Contacted("", "", _sum(now), _sum(earlier)),
        reps=tuple(Contacted(str(pk), names[pk], sums, reps_before.get(pk, NOBODY)) for pk, sums in by_rep.items()),
        queues=tuple(
            Contacted(str(pk or ""), queue_names.get(pk, ""), sums, queues_before.get(pk, NOBODY))
            for pk, sums in by_queue.items()
        ),
    )


def shares_by_week(asked: Asked, weeks: Sequence[Period]) -> list[float | None]:
    """The share contacted within the limit, of what was taken in each week; None where nothing is decided (L2)."""
    days: dict[tuple[Any, ...], TakenTotals] = taken(asked.between(weeks[0].starts_at, weeks[-1].ends_at), "day")
    found = []
    for week in weeks:
        share = sum((sums for (day,), sums in days.items() if week.first <= day <= week.last), NOBODY).share_within
        found.append(None if share is None else float(share))
    return found


def _sum(cells: Mapping[tuple, TakenTotals]) -> TakenTotals:
    return added([*cells.values()]) if cells else NOBODY


def _known(cells: Mapping[tuple, TakenTotals], queue_names: Mapping[int, str]) -> dict[tuple, TakenTotals]:
    found: dict[tuple, list[TakenTotals]] = {}
    for (rep, queue), sums in cells.items():
        if sums.taken:
            found.setdefault((rep, queue if queue in queue_names else 0), []).append(sums)
    return {key: added(parts) for key, parts in found.items()}
