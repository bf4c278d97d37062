"""Who may take from which queue, and which live topics a person may follow (B1, C1, C9)."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet, Value

from queues.models import Decline, Entry, Loan, Queue
from routing.models import Rep


def claimable_queues(user: User, *, at: datetime) -> QuerySet[Queue]:
    """The queues from which this user may take leads (C1)."""
    visible = Queue.objects.active().visible_to(user, at=at)
    return visible.exclude(dispatch=Queue.Dispatch.PUSH).order_by("position", "pk")


def reps_of(queue: Queue, *, at: datetime) -> QuerySet[Rep]:
    """Active reps who may take leads from this queue: its own people, and those who are lent to it (D8)."""
    reps = Rep.objects.filter(user__is_active=True).select_related("user").order_by("pk")
    own = own_reps_of(queue)
    if own is None:
        return reps
    lent = Loan.objects.running(at).filter(queue=queue).order_by().values("rep")
    return reps.filter(Q(pk__in=own.values("pk")) | Q(pk__in=lent))


def reps_by_queue(queues: Collection[Queue], *, at: datetime) -> dict[int, list[Rep]]:
    """reps_of() for several queues; at most two queries."""
    found: dict[int, list[Rep]] = {queue.pk: [] for queue in queues}
    if found:
        first, *others = (reps_of(queue, at=at).order_by().values_list(Value(queue.pk), "pk") for queue in queues)
        pairs = sorted(first.union(*others, all=True))
        reps = Rep.objects.select_related("user").in_bulk({rep for _queue, rep in pairs})
        for queue_pk, rep in pairs:
            found[queue_pk].append(reps[rep])
    return found


def own_reps_of(queue: Queue) -> QuerySet[Rep] | None:
    """The reps of the queue's team or region; None if everyone may take from it."""
    if queue.team_id:
        return Rep.objects.filter(teams=queue.team_id).order_by()
    return Rep.objects.filter(teams__region=queue.region).order_by() if queue.region else None


def decliners(lead_id: int) -> frozenset[int]:
    return frozenset(Decline.objects.filter(lead=lead_id).values_list("user", flat=True).order_by("user"))


def is_offered_again(lead_id: int, queue: Queue, *, at: datetime) -> bool:
    """Whether those who gave the lead back may take it again, because nobody else is left: all active reps of the queue
    did (C4). A rotation never gives it to them again; where only a rotation gives leads out, a manager decides."""
    if queue.dispatch == Queue.Dispatch.PUSH:
        return False
    return set(reps_of(queue, at=at).values_list("user", flat=True)) <= decliners(lead_id)


def claimable_entry(user: User, pk: int, *, at: datetime) -> Entry | None:
    """An entry, waiting or not, of a queue from which this user may take leads."""
    queues = claimable_queues(user, at=at).order_by().values("pk")
    return Entry.objects.select_related("queue").filter(queue__in=queues, pk=pk).first()


def live_topics(user: User, *, at: datetime) -> set[str]:
    """The live topics this user's pages may follow: names without content, within the user's reach (C9, C10)."""
    topics = {f"inbox-{user.pk}", f"holder-{user.pk}"}
    if user.has_perm("queues.claim_entry"):
        topics |= {queue.topic for queue in Queue.objects.active().visible_to(user, at=at)}
    if user.has_perm("queues.watch_queue"):
        topics |= {queue.topic for queue in Queue.objects.managed_by(user)} | {"people", "escalations"}
    if user.has_perm("queues.operate_queue"):
        topics |= {queue.topic for queue in Queue.objects.all()} | {"people", "escalations", "review"}
        topics |= {"uploads", "connections"}
    return topics
