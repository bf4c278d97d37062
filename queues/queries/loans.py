"""Who is lent to which queue now, and who could be (D8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from queues.models import Loan, Queue
from queues.queries.access import own_reps_of
from routing.models import Rep
from routing.queries.availability.status import availability_of
from routing.queries.people import managed_reps
from routing.queries.workload import open_leads_by_user


@dataclass(frozen=True, slots=True)
class Lendable:
    """A rep who could help out; `load` is the number of open leads."""

    rep: Rep
    is_free: bool
    load: int


def running_loans(queues: Iterable[Queue], *, at: datetime) -> list[Loan]:
    """The loans to these queues that run now, the one that ends first on top."""
    loans = Loan.objects.running(at).filter(queue__in=[queue.pk for queue in queues])
    return list(loans.select_related("queue", "rep__user", "by").order_by("until", "pk"))


def loans_of_reps(rep_ids: Iterable[int], *, at: datetime) -> dict[int, list[Loan]]:
    found: dict[int, list[Loan]] = {}
    loans = Loan.objects.running(at).filter(rep__in=list(rep_ids)).select_related("queue", "by")
    for loan in loans.order_by("until", "pk"):
        found.setdefault(loan.rep_id, []).append(loan)
    return found


def lent_until(user: User, *, at: datetime) -> dict[int, datetime]:
    """Until when this person is lent, by queue."""
    loans = Loan.objects.running(at).filter(rep__user=user).order_by("pk")
    return dict(loans.values_list("queue", "until"))


def loans_in_reach(user: User) -> QuerySet[Loan]:
    """Those that this person may end, ended ones as well: of the queues and of the reps that he or she manages (C9)."""
    queues = Queue.objects.managed_by(user).order_by().values("pk")
    reps = managed_reps(user).order_by().values("pk")
    return Loan.objects.filter(Q(queue__in=queues) | Q(rep__in=reps)).select_related("queue", "rep__user", "by")


def lendable_reps(queue: Queue, *, at: datetime) -> list[Lendable]:
    """Active reps who do not take from this queue, the free and least loaded first; five queries for any number."""
    own = own_reps_of(queue)
    if own is None:
        return []
    lent = Loan.objects.running(at).filter(queue=queue).order_by().values("rep")
    reps = Rep.objects.filter(user__is_active=True).exclude(pk__in=own.values("pk")).exclude(pk__in=lent)
    people = list(reps.select_related("user").prefetch_related("teams").order_by("pk"))
    states, load = availability_of(people, at=at), open_leads_by_user(rep.user_id for rep in people)
    found = [Lendable(rep, states[rep.pk].is_available, load[rep.user_id]) for rep in people]
    return sorted(found, key=lambda one: (not one.is_free, one.load, str(one.rep), one.rep.pk))
