"""What public forms send: stored before anything else, once for each token, and not too much of it (A1c, A8)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from leads.actions.intake.capture import resolve_captures, resolve_stored
from leads.decisions.identity.fingerprint import fingerprint
from leads.models import Capture, WebForm

HOUR = timedelta(hours=1)
SENDERS_KEPT_FOR = timedelta(days=1)


class FormIsFull(Exception):
    """This sender, or all together, sent as much as may come in an hour; `wait` seconds until the next."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(f"wait {wait} s")


class NotHeldAsSpam(Exception):
    """This is not held back as spam, or not any more."""


@dataclass(frozen=True)
class Submission:
    """What was sent. `nonce` is the token's unique part, `spam` why it is held back (asking.SPAM), or ""."""

    raw: Mapping[str, object]
    nonce: str = ""
    sender: str = ""
    spam: str = ""


def new_slug(name: str) -> str:
    """An address that can be read, with an end that cannot be guessed."""
    return f"{slugify(name)[:40].strip('-') or 'form'}-{secrets.token_hex(8)}"


def receive_submission(form: WebForm, sent: Submission, *, at: datetime) -> Capture:
    """Stored in a transaction of its own, then settled. What looks like spam is kept, refused, for a human to see.

    The same token again gives the first capture, and nothing happens. The form's row is locked for the moment of
    storing: a token is used once and the limits hold, however many send at once. Raises FormIsFull.
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
    resolve_captures([stored], at=at)
    return stored


def earlier_submission(form: WebForm, nonce: str) -> Capture | None:
    return Capture.objects.filter(web_form=form, idempotency_key=nonce).first() if nonce else None


def mark_not_spam(capture: Capture, *, by, at: datetime) -> Capture:
    """Not spam after all: it goes the way of every other capture. Raises NotHeldAsSpam."""
    with transaction.atomic():
        row = Capture.objects.select_for_update(of=("self",)).get(pk=capture.pk)
        if not row.is_held_as_spam:
            raise NotHeldAsSpam
        row.state, row.problems = Capture.State.RECEIVED, []
        row.save(update_fields=["state", "problems"])
    # or the sweep, should this process die here; another press may hold the row for a moment, only to be refused
    resolve_stored(row.pk, at=at, by=by, waits=True)
    return Capture.objects.select_related("lead").get(pk=row.pk)


def forget_senders(*, at: datetime) -> int:
    """The marks of senders have done their work after an hour; run daily."""
    old = Capture.objects.exclude(sender="").filter(received_at__lt=at - SENDERS_KEPT_FOR)
    return old.update(sender="")


def _check_limits(form: WebForm, sent: Submission, at: datetime) -> None:
    """Spam and the rest have room of their own, so that a flood of the one does not shut out the other."""
    recent = Capture.objects.filter(web_form=form, received_at__gt=at - HOUR)
    if sent.sender:
        _check_limit(recent.filter(sender=sent.sender), form.per_hour, at)
    is_spam = {"state": Capture.State.REFUSED}
    _check_limit(recent.filter(**is_spam) if sent.spam else recent.exclude(**is_spam), form.per_hour_in_all, at)


def _check_limit(recent: QuerySet[Capture], most: int, at: datetime) -> None:
    """Any hour, not that of the clock: the place of the oldest of the last `most` is free an hour after it."""
    oldest = recent.order_by("-received_at", "-pk").values_list("received_at", flat=True)[most - 1 : most]
    for received_at in oldest:
        raise FormIsFull(max(1, int((received_at + HOUR - at).total_seconds()) + 1))
