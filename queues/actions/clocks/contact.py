"""Act on contact clocks that ran out, and remind before they do (D2).

A sweep may run late, twice, or beside another: each step is recorded once, with the time at which it was due, and the
step after it counts from there. What a standstill of the worker left undone is recorded step by step, but told once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from config.live import announce
from leads.models import Activity
from queues.actions.clocks.escalations import escalate
from queues.actions.clocks.giving_on import give_to_another, last_queue
from queues.actions.clocks.sweeping import run_due
from queues.decisions.escalation import BreachAct, Step, steps_overdue
from queues.models import Breach, Escalation
from queues.queries.limits import steps_of
from routing.actions.notifications import notify
from routing.models import Assignment, Notification
from routing.models.assignment import AssignmentQuerySet
from routing.queries.people import manager_ids_of_holder
from routing.queries.work_time import clock_of


def escalate_overdue(*, at: datetime) -> int:
    """Carry out every contact step that is overdue, then try again with the leads that nobody could be given. Returns
    how many steps and leads these were."""
    steps = run_due(Assignment.objects.overdue(at), lambda pk: _act_on_contact(pk, at=at), order="contact_due_at")
    return steps + run_due(_left_with_the_holder(), lambda pk: _retry(pk, at=at), order="assigned_at")


@transaction.atomic
def _act_on_contact(pk: int, *, at: datetime) -> int:
    held = _locked(Assignment.objects.overdue(at), pk)
    if held is None or held.contact_due_at is None:
        return 0
    due, following = steps_overdue(
        clock_of(held.clock_id),
        held.contact_due_at,
        steps_of(held.place_id),
        held.breaches,
        timedelta(minutes=held.contact_minutes),
        at,
    )
    _record(due, held, at=at)
    held.breaches += len(due)
    held.contact_due_at, held.remind_at = following, None
    if due:
        held.clock_from_at = due[-1].due_at
    held.save(update_fields=["breaches", "contact_due_at", "remind_at", "clock_from_at"])
    if due:
        _carry_out(due, held, at=at)
        announce(f"holder-{held.holder_id}")
    return len(due)


def _locked(rows: AssignmentQuerySet, pk: int) -> Assignment | None:
    rows = rows.select_for_update(skip_locked=True, no_key=True, of=("self", "lead"))
    return rows.select_related("lead").filter(pk=pk).first()


def _record(due: Sequence[Step], held: Assignment, *, at: datetime) -> None:
    for step in due:
        Breach.objects.create(
            clock=Breach.Clock.CONTACT,
            number=step.number,
            lead=held.lead,
            assignment=held,
            due_at=step.due_at,
            at=at,
            act=step.act,
        )
        Activity.objects.create(
            lead=held.lead,
            kind=Activity.Kind.BREACHED,
            at=at,
            details={"clock": Breach.Clock.CONTACT, "number": step.number, "act": step.act, "holder": held.holder_id},
        )


def _carry_out(due: Sequence[Step], held: Assignment, *, at: datetime) -> None:
    """Each person hears of the last step that concerns them. Who no longer holds the lead hears only that."""
    last = {step.act: step for step in due}
    if BreachAct.GIVE_TO_ANOTHER in last and _give(held, broke_at=last[BreachAct.GIVE_TO_ANOTHER].due_at, at=at):
        return
    if BreachAct.REMIND in last:
        _tell([held.holder_id], Notification.Kind.CONTACT_DUE, last[BreachAct.REMIND], held, at=at)
    if BreachAct.TELL_MANAGER in last and BreachAct.GIVE_TO_ANOTHER not in last:
        step = last[BreachAct.TELL_MANAGER]
        managers = manager_ids_of_holder(held.holder_id)
        _tell(managers, Notification.Kind.TEAM_CONTACT_DUE, step, held, at=at)
        escalate(
            held.lead,
            queue=last_queue(held),
            kind=Escalation.Kind.CONTACT,
            broke_at=step.due_at,
            at=at,
            are_told=True,
        )


def _tell(people: Sequence[int], kind: Notification.Kind, step: Step, held: Assignment, *, at: datetime) -> None:
    details = {"label": held.lead.label, "number": step.number, "holder": held.holder_id}
    key = f"contact-{held.pk}-{step.number}"
    notify(people, kind=kind, key=key, at=at, lead_id=held.lead_id, details=details)


def _give(held: Assignment, *, broke_at: datetime, at: datetime) -> bool:
    """If nobody else is available, the managers decide, and every sweep tries again."""
    if give_to_another(held, at=at):
        return True
    escalate(held.lead, queue=last_queue(held), kind=Escalation.Kind.NOBODY, broke_at=broke_at, at=at)
    return False


def _left_with_the_holder() -> AssignmentQuerySet:
    """Past the last step, which was to give the lead to somebody else."""
    tried = Breach.objects.filter(assignment=OuterRef("pk"), clock=Breach.Clock.CONTACT, act=BreachAct.GIVE_TO_ANOTHER)
    return Assignment.objects.uncontacted().filter(Exists(tried), breaches__gt=0, contact_due_at__isnull=True)


@transaction.atomic
def _retry(pk: int, *, at: datetime) -> int:
    held = _locked(Assignment.objects.uncontacted().filter(contact_due_at__isnull=True), pk)
    return int(held is not None and _give(held, broke_at=held.first_due_at or at, at=at))


def remind_soon(*, at: datetime) -> int:
    """Remind holders before first contact is due, where the queue says so; returns how many."""
    soon = Assignment.objects.uncontacted().filter(remind_at__lte=at)
    return run_due(soon, lambda pk: _remind(pk, at=at), order="remind_at")


@transaction.atomic
def _remind(pk: int, *, at: datetime) -> int:
    """Of what is overdue already, the step that is due tells."""
    held = _locked(Assignment.objects.uncontacted().filter(remind_at__lte=at), pk)
    if held is None:
        return 0
    held.remind_at = None
    held.save(update_fields=["remind_at"])
    if held.contact_due_at is None or held.contact_due_at < at or held.breaches:
        return 0
    notify(
        [held.holder_id],
        kind=Notification.Kind.CONTACT_SOON,
        key=f"contact-soon-{held.pk}",
        at=at,
        lead_id=held.lead_id,
        details={"label": held.lead.label, "due_at": held.contact_due_at.isoformat()},
    )
    return 1
