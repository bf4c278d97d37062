"""Leads that programs send: once for each idempotency key, with the same answer however often it is asked (A1b)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from leads.actions.intake.capture import resolve_captures
from leads.decisions.identity.fingerprint import fingerprint
from leads.models import ApiKey, Capture
from leads.queries.imports import api_answers

MAX_BATCH_SIZE = 100  # of one batch


class IdempotencyKeyReused(Exception):
    """The idempotency key was used for something else."""


class StillUnderWay(Exception):
    """The first call with this idempotency key has no answer yet; ask again."""


def receive_api_leads(
    raws: Sequence[Mapping[str, object]], *, api_key: ApiKey, at: datetime, name: str | None = None
) -> list[Capture]:
    """Captures with their answers, in the order of `raws`; `name` is the caller's idempotency key.

    All are stored in one transaction before anything else happens (A8). Raises KeyReused or StillWorking.
    """
    prints = [fingerprint(raw) for raw in raws]
    if name and (before := _earlier_captures(api_key, name)):
        return _same_answer(before, prints)
    names = _keys_of_leads(name, len(raws)) if name else [None] * len(raws)
    try:
        with transaction.atomic():
            stored = Capture.objects.bulk_create(
                Capture(
                    channel=Capture.Channel.API,
                    received_at=at,
                    raw=dict(raw),
                    fingerprint=mark,
                    api_key=api_key,
                    idempotency_key=own_name,
                )
                for raw, mark, own_name in zip(raws, prints, names, strict=True)
            )
    except IntegrityError:  # the same call at the same moment was faster
        return _same_answer(_earlier_captures(api_key, name or ""), prints)
    resolve_captures(stored, at=at)
    return _answered(stored)


def _earlier_captures(api_key: ApiKey, name: str) -> list[Capture]:
    own = [name, *_keys_of_leads(name, MAX_BATCH_SIZE)]
    return list(Capture.objects.filter(api_key=api_key, idempotency_key__in=own).order_by("pk"))


def _keys_of_leads(name: str, count: int) -> list[str]:
    return [f"{name} {number:03d}" for number in range(count)] if count != 1 else [name]


def _same_answer(before: Sequence[Capture], prints: Sequence[str]) -> list[Capture]:
    """What the first call was told; nothing happens a second time."""
    if [capture.fingerprint for capture in before] != list(prints):
        raise IdempotencyKeyReused
    if any(capture.state == Capture.State.RECEIVED for capture in before):
        raise StillUnderWay
    if all(capture.answer is not None for capture in before):
        return list(before)
    return _answered(before)  # the process died between settling and answering


def _answered(captures: Sequence[Capture]) -> list[Capture]:
    answers = api_answers(captures)
    for capture in captures:
        capture.answer = capture.answer or answers[capture.pk]
    if any(capture.idempotency_key for capture in captures):
        Capture.objects.bulk_update(captures, ["answer"])
    return list(captures)
