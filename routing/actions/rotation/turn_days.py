"""Keep the sums of turns by day, of today up to some minutes ago (docs/decisions/45-kept-counts.md).

The sweep of queues says which days.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from config.company import company_zone
from routing.decisions.rotation.state import TURN
from routing.models import CountedDay, RepTurnDay, RosterDay
from routing.queries.assignments import UNDO_WITHIN
from routing.queries.rotation.turn_sums import TurnSums, add_counted, all_rotations

BATCH_SIZE = 500
SETTLED = UNDO_WITHIN + timedelta(minutes=1)  # turns older than that are not undone any more


def newest_whole_day() -> date | None:
    """The last day that is kept from midnight to midnight; None where none is in the time zone that holds now."""
    rows = CountedDay.objects.filter(zone=company_zone().key, is_whole=True).order_by("-day")
    return rows.values_list("day", flat=True).first()


@transaction.atomic
def count_turn_day(day: date, start: datetime, end: datetime, *, at: datetime) -> None:
    """Replace the sums of the day by what its turns say now; those that can still be undone are left out, and pages
    count them from the rows. Does nothing in the first minutes of a day."""
    until = min(end, at - SETTLED)
    if until <= start:
        return
    found = TurnSums()
    add_counted(found, all_rotations(), [(start, until)])
    for model in (RosterDay, RepTurnDay, CountedDay):
        model.objects.filter(day=day).delete()
    RosterDay.objects.bulk_create(
        [
            RosterDay(
                day=day, rotation_id=key.rotation, roster_id=key.roster, barred=dict(key.barred), need=key.need,
                turns=found.turns[key], whole=size // TURN, rest=size % TURN,
            )
            for key, size in found.sizes.items()
        ],
        batch_size=BATCH_SIZE,
    )  # fmt: skip
    RepTurnDay.objects.bulk_create([_rep_day(day, found, key) for key in found.given], batch_size=BATCH_SIZE)
    CountedDay.objects.create(day=day, zone=company_zone().key, start_at=start, end_at=until, is_whole=until == end)


def _rep_day(day: date, found: TurnSums, key: tuple[int, int]) -> RepTurnDay:
    size, sums = int(found.given[key]), found.leads[key]
    return RepTurnDay(
        day=day, rotation_id=key[0], rep_id=key[1], whole=size // TURN, rest=size % TURN, leads=sums.leads,
        scored=sums.scored, points=sums.points, squares=sums.squares, with_deal=sums.with_deal,
        deals=round(Decimal(sums.deals.numerator) / sums.deals.denominator, 2), converted=sums.converted, won=sums.won,
    )  # fmt: skip
