"""Periodic tasks of the queues; the worker calls them by name (config/schedules.py)."""

import time

from django.utils import timezone

from config.company import company_zone
from leads.actions import looks
from leads.actions.intake import capture
from queues.actions import fast_lanes, loans
from queues.actions.claims import previews
from queues.actions.clocks import ages, away, cleanup, contact, deadlines, holders, minutes_left, stuck_rotations, waits
from queues.actions.crm import log as crm_log
from queues.actions.crm import polling, wishes, writers, writing
from queues.actions.dispatch import fast_lane, serve
from queues.actions.entries import counts
from queues.actions.figures import forecasting, losses, morning, sweep
from queues.actions.imports import counting
from queues.actions.intake import admitting
from queues.actions.partners import delivering
from queues.actions.probe import running
from queues.decisions.stale import is_night
from queues.models import Queue
from routing.actions.availability import time_off

PAUSE_SECONDS = 0.02  # a count only reads; this lets others have the processor

WRITERS = writers.Writers()  # of this process


def forecast_import(forecast_id: int) -> None:
    """One slice; the action queues the next."""
    counting.count_forecast(forecast_id, clock=timezone.now, pause=lambda: time.sleep(PAUSE_SECONDS))


def escalate_overdue() -> int:
    """First the steps that are due, so that nobody is reminded of what is overdue."""
    at = timezone.now()
    done = contact.escalate_overdue(at=at)
    return done + contact.remind_soon(at=at) + minutes_left.tell_minutes_left(at=at)


def expire_waits() -> int:
    return waits.expire_waits(at=timezone.now())


def ask_about_absent() -> int:
    return away.ask_about_absent(at=timezone.now())


def lift_aged() -> int:
    return ages.lift_aged(at=timezone.now())


def serve_waiting() -> int:
    """First announces absences that began or ended, and ends pauses that ran out, because waiting leads depend on
    both."""
    at = timezone.now()
    time_off.announce_absences(at=at)
    time_off.end_due_pauses(at=at)
    fast_lanes.close_finished(at=at)
    return fast_lane.serve_lanes(at=at) + serve.serve_waiting(at=at)


def send_to_partners() -> int:
    return delivering.send_deliveries(at=timezone.now())


def write_crms() -> int:
    """Owners and statuses that CRMs should know, for a process that lives long and asks every second: a CRM that hangs
    is waited for beside it."""
    wishes.read_wishes(at=timezone.now())
    return WRITERS.work(clock=timezone.now)


def write_due_crms() -> int:
    """The same by schedule, one CRM after another, for when no such process runs."""
    wishes.read_wishes(at=timezone.now())
    return writing.write_wishes(clock=timezone.now)


def wish_all_again(connection_id: int) -> int:
    return wishes.wish_all_again(connection_id)


def forget_crm_log() -> int:
    return crm_log.forget_log(at=timezone.now())


def poll_crms() -> int:
    """Those that are to be asked now (I4); each is a task of its own, so that a slow one keeps no other waiting."""
    return polling.poll_due(at=timezone.now())


def poll_crm(connection_id: int) -> bool:
    return polling.poll(connection_id, clock=timezone.now)


def watch_intakes() -> int:
    return admitting.watch_intakes(at=timezone.now())


def end_loans() -> int:
    return loans.end_loans(at=timezone.now())


def alert_stuck_rotations() -> int:
    return stuck_rotations.alert_stuck_rotations(at=timezone.now())


def keep_holder_clocks() -> int:
    """Where a queue counts the holder's own hours (D3)."""
    return holders.keep_holder_clocks(at=timezone.now())


def settle_deadlines() -> int:
    """Of claims that were on their way during an edit of hours (D3)."""
    return deadlines.settle_in_flight(at=timezone.now())


def clear_stale() -> dict[str, int]:
    """Does something at night only, where the installation is."""
    at = timezone.now()
    looks.forget_looks(at=at)
    return cleanup.clear_stale(at=at) if is_night(at, company_zone()) else {}


def forget_previews() -> int:
    return previews.forget_previews(at=timezone.now())


def resolve_left_over() -> int:
    return capture.resolve_left_over(at=timezone.now())


def count_figures() -> int:
    """The kept counts of reports and boards (E10)."""
    return sweep.count_figures(at=timezone.now())


def run_probe() -> bool:
    return running.run_due_probe(at=timezone.now())


def alert_losses() -> int:
    """Queues whose leads leave without a claim (E4)."""
    return losses.alert_losses(at=timezone.now())


def forecast_breaches() -> int:
    """What the coming hours will bring, and whether it did (K1)."""
    return forecasting.forecast_breaches(at=timezone.now())


def tell_morning_figures() -> int:
    """What changed most yesterday."""
    return morning.tell_morning_figures(at=timezone.now())


def recount() -> None:
    for queue in Queue.objects.order_by("pk"):
        counts.recount(queue)
