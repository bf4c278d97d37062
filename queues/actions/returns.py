"""A lead comes back while who has it is away: the managers hear of it too (A3)."""

from collections.abc import Sequence
from datetime import datetime

from config.web.people import display_name
from leads.models import Lead
from leads.queries.returns import messages_at
from queues.models import Queue
from queues.queries.audience import manager_ids_of_queue
from routing.actions.notifications import Message, notify_each
from routing.models import Assignment, Notification
from routing.queries.people import manager_ids_by_holder
from routing.queries.returns import holders_of_returns, not_here, returned


def notify_managers_of_returns(leads: Sequence[Lead], *, at: datetime) -> None:
    """Those of the queue that it came from, else of the holder's teams."""
    held = holders_of_returns(leads)
    away = not_here({each.holder_id for each in held}, at=at) if held else set()
    unanswered = [each for each in held if each.holder_id in away]
    if not unanswered:
        return
    said = messages_at([each.lead for each in unanswered], at=at)
    managers = _managers_of(unanswered)
    notify_each(
        [
            Message(
                manager,
                kind=Notification.Kind.RE_ENGAGED,
                key=f"back-away-{each.lead_id}-{(each.lead.reengaged_at or at).isoformat()}",
                lead_id=each.lead_id,
                details=returned(each.lead, said, holder=display_name(each.holder)),
            )
            for each in unanswered
            for manager in managers[each.pk]
            if manager != each.holder_id
        ],
        at=at,
    )


def _managers_of(unanswered: Sequence[Assignment]) -> dict[int, list[int]]:
    queues = {queue.pk: queue for queue in Queue.objects.filter(pk__in={each.place_id for each in unanswered})}
    of_queues = {pk: manager_ids_of_queue(queue) for pk, queue in sorted(queues.items()) if queue.team_id}
    of_holders = manager_ids_by_holder({each.holder_id for each in unanswered})
    found = {}
    for each in unanswered:
        own = of_queues.get(each.place_id) if each.place_id else None
        found[each.pk] = own or sorted(of_holders.get(each.holder_id, ())) or manager_ids_of_queue(None)
    return found
