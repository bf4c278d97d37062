"""Receive submissions of public forms: stored first, once for each token, and within limits (A1c, A8)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from config.live import announce
from leads.actions.intake.capture import resolve_captures, resolve_stored
from leads.decisions.identity.fingerprint import fingerprint
from leads.models import Capture, WebForm

HOUR = timedelta(hours=1)
SENDERS_KEPT_FOR = timedelta(days=1)
TOPIC = "review"  # the review desk shows how many are held


class FormIsFull(Exception):
    """This sender, or all senders together, reached the limit of an hour. The next may come in `wait` seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(f"wait {wait} s")


class NotHeldAsSpam(Exception):
    """This capture is not held as spam, or no longer: it says who took it in, and when."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        super().__init__("not held as spam")


@dataclass(frozen=True)
class Submission:
    """What a visitor sent. `nonce` is the unique part of the token; `spam` says why it looks like spam
    (questions.SPAM), or is ""."""

    raw: Mapping[str, object]
    nonce: str = ""
    sender: str = ""
    spam: str = ""


def new_slug(name: str) -> str:
    """A readable address that ends in characters which nobody can guess."""
    return f"{slugify(name)[:40].strip('-') or 'form'}-{secrets.token_hex(8)}"


def receive_submission(form: WebForm, sent: Submission, *, at: datetime) -> Capture:
    """Store the submission in its own transaction, then make a lead of it. What looks like spam is stored as refused,
    so that a person can check it.

    A second submission with the same token returns the first capture and does nothing. The form's row is locked
    while storing, so that a token counts once and the limits hold for any number of senders at once. Raises
    FormIsFull.
    """
    with transaction.atomic():
        WebForm.objects.select_for_update(no_key=True).get(pk=form.pk)
        before = earlier_submission(form, sent.nonce)
        if before is not None:
            return before
        _check_limits(form, sent, at)
        stored = Capture.objects.create(
            channel=Capture.Channel.FORM,
            received_at=at,
            raw=dict(sent.raw),
            fingerprint=fingerprint(sent.raw),
            web_form=form,
            sender=sent.sender,
            idempotency_key=sent.nonce or None,
            state=Capture.State.REFUSED if sent.spam else Capture.State.RECEIVED,
            problems=[{"field": "", "code": sent.spam, "value": ""}] if sent.spam else [],
        )
        if sent.spam:
            announce(TOPIC)
    resolve_captures([stored], at=at)
    return stored


def earlier_submission(form: WebForm, nonce: str) -> Capture | None:
    return Capture.objects.filter(web_form=form, idempotency_key=nonce).first() if nonce else None


def mark_not_spam(capture: Capture, *, by: User | None, at: datetime) -> Capture:
    """Make a lead of a capture that was held as spam. Raises NotHeldAsSpam."""
    with transaction.atomic():
        row = _lock_held(capture)
        row.state, row.problems, row.judged_at, row.judged_by = Capture.State.RECEIVED, [], at, by
        row.save(update_fields=["state", "problems", "judged_at", "judged_by"])
        announce(TOPIC)
    # If this process dies here, the sweep does it. A second click may hold the row for a moment, then is refused.
    resolve_stored(row.pk, at=at, by=by, waits=True)
    return Capture.objects.select_related("lead").get(pk=row.pk)


@transaction.atomic
def mark_spam(capture: Capture, *, by: User | None, at: datetime) -> Capture:
    """A person agrees: it stays held, and nobody needs to look at it again. Raises NotHeldAsSpam."""
    row = _lock_held(capture)
    if row.judged_at is None:
        row.judged_at, row.judged_by = at, by
        row.save(update_fields=["judged_at", "judged_by"])
        announce(TOPIC)
    return row


@transaction.atomic
def undo_spam(capture: Capture) -> Capture:
    """It waits for somebody to look at it again. Raises NotHeldAsSpam."""
    row = _lock_held(capture)
    row.judged_at = row.judged_by = None
    row.save(update_fields=["judged_at", "judged_by"])
    announce(TOPIC)
    return row


def _lock_held(capture: Capture) -> Capture:
    row = Capture.objects.select_for_update(of=("self",)).select_related("judged_by", "lead").get(pk=capture.pk)
    if not row.is_held_as_spam:
        raise NotHeldAsSpam(row)
    return row


def forget_senders(*, at: datetime) -> int:
    """Delete the hashes of senders, which only the limits of the last hour need. Runs daily."""
    old = Capture.objects.exclude(sender="").filter(received_at__lt=at - SENDERS_KEPT_FOR)
    return old.update(sender="")


def _check_limits(form: WebForm, sent: Submission, at: datetime) -> None:
    """Spam and real submissions have separate limits, so that a flood of spam does not shut out the others."""
    recent = Capture.objects.filter(web_form=form, received_at__gt=at - HOUR)
    if sent.sender:
        _check_limit(recent.filter(sender=sent.sender), form.per_hour, at)
    is_spam = {"state": Capture.State.REFUSED}
    _check_limit(recent.filter(**is_spam) if sent.spam else recent.exclude(**is_spam), form.per_hour_in_all, at)


def _check_limit(recent: QuerySet[Capture], limit: int, at: datetime) -> None:
    """At most `limit` within any 60 minutes: the next may come an hour after the oldest of the last `limit`."""
    oldest = recent.order_by("-received_at", "-pk").values_list("received_at", flat=True)[limit - 1 : limit]
    for received_at in oldest:
        raise FormIsFull(max(1, int((received_at + HOUR - at).total_seconds()) + 1))
