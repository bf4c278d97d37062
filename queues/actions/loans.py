"""Lend reps to a queue until a moment: they take from it as its own people do (D8)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, QuerySet

from config.live import announce, announce_rights
from config.web.people import display_name
from queues.actions.clocks.holders import keep_holder_clocks
from queues.actions.entries.placement import QueueIsOff
from queues.models import Loan, Queue
from queues.queries.access import own_reps_of
from queues.queries.loans import loans_in_reach
from routing.actions.notifications import Message, notify_each
from routing.models import Notification, Rep
from routing.queries.people import manager_ids_by_holder

LONGEST = timedelta(days=366)
CHUNK_SIZE = 200
Kind = Notification.Kind


class NotYoursToLend(Exception):
    """The queue, or for asking back the rep, is managed by others (C9)."""


class NobodyTakes(Exception):
    """A rotation gives out all leads of the queue, so a loan would change nothing."""


class EndsTooEarly(Exception):
    """The loan would be over before it begins."""


class LastsTooLong(Exception):
    """The loan would last longer than LONGEST."""


class CannotBeLent(Exception):
    """This rep cannot be lent to the queue; nobody was. `why`: "off" (switched off), "own" (takes from it anyway) or
    "lent" (already)."""

    def __init__(self, rep: Rep, why: str) -> None:
        self.rep, self.why = rep, why
        super().__init__(f"{rep.pk}: {why}")


class LoanIsOver(Exception):
    """It has ended: by itself, or somebody was faster."""


@transaction.atomic
def lend_reps(queue: Queue, reps: Sequence[Rep], *, until: datetime, by: User, at: datetime) -> list[Loan]:
    """All of them or nobody. The reps, their managers and nobody else are told.

    A queue whose leads only a rotation gives out gets no loans: who takes turns there is a member of the rotation.
    """
    _check(queue, until, by, at=at)
    rows = Rep.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    people = list(rows.filter(pk__in=[rep.pk for rep in reps]).order_by("pk"))
    _end(Loan.objects.filter(queue=queue, rep__in=people, ended_at__isnull=True, until__lte=at))
    own = own_reps_of(queue)
    takes = set() if own is None else set(own.filter(pk__in=[rep.pk for rep in people]).values_list("pk", flat=True))
    lent = set(Loan.objects.filter(queue=queue, rep__in=people, ended_at__isnull=True).values_list("rep", flat=True))
    for rep in people:
        why = "off" if not rep.user.is_active else "own" if own is None or rep.pk in takes else ""
        if why or rep.pk in lent:
            raise CannotBeLent(rep, why or "lent")
    loans = Loan.objects.bulk_create([Loan(rep=rep, queue=queue, at=at, until=until, by=by) for rep in people])
    if queue.contact_counts == Queue.ContactCounts.HOLDER:
        keep_holder_clocks(at=at)
    _tell(loans, Kind.LENT, at=at, but=by.pk, details={"by": display_name(by)})
    _announce(loans)
    return loans


@transaction.atomic
def ask_back(loan: Loan, *, by: User, at: datetime) -> Loan:
    """End a loan now; the leads that were taken stay with their holder. For managers of the queue or of the rep."""
    if not loans_in_reach(by).filter(pk=loan.pk).exists():
        raise NotYoursToLend
    locked = Loan.objects.select_for_update(of=("self",)).select_related("queue", "rep__user", "by").get(pk=loan.pk)
    if locked.ended_at is not None or locked.until <= at:
        raise LoanIsOver
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    _tell_ended([locked], but=by.pk, at=at, details={"by": display_name(by)})
    return locked


@transaction.atomic
def undo_loans(loan: Loan, *, by: User, at: datetime) -> list[Loan]:
    """Ask back all reps who were lent together with this one, and are lent still."""
    together = Loan.objects.running(at).filter(queue=loan.queue_id, by=loan.by_id, at=loan.at).order_by("rep")
    if not (found := list(together)):
        raise LoanIsOver
    return [ask_back(each, by=by, at=at) for each in found]


@transaction.atomic
def end_loans(*, at: datetime) -> int:
    """The minute sweep records which loans have run out, and says so. They count no more since `until`, recorded or
    not."""
    due = Loan.objects.filter(ended_at__isnull=True, until__lte=at).select_related("queue", "rep__user", "by")
    loans = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("until", "pk")[:CHUNK_SIZE])
    if loans:
        _end(Loan.objects.filter(pk__in=[loan.pk for loan in loans]))
        _tell_ended(loans, but=None, at=at, details={})
    return len(loans)


def _check(queue: Queue, until: datetime, by: User, *, at: datetime) -> None:
    found = Queue.objects.managed_by(by).filter(pk=queue.pk).first()
    if found is None:
        raise NotYoursToLend
    if not found.is_active:
        raise QueueIsOff
    if found.dispatch == Queue.Dispatch.PUSH:
        raise NobodyTakes
    if until <= at:
        raise EndsTooEarly
    if until - at > LONGEST:
        raise LastsTooLong


def _end(loans: QuerySet[Loan]) -> None:
    loans.update(ended_at=F("until"))


def _tell_ended(loans: Sequence[Loan], *, but: int | None, at: datetime, details: dict) -> None:
    """Also who lent the rep."""
    _tell(loans, Kind.LOAN_ENDED, at=at, but=but, details=details, lender=True)
    _announce(loans)


def _tell(
    loans: Sequence[Loan], kind: str, *, at: datetime, but: int | None, details: dict, lender: bool = False
) -> None:
    messages, managers = [], manager_ids_by_holder(loan.rep.user_id for loan in loans)
    for loan in loans:
        about = details | {"queue": loan.queue.slug, "place": loan.queue.name, "until": loan.until.isoformat()}
        key = f"{kind}-{loan.pk}"
        messages.append(Message(loan.rep.user_id, kind, key, details=about))
        others = managers.get(loan.rep.user_id, set()) | ({loan.by_id} if lender and loan.by_id else set())
        others = {pk for pk in others if pk not in (but, loan.rep.user_id)}
        to_others = about | {"rep": loan.rep_id, "name": str(loan.rep)}
        messages += [Message(pk, kind, key, details=to_others) for pk in sorted(others)]
    notify_each(messages, at=at)


def _announce(loans: Sequence[Loan]) -> None:
    people = {loan.rep.user_id for loan in loans}
    announce("people", *(loan.queue.topic for loan in loans), *(f"holder-{pk}" for pk in people))
    announce_rights(people)
