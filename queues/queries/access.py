"""Who may take from which queue, and which live topics a person may follow (B1, C1, C9)."""

from django.db.models import QuerySet

from queues.models import Decline, Entry, Queue
from routing.models import Rep


def my_queues(user) -> QuerySet[Queue]:
    """The queues from which this person may take (C1)."""
    return Queue.objects.active().visible_to(user).exclude(dispatch=Queue.Dispatch.PUSH).order_by("position", "pk")


def people_of(queue: Queue) -> QuerySet[Rep]:
    """Active reps who may take from this queue."""
    reps = Rep.objects.filter(user__is_active=True).select_related("user").order_by("pk")
    if queue.team_id:
        return reps.filter(teams=queue.team_id)
    if queue.region:
        return reps.filter(teams__region=queue.region).distinct()
    return reps


def decliners(lead_id: int) -> frozenset[int]:
    return frozenset(Decline.objects.filter(lead=lead_id).values_list("user", flat=True).order_by("user"))


def entry_in_reach(user, pk: int) -> Entry | None:
    """A stay in one of the queues from which this person may take; over or not."""
    return Entry.objects.select_related("queue").filter(queue__in=my_queues(user).values("pk"), pk=pk).first()


def live_topics(user) -> set[str]:
    """What this person's pages may be told of: names only, never content, and only of what is theirs (C9, C10)."""
    topics = {f"inbox-{user.pk}", f"holder-{user.pk}"}
    if user.has_perm("queues.claim_entry"):
        topics |= {queue.topic for queue in Queue.objects.active().visible_to(user)}
    if user.has_perm("queues.watch_queue"):
        topics |= {queue.topic for queue in Queue.objects.managed_by(user)} | {"people", "escalations"}
    if user.has_perm("queues.operate_queue"):
        topics |= {queue.topic for queue in Queue.objects.all()} | {"people", "escalations", "review", "uploads"}
    return topics
