"""Signal receivers of queues: leads open, change or close, and holders of leads change."""

from django.dispatch import receiver

from leads.models import Lead
from leads.signals import Change, lead_changed, lead_closed, lead_opened
from queues.actions.clocks.away import ask_about
from queues.actions.clocks.deadlines import move_deadlines
from queues.actions.clocks.escalations import close_contact_escalations, reopen_contact_escalations
from queues.actions.dispatch.fast_lane import serve_lanes
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.entries.leaving import close_entries, return_to_queue, withdraw
from queues.actions.entries.placement import place_leads
from queues.actions.entries.reordering import reorder_leads
from queues.actions.intake.after_serving import admit_after_serving
from queues.actions.partners.handing import end_stays
from queues.actions.returns import notify_managers_of_returns
from queues.models import Entry, ReviewItem
from routing.signals import holder_changed, hours_changed, rep_available, rep_away


@receiver(lead_opened, dispatch_uid="queues_place")
def place_opened(sender, leads, at, **_more) -> None:
    end_stays(leads, at=at)
    place_leads(leads, at=at)
    queue_ids = _queues_of(leads)
    serve_lanes(at=at, queue_ids={*queue_ids, *_parked_for(leads)})
    serve_waiting(at=at, queue_ids=queue_ids)
    admit_after_serving(leads, at=at)


@receiver(lead_changed, dispatch_uid="queues_reorder")
def reorder_changed(sender, leads, what, at, **_more) -> None:
    if what == Change.CONTACTED:
        close_contact_escalations(leads, at=at)
    elif what == Change.CONTACT_UNDONE:
        reopen_contact_escalations(leads, at=at)
    else:
        reorder_leads(leads, at=at, are_changed=what != Change.CONTEXT)
    if what == Change.RE_ENGAGED:
        notify_managers_of_returns(leads, at=at)


@receiver(lead_closed, dispatch_uid="queues_withdraw")
def withdraw_closed(sender, leads, how, by, at, **_more) -> None:
    withdraw(leads, how=how, by=by, at=at)


@receiver(holder_changed, dispatch_uid="queues_follow_the_holder")
def follow_holder(sender, assignments, at, **_more) -> None:
    begun = [assignment for assignment in assignments if assignment.is_open]
    returned = [assignment for assignment in assignments if assignment.ended_how == assignment.Ended.RETURNED]
    if begun:
        close_entries(begun, at=at)
    if returned:
        return_to_queue(returned, at=at)
        queue_ids = _queues_of([assignment.lead for assignment in returned])
        serve_lanes(at=at, queue_ids=queue_ids)
        serve_waiting(at=at, queue_ids=queue_ids)


@receiver(rep_available, dispatch_uid="queues_serve_the_held")
def serve_held(sender, rep, at, **_more) -> None:
    serve_lanes(at=at)
    serve_waiting(at=at)


@receiver(rep_away, dispatch_uid="queues_ask_about_leads")
def ask_managers(sender, rep, at, **_more) -> None:
    ask_about(rep, at=at)


@receiver(hours_changed, dispatch_uid="queues_move_deadlines")
def follow_hours(sender, calendars, name, why, by, at, **_more) -> None:
    move_deadlines(calendars=calendars, name=name, why=why, by=by, at=at)


def _queues_of(leads: list[Lead]) -> list[int]:
    waiting = Entry.objects.waiting().filter(lead__in=[lead.pk for lead in leads])
    return sorted(set(waiting.values_list("queue", flat=True).order_by()))


def _parked_for(leads: list[Lead]) -> list[int]:
    """The queues that took none of these leads now; asked only where some are on the review desk."""
    reviewed = [lead.pk for lead in leads if lead.stage == Lead.Stage.REVIEW]
    if not reviewed:
        return []
    parked = ReviewItem.objects.filter(lead__in=reviewed, closed_at__isnull=True, parked_for__isnull=False)
    return sorted(set(parked.values_list("parked_for", flat=True).order_by()))
