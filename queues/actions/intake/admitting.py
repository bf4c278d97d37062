"""The minute sweep over intakes: pause, open again, tell, and let parked leads enter in order of arrival (D5-E6)."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil

from django.db import transaction

from config.live import announce
from leads.models import Lead
from leads.queries.leads import rule_facts
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.actions.dispatch.serve import serve
from queues.actions.entries.placement import Arrival, enter_if_active
from queues.actions.intake.source_pauses import end_pauses_of_clear
from queues.actions.intake.state import lock_state, tell_aging, tell_level, tell_open, tell_paused, tell_slow
from queues.actions.partners.overflow import send_overflow
from queues.decisions.health import DepthLevel, is_worse, kept_level
from queues.decisions.intake import Figures, Intake, admitted, matched_rule, next_intake
from queues.decisions.placement import ReviewReason
from queues.models import EntryRule, IntakeState, PartnerPool, Queue, ReviewItem
from queues.queries.counts import depth_by_queue
from queues.queries.intake import (
    admissible_items,
    came_back,
    figures_by_queue,
    intake_by_queue,
    limits_of,
    parked_by_queue,
)

log = logging.getLogger(__name__)
CHUNK_SIZE = 200
SINCE = ("full_since", "aged_since", "slow_since", "aging_since")
Parked = ReviewItem.Parked


def watch_intakes(*, at: datetime) -> int:
    """Each queue with something to do, in a transaction of its own; one that fails does not stop the others. Returns
    how many leads entered."""
    release_of_closed()
    end_pauses_of_clear(at=at)
    queues = list(Queue.objects.active().select_related("team").order_by("pk"))
    figures, states, parked = figures_by_queue(queues, at=at), intake_by_queue(queues), parked_by_queue(queues)
    entered = 0
    for queue in queues:
        if not parked.get(queue.pk) and not _is_news(queue, states.get(queue.pk), figures[queue.pk], at=at):
            continue
        try:
            entered += watch_intake(queue, figures[queue.pk], at=at)
        except Exception:
            log.exception("the intake of queue %s could not be looked at", queue.pk)
    return entered


def _is_news(queue: Queue, state: IntakeState | None, now: Figures, *, at: datetime) -> bool:
    if state is not None and state.is_unseen:
        return True
    was, level = _intake_of(state), state.level if state is not None else DepthLevel.OK.value
    return next_intake(was, now, limits_of(queue), at=at) != was or _level(queue, level, now.depth) != level


def _level(queue: Queue, was: str, depth: int) -> str:
    return kept_level(was, depth, queue.depth_yellow, queue.depth_red, queue.depth_critical)


@transaction.atomic
def watch_intake(queue: Queue, measured: Figures, *, at: datetime) -> int:
    """Compare with the limits under the lock of the state, and let in what may enter. While leads stay parked the
    queue stays paused, so that no newcomer overtakes them."""
    lock_rotations([queue.pk])
    state, limits = lock_state(queue), limits_of(queue)
    was = _intake_of(state)
    depth = max(depth_by_queue([queue]).get(queue.pk, 0), 0)
    now = next_intake(was, replace(measured, depth=depth), limits, at=at)
    is_kept_open = state.kept_open_until is not None and state.kept_open_until > at
    if is_kept_open:  # a pause may end meanwhile, and none begins
        now = replace(
            now,
            full_since=now.full_since and was.full_since,
            aged_since=now.aged_since and was.aged_since,
        )
    entered = 0
    if is_kept_open or not now.is_paused:
        parked = admissible_items(queue).count()
        room = parked if is_kept_open else admitted(parked, depth=depth, limits=limits)
        entered = admit(queue, room, at=at) if room else 0
        if parked > entered and not is_kept_open:
            now = replace(now, full_since=was.full_since or at)
    _save(queue, state, was, now, measured, at=at)
    _save_level(queue, state, depth, at=at)
    if state.is_unseen:
        state.is_unseen = False
        state.save(update_fields=["is_unseen"])
    if entered:
        serve(queue, at=at)
    return entered


def _intake_of(state: IntakeState | None) -> Intake:
    if state is None:
        return Intake()
    return Intake(state.full_since, state.aged_since, state.slow_since, state.aging_since)


def _save(queue: Queue, state: IntakeState, was: Intake, now: Intake, measured: Figures, *, at: datetime) -> None:
    if now == was:
        return
    for name in SINCE:
        setattr(state, name, getattr(now, name))
    state.save(update_fields=SINCE)
    if now.full_since is not None and was.full_since is None:
        tell_paused(queue, Parked.FULL, since=now.full_since, at=at)
    if now.aged_since is not None and was.aged_since is None:
        tell_paused(queue, Parked.AGED, since=now.aged_since, at=at)
    if was.is_paused and not now.is_paused:
        tell_open(queue, since=min(filter(None, (was.full_since, was.aged_since))), at=at)
    announce(queue.topic)
    if state.is_unseen:
        return
    if now.slow_since is not None and was.slow_since is None and limits_of(queue).is_on:
        tell_slow(queue, since=now.slow_since, at=at, percent=int((measured.rate or 0) * 100))
    if now.aging_since is not None and was.aging_since is None:
        tell_aging(queue, since=now.aging_since, at=at, percent=ceil((measured.aging or 0) * 100))


def _save_level(queue: Queue, state: IntakeState, depth: int, *, at: datetime) -> None:
    """Measured before parked leads enter. People hear of a level that is worse than the one before (E5)."""
    was, level = state.level, _level(queue, state.level, depth)
    if level == was:
        return
    state.level, state.level_since = level, at
    state.save(update_fields=["level", "level_since"])
    if is_worse(level, was) and not state.is_unseen:
        tell_level(queue, level, since=at, at=at, depth=depth)


@transaction.atomic
def admit(queue: Queue, count: int, *, at: datetime, score_from: int = 0) -> int:
    """The first `count` parked leads, of those with at least this score, enter with their age (L9). Leads are locked
    before their items, as everywhere; one that somebody decides about at this moment is left out."""
    done, parked = 0, admissible_items(queue)
    parked = parked.filter(lead__score__gte=score_from) if score_from else parked
    while done < count:
        chosen = list(parked.values_list("lead", flat=True)[: min(CHUNK_SIZE, count - done)])
        free = Lead.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(pk__in=chosen)
        locked = list(free.order_by("pk").values_list("pk", flat=True))
        items = parked.filter(lead__in=locked).select_related("lead__source", "lead__account")
        if not (found := list(items)):
            break
        _let_in(queue, found, at=at)
        done += len(found)
    return done


def _let_in(queue: Queue, items: Sequence[ReviewItem], *, at: datetime) -> None:
    _close(items, ReviewItem.Closed.ENTERED, at=at)
    enter_if_active(queue, _arrivals(items), at=at)
    announce("review")


@transaction.atomic
def pass_on(queue: Queue, pool: PartnerPool, lead_ids: Collection[int], *, at: datetime) -> None:
    """Those of these leads that are parked for the queue, and that the caller has locked, go to its partner (D8)."""
    items = list(admissible_items(queue).filter(lead__in=lead_ids).select_related("lead__source", "lead__account"))
    _close(items, ReviewItem.Closed.CLOSED, at=at)
    send_overflow(pool, queue, _arrivals(items), at=at)
    announce("review")


def _close(items: Sequence[ReviewItem], how: ReviewItem.Closed, *, at: datetime) -> None:
    ReviewItem.objects.filter(pk__in=[item.pk for item in items]).update(closed_at=at, closed_how=how)


def _arrivals(items: Sequence[ReviewItem]) -> list[Arrival]:
    """With the rule that chose the queue, and their age (L9)."""
    facts = rule_facts([item.lead for item in items])
    rules = set(EntryRule.objects.order_by("pk").values_list("pk", flat=True))
    recycled = came_back(items)
    arrivals = []
    for item in items:
        rule = matched_rule(item.trail)
        arrivals.append(
            Arrival(
                item.lead,
                facts[item.lead_id],
                since_at=item.opened_at,
                rule_id=rule if rule in rules else None,
                trail=item.trail,
                is_recycled=item.pk in recycled,
            )
        )
    return arrivals


def release_of_closed() -> int:
    """A queue that was switched off opens no more: what is parked for it becomes a person's decision."""
    items = ReviewItem.objects.filter(closed_at__isnull=True, parked_for__is_active=False)
    return items.update(parked_for=None, parked_why="", reasons=[ReviewReason.QUEUE_OFF.value])
