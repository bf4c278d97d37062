"""Who is away and leaves leads without first contact, and what managers are asked about it (D2)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from queues.models import AwayQuestion
from routing.models import Assignment, Rep, TimeOff
from routing.queries.availability.absences import away_until
from routing.queries.people import managed_reps

LEAVE = (TimeOff.Kind.LEAVE, TimeOff.Kind.SICK)  # nobody is asked about a holiday or a meeting


@dataclass(frozen=True, slots=True)
class Absent:
    """A rep who is away now. `since_at` is None where nothing says since when; `leads` are those without contact."""

    rep: Rep
    why: AwayQuestion.Why
    since_at: datetime | None
    until_at: datetime | None
    leads: int


def absent_reps(*, at: datetime, only: Collection[int] | None = None) -> list[Absent]:
    """Reps with uncontacted leads who are no longer active, switched off without an end, or on leave; three queries."""
    silent = Assignment.objects.uncontacted().filter(holder=OuterRef("user"))
    on_leave = TimeOff.objects.filter(rep=OuterRef("pk"), kind__in=LEAVE, starts_at__lte=at, ends_at__gt=at)
    switched_off = Q(is_available=False, away_until__isnull=True)
    reps = Rep.objects.filter(Q(user__is_active=False) | switched_off | Exists(on_leave), Exists(silent))
    if only is not None:
        reps = reps.filter(pk__in=only)
    found = list(reps.select_related("user").order_by("pk"))
    if not found:
        return []
    leads = uncontacted_by_rep(found)
    leave = {row.rep_id: row for row in _leave_of(found, at=at)}
    until = away_until([rep for rep in found if rep.pk in leave], at=at)
    return [_absent(rep, leave.get(rep.pk), until.get(rep.pk), leads.get(rep.user_id, 0)) for rep in found]


def _leave_of(reps: Collection[Rep], *, at: datetime) -> QuerySet[TimeOff]:
    rows = TimeOff.objects.filter(rep__in=reps, kind__in=LEAVE, starts_at__lte=at, ends_at__gt=at)
    return rows.order_by("-starts_at", "-pk")  # the longest absence is the last one read


def _absent(rep: Rep, leave: TimeOff | None, until_at: datetime | None, leads: int) -> Absent:
    if not rep.user.is_active:
        return Absent(rep, AwayQuestion.Why.DEACTIVATED, None, None, leads)
    if leave is None or (not rep.is_available and rep.away_until is None):
        return Absent(rep, AwayQuestion.Why.SWITCHED_OFF, None, None, leads)
    return Absent(rep, AwayQuestion.Why(leave.kind), leave.starts_at, until_at, leads)


def uncontacted_by_rep(reps: Collection[Rep]) -> dict[int, int]:
    """How many leads without first contact each user holds."""
    rows = Assignment.objects.uncontacted().filter(holder__in=[rep.user_id for rep in reps])
    return dict(rows.values("holder").annotate(n=Count("pk")).order_by("holder").values_list("holder", "n"))


def questions_of(user: User) -> QuerySet[AwayQuestion]:
    """All questions about the reps of this manager; of sales ops all. Answered ones stay within reach, so that a second
    manager reads who answered."""
    questions = AwayQuestion.objects.select_related("rep__user", "answered_by")
    return questions.filter(rep__in=managed_reps(user).order_by().values("pk")).order_by("asked_at", "pk")


def open_questions(user: User, *, about: Rep | None = None) -> list[AwayQuestion]:
    """What this person is asked now, of one rep or of all, with the number of leads as it is now."""
    questions = questions_of(user).filter(answered_at__isnull=True)
    found = list(questions if about is None else questions.filter(rep=about))
    leads = uncontacted_by_rep([each.rep for each in found])
    for each in found:
        each.leads = leads.get(each.rep.user_id, 0)
    return [each for each in found if each.leads]
