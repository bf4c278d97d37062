"""The one table of periodic work. Add a line; the worker brings the database in line when it starts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django_q.models import Schedule

DAY = 24 * 60


@dataclass(frozen=True)
class Periodic:
    """A task without arguments, run every so many minutes. It must be right when it runs twice, late or in parallel."""

    name: str
    task: str
    minutes: int
    why: str


TABLE: tuple[Periodic, ...] = (
    Periodic("heartbeat", "config.tasks.record_worker_heartbeat", 1, "shows that the worker lives, at every tick"),
    Periodic("escalate overdue", "queues.tasks.escalate_overdue", 1, "contact clocks (D2)"),
    Periodic("expire waits", "queues.tasks.expire_waits", 1, "longest waits (D1)"),
    Periodic("wake jobs", "config.tasks.wake_background_jobs", 1, "background jobs whose worker died half-way (B7)"),
    Periodic("lift aged", "queues.tasks.lift_aged", 1, "age bands and the ladder to the manager (B6)"),
    Periodic("ask about absent", "queues.tasks.ask_about_absent", 1, "leads of people who went away (D2)"),
    Periodic("serve waiting", "queues.tasks.serve_waiting", 1, "leads that wait for people (F6), ended pauses"),
    Periodic("watch intakes", "queues.tasks.watch_intakes", 1, "full queues pause and open again (D5)"),
    Periodic("end loans", "queues.tasks.end_loans", 1, "reps lent to a queue until a moment (D8)"),
    Periodic("send to partners", "queues.tasks.send_to_partners", 1, "webhooks of partner pools (D8)"),
    Periodic("send webhooks", "leads.tasks.send_due_webhooks", 1, "what other programs hear (I3), at every tick"),
    Periodic("write to CRMs", "queues.tasks.write_due_crms", 1, "owners and statuses, if the outbox is not there (I4)"),
    Periodic("forget CRM log", "queues.tasks.forget_crm_log", DAY, "its lines are kept for 90 days (J5)"),
    Periodic("poll CRMs", "queues.tasks.poll_crms", 1, "leads that are new or changed in CRMs (I4)"),
    Periodic("tell stuck", "queues.tasks.alert_stuck_rotations", 1, "leads wait and nobody can have them (F11c)"),
    Periodic("resolve left over", "queues.tasks.resolve_left_over", 5, "arrivals whose process died half-way (A8)"),
    Periodic("restart imports", "leads.tasks.restart_stalled_imports", 5, "imports whose worker died half-way (A1a)"),
    Periodic("count figures", "queues.tasks.count_figures", 1, "the kept counts of reports and boards (E10)"),
    Periodic("tell losses", "queues.tasks.alert_losses", 60, "queues that lose more than 15 % of their leads (E4)"),
    Periodic("tell figures", "queues.tasks.tell_morning_figures", 15, "what changed most yesterday, each morning"),
    Periodic("mail reports", "dashboards.tasks.mail_reports", 15, "reports that people get every Monday (E10)"),
    Periodic("forecast breaches", "queues.tasks.forecast_breaches", 1, "at each full hour, and what came of it (K1)"),
    Periodic("keep holder clocks", "queues.tasks.keep_holder_clocks", 1, "who came to a queue of own hours (D3)"),
    Periodic("settle deadlines", "queues.tasks.settle_deadlines", 1, "of claims on their way during an edit (D3)"),
    Periodic("run probe", "queues.tasks.run_probe", 1, "a test lead every few minutes, as sales ops set it (K5)"),
    Periodic("clear stale", "queues.tasks.clear_stale", 60, "nurture, recycling pool, archive (D6)"),
    Periodic("forget previews", "queues.tasks.forget_previews", DAY, "who looked at which lead, for 90 days (K2)"),
    Periodic("forget senders", "leads.tasks.forget_senders", DAY, "senders of public forms are not kept"),
    Periodic(
        "update source values",
        "leads.tasks.update_source_values",
        DAY,
        "conversion of 90 days, then scores (B7)",
    ),
    Periodic("recount", "queues.tasks.recount", DAY, "makes counts exact again"),
    Periodic("arrange rotations", "routing.tasks.reorder_rotations", DAY, "names, conversion, shuffling (F3)"),
    Periodic("sync members", "routing.tasks.sync_members", 1, "who fits a membership rule joins, others leave (F1)"),
    Periodic("publish drafts", "routing.tasks.publish_drafts", 1, "drafts of rotations whose time has come (F11b)"),
    Periodic("take ramp steps", "routing.tasks.take_ramp_steps", 15, "newcomers get more of their weight (K4)"),
    Periodic("mark holidays", "routing.tasks.sync_holidays", DAY, "public holidays are days off (F5)"),
    Periodic("extend clocks", "routing.tasks.extend_clocks", DAY, "working time, some months ahead (D3)"),
    Periodic("fetch calendars", "routing.tasks.fetch_calendars", 5, "what reps' calendars say, each half-hourly (I2)"),
    Periodic("audit rotations", "routing.tasks.audit_rotations", DAY, "replays every ledger, compares owners (F6b)"),
    Periodic("warn of absences", "routing.tasks.warn_of_absences", 10, "everybody will be absent (F6, F11c)"),
    Periodic("tell unfair", "routing.tasks.alert_unfair_shares", 60, "shares far off, a day without a lead (H1)"),
    Periodic("invite to survey", "routing.tasks.invite_to_survey", 60, "the two questions of the month (H3)"),
    Periodic("write letters", "routing.tasks.write_letters", 15, "each rep's week, on Monday morning there (K7)"),
    Periodic("tell imports", "routing.tasks.tell_ended_imports", 1, "who started an import reads that it ended (I1)"),
    Periodic("tell webhooks", "routing.tasks.tell_webhooks", 5, "webhooks that fail or were switched off (I3)"),
    Periodic("spread words", "routing.tasks.spread_words", 1, "messages find their channels (I1), at every tick"),
    Periodic("send words", "routing.tasks.send_words", 1, "mail, retries, digests (I1), at every tick"),
    Periodic("forget deliveries", "routing.tasks.forget_deliveries", DAY, "the log is not kept for ever (J5)"),
    Periodic("forget webhooks", "leads.tasks.forget_webhooks", DAY, "their texts after 30 days, all after 90 (J5)"),
    Periodic("sessions", "config.tasks.clear_expired_sessions", DAY, "expired sessions would pile up"),
    Periodic("forget links", "routing.tasks.forget_password_links", DAY, "who asked for a new password (J5)"),
    Periodic("sign-in attempts", "config.tasks.clear_old_sign_in_attempts", DAY, "personal data is not kept for ever"),
)


def sync_schedules(*, at: datetime, table: tuple[Periodic, ...] = TABLE) -> None:
    """Creates, changes and deletes schedules until they match the table; a new one is due at once.

    No other code may write schedules: django-q stops all of them when the arguments of one cannot be read.
    """
    with transaction.atomic():
        Schedule.objects.exclude(name__in=[periodic.name for periodic in table]).delete()
        for periodic in table:
            _match(periodic, at)


def due_again_at_next_tick(name: str, *, at: datetime) -> None:
    """For a task that runs at every tick of the scheduler (30 s), which knows no interval below a minute."""
    Schedule.objects.filter(name=name).update(next_run=at)


def _match(periodic: Periodic, at: datetime) -> None:
    wanted = {
        "func": periodic.task,
        "schedule_type": Schedule.MINUTES,
        "minutes": periodic.minutes,
        "repeats": -1,
        "args": None,
        "kwargs": None,
        "hook": None,
        "cluster": None,
    }
    found = list(Schedule.objects.filter(name=periodic.name).order_by("pk"))
    if len(found) == 1 and all(getattr(found[0], field) == value for field, value in wanted.items()):
        return
    Schedule.objects.filter(name=periodic.name).delete()
    Schedule.objects.create(name=periodic.name, next_run=at, **wanted)
