"""What the turns will mean that are skipped while somebody is away: the preview before and during an absence (F5).

Turns still to come are foreseen from how many the rotation took lately; what was skipped already is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from routing.decisions.availability.hours import NeverWorks, WorkingHours, add_working, works_on
from routing.decisions.availability.status import MEETING_KIND, Absence, Skips
from routing.decisions.rotation.skipped_turns import COUNTED, Means, Skipped, missed, paid_over
from routing.decisions.rotation.state import TURN, Candidate, Line, Way

A_MOMENT = timedelta(seconds=1)
MOST_STEPS = 100  # absences and free days in a row


@dataclass(frozen=True, slots=True)
class Return:
    """`back_at` is None for somebody who is here; `owed` are the turns made good on return, with those that were owed
    before; `plan` on which days at most how many. `levels` where value is shared: what was missed comes by itself."""

    back_at: datetime | None
    means: Means
    owed: int
    plan: tuple[tuple[date, int], ...] = ()
    limit: int = 0
    levels: bool = False


def away_span(
    absences: Sequence[Absence], *, at: datetime, skips: Skips, hours: WorkingHours | None
) -> tuple[datetime, datetime] | None:
    """From when to when the rotation passes over somebody: the absence that holds now or comes next, with what follows
    on it without a moment of work between. None when no absence is known that it looks at."""
    seen = [
        each
        for each in sorted(absences, key=lambda each: (each.starts_at, each.ends_at))
        if each.ends_at > at and (skips.all_day_meeting if each.kind == MEETING_KIND else skips.on_leave)
    ]
    if not seen:
        return None
    back_at = seen[0].ends_at
    for _step in range(MOST_STEPS):
        later = max((each.ends_at for each in seen if each.starts_at <= back_at < each.ends_at), default=back_at)
        later = _at_work(later, hours)
        if later == back_at:
            break
        back_at = later
    return max(seen[0].starts_at, at), back_at


def foreseen(
    member: Candidate,
    line: Line,
    skipped: Skipped,
    *,
    away_for: str,
    span: tuple[datetime, datetime],
    turns_a_day: float,
    today: date,
    hours: WorkingHours | None,
) -> Return:
    """What the member comes back to. `away_for` is why it takes no part by the ledger, `today` the day of `back_at`
    where the member is."""
    begins, back_at = span
    means = skipped.means
    if line.way == Way.VALUE and means != Means.FORGONE:
        return Return(back_at, means, 0, levels=True)
    so_far = missed(member, line.virtual) if not member.takes_part and away_for in COUNTED else 0
    to_come = turns_a_day * ((back_at - begins) / timedelta(days=1)) * member.weight / _sharing(member, line)
    held = max(member.owed, 0)
    owed = held + min(so_far + int(to_come), max(skipped.most - held, 0))
    return Return(back_at, means, owed, _plan(owed, skipped, today, hours), limit=skipped.limit)


def made_good(member: Candidate, skipped: Skipped, *, today: date, hours: WorkingHours | None) -> Return:
    """What is still owed to a member who is here."""
    owed = max(member.owed, 0)
    return Return(None, skipped.means, owed, _plan(owed, skipped, today, hours), limit=skipped.limit)


def _at_work(moment: datetime, hours: WorkingHours | None) -> datetime:
    if hours is None:
        return moment
    try:
        return max(add_working(moment, A_MOMENT, hours) - A_MOMENT, moment)
    except NeverWorks:
        return moment


def _sharing(member: Candidate, line: Line) -> int:
    """The weights among which a turn is shared while the member is away; alone, nobody takes turns meanwhile."""
    others = [each for each in line.members if each.member_id != member.member_id and each.weight > 0]
    here = sum(each.weight for each in others if not each.skip_reason)
    return here or sum(each.weight for each in others) or TURN


def _plan(owed: int, skipped: Skipped, today: date, hours: WorkingHours | None) -> tuple[tuple[date, int], ...]:
    works = (lambda day: True) if hours is None else (lambda day: works_on(day, hours))
    return tuple(paid_over(owed, a_day=skipped.most_a_day, from_day=today, works_on=works))
