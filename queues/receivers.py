"""What queues do when leads open, change or close, and when somebody begins or stops holding them."""

from django.dispatch import receiver

from leads.models import Lead
from leads.signals import Change, lead_changed, lead_closed, lead_opened
from queues.actions.clocks import escalations as escalating
from queues.actions.dispatch import serve as serving
from queues.actions.entries import leaving, placement, reordering
from queues.models import Entry
from routing.signals import holder_changed, rep_available


@receiver(lead_opened, dispatch_uid="queues_place")
def place_opened(sender, leads, at, **_more) -> None:
    placement.place(leads, at=at)
    serving.serve_waiting(at=at, queue_ids=_queues_of(leads))


@receiver(lead_changed, dispatch_uid="queues_reorder")
def reorder_changed(sender, leads, what, at, **_more) -> None:
    if what == Change.CONTACTED:
        escalating.close_contacted(leads, at=at)
    else:
        reordering.reorder_leads(leads, at=at, are_changed=what != Change.CONTEXT)


@receiver(lead_closed, dispatch_uid="queues_withdraw")
def withdraw_closed(sender, leads, how, by, at, **_more) -> None:
    leaving.withdraw(leads, how=how, by=by, at=at)


@receiver(holder_changed, dispatch_uid="queues_follow_the_holder")
def follow_holder(sender, assignments, at, **_more) -> None:
    begun = [assignment for assignment in assignments if assignment.is_open]
    returned = [assignment for assignment in assignments if assignment.ended_how == assignment.Ended.RETURNED]
    if begun:
        leaving.hand_over(begun, at=at)
    if returned:
        leaving.put_back(returned, at=at)
        serving.serve_waiting(at=at, queue_ids=_queues_of([assignment.lead for assignment in returned]))


@receiver(rep_available, dispatch_uid="queues_serve_the_held")
def serve_held(sender, rep, at, **_more) -> None:
    serving.serve_waiting(at=at)


def _queues_of(leads: list[Lead]) -> list[int]:
    waiting = Entry.objects.waiting().filter(lead__in=[lead.pk for lead in leads])
    return sorted(set(waiting.values_list("queue", flat=True).order_by()))
