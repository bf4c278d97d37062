"""What the worker does for routing; each task has the name of the action that it calls."""

from django.utils import timezone

from config.schedules import due_again_at_next_tick
from routing.actions import (
    absence_warnings,
    alerts,
    installation_alerts,
    invitations,
    letters,
    password_links,
    survey,
    webhook_alerts,
)
from routing.actions.availability import calendars, clocks, holidays
from routing.actions.rotation import audit, editing, member_sync, ramps, versions
from routing.actions.words import channels, pruning, sending, spreading, trying
from routing.presenters.words import code_words, compose, compose_test

__all__ = [
    "alert_unfair_shares",
    "audit_rotations",
    "extend_clocks",
    "fetch_calendar",
    "fetch_calendars",
    "forget_deliveries",
    "forget_password_links",
    "invite_to_survey",
    "publish_drafts",
    "reorder_rotations",
    "send_channel_code",
    "send_channel_test",
    "send_invitation",
    "send_password_link",
    "send_words",
    "spread_words",
    "sync_holidays",
    "sync_members",
    "take_ramp_steps",
    "tell_ended_imports",
    "tell_webhooks",
    "warn_of_absences",
    "write_letters",
]


def reorder_rotations() -> int:
    """Names, joining dates and conversion change, and shuffled lists are shuffled when that is due (F3)."""
    return editing.reorder_rotations(at=timezone.now())


def fetch_calendars() -> int:
    """Each feed is a task of its own, so that a slow host does not hold up the others."""
    return calendars.request_due_fetches(at=timezone.now())


def fetch_calendar(pk: int) -> str:
    return calendars.fetch_calendar(pk, at=timezone.now())


def sync_holidays() -> int:
    return holidays.sync_all_holidays(at=timezone.now())


def extend_clocks() -> int:
    """Working time is known some months ahead (D3)."""
    return clocks.extend_clocks(at=timezone.now())


def audit_rotations() -> int:
    return audit.audit_rotations(at=timezone.now())


def sync_members() -> int:
    """Teams, skills and people change in many places, so the rules are asked again each minute."""
    return member_sync.sync_members(at=timezone.now())


def publish_drafts() -> int:
    return versions.publish_due(at=timezone.now())


def take_ramp_steps() -> int:
    return ramps.take_ramp_steps(at=timezone.now())


def warn_of_absences() -> int:
    return absence_warnings.warn_of_absences(at=timezone.now())


def alert_unfair_shares() -> int:
    return alerts.alert_unfair_shares(at=timezone.now())


def send_invitation(user_id: int, site: str) -> None:
    invitations.send_invitation(user_id, site, at=timezone.now())


def send_password_link(user_ids: list[int], site: str) -> int:
    return password_links.send_password_link(user_ids, site)


def forget_password_links() -> int:
    return password_links.forget_password_links(at=timezone.now())


def invite_to_survey() -> int:
    return survey.invite_to_survey(at=timezone.now())


def write_letters() -> int:
    return letters.write_letters(at=timezone.now())


def spread_words() -> int:
    at = timezone.now()
    due_again_at_next_tick("spread words", at=at)
    return spreading.spread_words(at=at)


def send_words() -> int:
    at = timezone.now()
    due_again_at_next_tick("send words", at=at)
    return sending.send_words(at=at, compose=compose)


def send_channel_code(pk: int) -> bool:
    return channels.send_code(pk, words=code_words(pk), at=timezone.now())


def forget_deliveries() -> int:
    return pruning.forget_deliveries(at=timezone.now())


def send_channel_test(pk: int) -> bool:
    return trying.send_test(pk, compose=compose_test, at=timezone.now())


def tell_webhooks() -> int:
    return webhook_alerts.tell_webhooks(at=timezone.now())


def tell_ended_imports() -> int:
    return installation_alerts.tell_ended_imports(at=timezone.now())
