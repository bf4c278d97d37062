"""Receive leads that programs send. The same idempotency key creates leads once and always gets the same answer
(A1b)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, OperationalError, transaction

from config.bulk_update import bulk_update
from config.sqlite.writer_line import WaitedTooLong
from leads.actions.intake.capture import resolve_captures
from leads.decisions.identity.fingerprint import fingerprint
from leads.models import ApiKey, Capture
from leads.queries.imports import api_answers

MAX_BATCH_SIZE = 100  # leads
MAX_TRIES = 3


class IdempotencyKeyReused(Exception):
    """The idempotency key was used with other leads before."""


class StillUnderWay(Exception):
    """The first call with this idempotency key is being worked on. The caller tries again later."""


def receive_api_leads(
    raws: Sequence[Mapping[str, object]], *, api_key: ApiKey, at: datetime, idempotency_key: str | None = None
) -> list[Capture]:
    """Store all leads in one transaction before anything else happens (A8), then resolve them. Returns captures with
    their answers, in the order of `raws`. What a call with this key stored before its process died is resolved at once.
    Raises IdempotencyKeyReused or StillUnderWay."""
    prints = [fingerprint(raw) for raw in raws]
    if idempotency_key and (before := _earlier_captures(api_key, idempotency_key)):
        return _same_answer(before, prints, at=at)
    own_keys = _keys_of_leads(idempotency_key, len(raws)) if idempotency_key else [None] * len(raws)
    try:
        with transaction.atomic():
            stored = Capture.objects.bulk_create(
                Capture(
                    channel=Capture.Channel.API,
                    received_at=at,
                    raw=dict(raw),
                    fingerprint=mark,
                    api_key=api_key,
                    idempotency_key=own_key,
                )
                for raw, mark, own_key in zip(raws, prints, own_keys, strict=True)
            )
    except IntegrityError:  # the same call came twice at once, and the other was faster
        return _same_answer(_earlier_captures(api_key, idempotency_key or ""), prints, at=at)
    if idempotency_key:
        return _answered(_settled(stored, at=at, waits=True))
    return _answered(resolve_captures(stored, at=at))


def _earlier_captures(api_key: ApiKey, idempotency_key: str) -> list[Capture]:
    own_keys = [idempotency_key, *_keys_of_leads(idempotency_key, MAX_BATCH_SIZE)]
    return list(Capture.objects.filter(api_key=api_key, idempotency_key__in=own_keys).order_by("pk"))


def _keys_of_leads(idempotency_key: str, count: int) -> list[str]:
    return [f"{idempotency_key} {number:03d}" for number in range(count)] if count != 1 else [idempotency_key]


def _same_answer(before: Sequence[Capture], prints: Sequence[str], *, at: datetime) -> list[Capture]:
    """The answer of the first call; nothing happens a second time."""
    if [capture.fingerprint for capture in before] != list(prints):
        raise IdempotencyKeyReused
    if any(capture.state == Capture.State.RECEIVED for capture in before):
        return _answered(_settled(before, at=at, waits=False))  # the process died before it resolved them
    if all(capture.answer is not None for capture in before):
        return list(before)
    return _answered(before)  # the process died before it stored the answer


def _settled(stored: Sequence[Capture], *, at: datetime, waits: bool) -> list[Capture]:
    """Resolve them under their lock, which ends with a process that dies: the first call, the same call again and the
    sweep cannot do it twice. Raises StillUnderWay if another one holds it and this does not wait."""
    for turn in range(MAX_TRIES):
        try:
            with transaction.atomic():
                rows = Capture.objects.select_for_update(skip_locked=not waits, of=("self",))
                found = list(rows.filter(pk__in=[row.pk for row in stored]).select_related("api_key").order_by("pk"))
                if len(found) < len(stored):
                    raise StillUnderWay
                return resolve_captures(found, at=at)
        except OperationalError as problem:  # a deadlock with another arrival
            if turn == MAX_TRIES - 1 or isinstance(problem, WaitedTooLong):
                raise
    raise AssertionError("the last try returns or raises")


def _answered(captures: Sequence[Capture]) -> list[Capture]:
    answers = api_answers(captures)
    for capture in captures:
        capture.answer = capture.answer or answers[capture.pk]
    if any(capture.idempotency_key for capture in captures):
        bulk_update(Capture, captures, ["answer"])
    return list(captures)
