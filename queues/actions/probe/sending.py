"""Send a marked lead through the real intake, rules, queue and rotation, tell its way, and take it back (K5, M3).

Everything happens in one transaction that is never committed, so nothing of it counts anywhere (L15): no turn, ledger
line, figure, message or live announcement, all of which are rows, or leave after a commit. For that time it holds the
locks that a real arrival holds, at most for the seconds that it is given.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from leads.actions.intake.capture import capture_lead
from leads.actions.web_forms import FormIsFull, Submission, receive_submission
from leads.decisions.web_forms.questions import ASKABLE, asked_fields
from leads.decisions.web_forms.sample import MARK, sample_answers
from leads.models import Capture
from leads.queries.web_forms import form_details
from queues.decisions.probe import End, Step, Stop, Way, in_time
from queues.queries.probe import Origin
from queues.queries.probe_way import way_of

log = logging.getLogger(__name__)
MAX_TRIES = 3  # a deadlock says nothing about the way
OF_TRANSACTIONS = ("SAVEPOINT", "ROLLBACK", "RELEASE")


class TookTooLong(BaseException):
    """The way took longer than it may. Not an Exception, because intake catches those and goes on (A8)."""


def trace_lead(
    origin: Origin, *, longest: timedelta, at: datetime, says: Mapping[str, str] | None = None
) -> tuple[Way, timedelta]:
    """The way that a lead from there would go now, and how long it took. Never raises: what breaks is the answer.
    `says` is what the lead is to say in place of the usual sample, by column."""
    started = time.monotonic()
    until = started + longest.total_seconds()
    way = _way(origin, says or {}, until=until, seconds=longest.total_seconds(), at=at)
    took = timedelta(seconds=time.monotonic() - started)
    return in_time(way, took=took, limit=longest), took


def _way(origin: Origin, says: Mapping[str, str], *, until: float, seconds: float, at: datetime) -> Way:
    if origin.web_form is not None and not origin.web_form.is_active:
        return _stopped(Stop.FORM_CLOSED)
    for left in reversed(range(MAX_TRIES)):
        try:
            return _sent_and_taken_back(origin, says, until=until, seconds=seconds, at=at)
        except TookTooLong:
            return _stopped(Stop.LATE)
        except FormIsFull as full:
            return _stopped(Stop.FORM_FULL, wait=full.wait)
        except OperationalError as busy:
            if not left or time.monotonic() >= until:
                return _stopped(Stop.BUSY, what=type(busy).__name__)
        except Exception as error:
            log.exception("the way of a test lead broke")
            return _stopped(Stop.ERROR, what=type(error).__name__)
    raise AssertionError("unreachable")


@transaction.atomic
def _sent_and_taken_back(origin: Origin, says: Mapping[str, str], *, until: float, seconds: float, at: datetime) -> Way:
    try:
        with _no_longer_than(until, seconds):
            return way_of(_send(origin, says, token=secrets.token_hex(4), at=at), at=at)
    finally:
        transaction.set_rollback(True)


def _send(origin: Origin, says: Mapping[str, str], *, token: str, at: datetime) -> Capture:
    """By the door that a real lead of this form or source uses."""
    mark = {MARK: token}
    if origin.web_form is not None:
        form = origin.web_form
        names = [name for name, _required in asked_fields(form.asks)]
        raw = sample_answers(names, token=token) | dict(says) | form_details(form) | mark
        return receive_submission(form, Submission(raw=raw), at=at)
    source = {"source": origin.source.slug} if origin.source is not None else {}
    raw = sample_answers([name for name in ASKABLE if name != "name"], token=token) | dict(says) | source | mark
    return capture_lead(raw, channel=Capture.Channel.API, at=at)


@contextmanager
def _no_longer_than(until: float, seconds: float) -> Iterator[None]:
    """No statement begins later than that, and none waits longer for a lock; SQLite's writers wait five seconds
    anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {round(seconds * 1000)}")
            cursor.execute(f"SET LOCAL statement_timeout = {round(seconds * 1000)}")

    def check(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        if time.monotonic() > until and not sql.startswith(OF_TRANSACTIONS):
            raise TookTooLong
        return execute(sql, params, many, context)

    with connection.execute_wrapper(check):
        yield


def _stopped(why: Stop, **facts: object) -> Way:
    return Way(({"step": Step.BROKE, "why": why, **facts},), End.NOWHERE, why)
