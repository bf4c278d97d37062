"""Preview of a return: what the turns that are skipped during an absence will mean for the member (F5).

Turns that were skipped already are counted. Those still to come are estimated from how many turns the rotation took
lately.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from routing.decisions.availability.hours import NeverWorks, WorkingHours, add_working, works_on
from routing.decisions.availability.status import Absence, AbsenceKind, AvailabilityRules
from routing.decisions.rotation.skipped_turns import (
    COUNTS_AS_SKIPPED,
    SkippedMeans,
    SkippedTurnPolicy,
    make_up_plan,
    turns_begun,
)
from routing.decisions.rotation.state import TURN, Candidate, RotationState, Strategy

ONE_SECOND = timedelta(seconds=1)
MAX_STEPS = 100  # absences and free days in a row


@dataclass(frozen=True, slots=True)
class ReturnPreview:
    """`back_at` is None for a member who is here. `owed` counts the turns that come first on return, with those owed
    before, and `plan` says on which days at most how many. `levels` is for shared value: what was missed comes by
    itself. `percent` is how much of what was skipped is made up."""

    back_at: datetime | None
    means: SkippedMeans
    owed: int
    plan: tuple[tuple[date, int], ...] = ()
    limit: int = 0
    levels: bool = False
    percent: int = 100


def away_span(
    absences: Sequence[Absence], *, at: datetime, rules: AvailabilityRules, hours: WorkingHours | None
) -> tuple[datetime, datetime] | None:
    """From when to when the rotation passes over a rep: the current or next absence, with all that follow it without
    working time between. None without an absence for which this rotation passes people over."""
    relevant = [
        each
        for each in sorted(absences, key=lambda each: (each.starts_at, each.ends_at))
        if each.ends_at > at and (rules.all_day_meeting if each.kind == AbsenceKind.MEETING else rules.on_leave)
    ]
    if not relevant:
        return None
    back_at = relevant[0].ends_at
    for _step in range(MAX_STEPS):
        later = max((each.ends_at for each in relevant if each.starts_at <= back_at < each.ends_at), default=back_at)
        later = _at_work(later, hours)
        if later == back_at:
            break
        back_at = later
    return max(relevant[0].starts_at, at), back_at


def preview_return(
    member: Candidate,
    state: RotationState,
    policy: SkippedTurnPolicy,
    *,
    away_for: str,
    span: tuple[datetime, datetime],
    turns_a_day: float,
    today: date,
    hours: WorkingHours | None,
) -> ReturnPreview:
    """What awaits the member on return. `away_for` is why the member takes no part, by the ledger; `today` is the day
    of the return in the member's time zone."""
    begins, back_at = span
    means = policy.means
    if state.strategy == Strategy.VALUE and means != SkippedMeans.FORGONE:
        return ReturnPreview(back_at, means, 0, levels=True, percent=policy.made_up_percent)
    is_due = member.takes_part and away_for in COUNTS_AS_SKIPPED
    so_far = member.weight * (state.clock_of(member) - member.base) / TURN if is_due else 0.0
    to_come = turns_a_day * ((back_at - begins) / timedelta(days=1)) * member.weight / _sharing(member, state)
    held = max(member.owed, 0)
    made_up = (so_far + int(to_come)) * policy.made_up_percent / 100
    owed = held + min(turns_begun(made_up), max(policy.max_owed - held, 0))
    plan = _plan(owed, policy, today, hours)
    return ReturnPreview(back_at, means, owed, plan, limit=policy.limit, percent=policy.made_up_percent)


def preview_owed(
    member: Candidate, policy: SkippedTurnPolicy, *, today: date, hours: WorkingHours | None
) -> ReturnPreview:
    """What is still owed to a member who is not away."""
    owed = max(member.owed, 0)
    return ReturnPreview(None, policy.means, owed, _plan(owed, policy, today, hours), limit=policy.limit)


def _at_work(moment: datetime, hours: WorkingHours | None) -> datetime:
    if hours is None:
        return moment
    try:
        return max(add_working(moment, ONE_SECOND, hours) - ONE_SECOND, moment)
    except NeverWorks:
        return moment


def _sharing(member: Candidate, state: RotationState) -> int:
    """The weights that share a lead while the member is away and due a part of it (L11)."""
    others = [each for each in state.members if each.member_id != member.member_id and each.weight > 0]
    here = sum(each.weight for each in others if not each.skip_reason or each.takes_part)
    return member.weight + (here or sum(each.weight for each in others))


def _plan(
    owed: int, policy: SkippedTurnPolicy, today: date, hours: WorkingHours | None
) -> tuple[tuple[date, int], ...]:
    works = (lambda day: True) if hours is None else (lambda day: works_on(day, hours))
    return tuple(make_up_plan(owed, a_day=policy.max_a_day, from_day=today, works_on=works))
