"""What a queue's intake does now, in a sentence: why it takes no leads, since when, how many wait (D5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.people import display_name
from config.web.times import when
from leads.models import Source
from queues.models import IntakeState, Queue
from queues.queries.source_pauses import PausedSource


@dataclass(frozen=True, slots=True)
class IntakeChoices:
    """`paused` are sources whose leads are parked, `others` those that can be paused."""

    can_open: bool
    can_close: bool
    paused: list[Source]
    others: list[Source]


def intake_sentence(queue: Queue, state: IntakeState | None, parked: int, *, at: datetime) -> str:
    """Always a sentence, also for a queue that takes all leads."""
    return intake_notice(queue, state, parked, at=at) or (
        _("Rules add all leads: there is no limit.") if queue.when_full == Queue.WhenFull.OFF else _("Rules add leads.")
    )


def intake_notice(queue: Queue, state: IntakeState | None, parked: int, *, at: datetime) -> str:
    """What people should know of this intake now; "" if it takes leads and flows."""
    says = [_pause(queue, state, at=at)] if state is not None else []
    if parked:
        text = ngettext(
            "%(n)s lead is parked on the review desk.", "%(n)s leads are parked on the review desk.", parked
        )
        says.append(text % {"n": parked})
    if state is not None and state.slow_since is not None:
        words = {"n": str(queue.rate_low), "time": when(state.slow_since)}
        says.append(_("Bottleneck since %(time)s: less than %(n)s %% are claimed within 24 h.") % words)
    return " ".join(filter(None, says))


def intake_notices(
    queues: Sequence[Queue], states: Mapping[int, IntakeState], parked: Mapping[int, int], *, at: datetime
) -> list[tuple[str, str]]:
    """(the queue's page, its name and notice) of each queue with something to say; states and parked leads by queue."""
    found = []
    for queue in queues:
        if says := intake_notice(queue, states.get(queue.pk), parked.get(queue.pk, 0), at=at):
            words = {"queue": queue.name, "notice": says}
            found.append((reverse("dashboards:queue", args=[queue.slug]), _("%(queue)s: %(notice)s") % words))
    return found


def intake_choices(state: IntakeState | None, pauses: Sequence[PausedSource], *, at: datetime) -> IntakeChoices:
    """What sales ops can decide now about the intake of a queue with this state and these pauses; one query."""
    is_kept = state is not None and state.kept_open_until is not None and state.kept_open_until > at
    is_paused = state is not None and (state.full_since is not None or state.aged_since is not None)
    paused = [each.pause.source for each in pauses]
    rows = list(Source.objects.order_by("name", "pk"))
    return IntakeChoices(
        can_open=is_paused and not is_kept,
        can_close=is_kept,
        paused=paused,
        others=[source for source in rows if source not in paused],
    )


def _pause(queue: Queue, state: IntakeState, *, at: datetime) -> str:
    if state.kept_open_until is not None and state.kept_open_until > at:
        who = display_name(state.kept_open_by) if state.kept_open_by is not None else _("n/a")
        words = {"time": when(state.kept_open_until), "name": who}
        return _("Kept open until %(time)s by %(name)s, whatever the limits say.") % words
    if state.full_since is not None:
        lift = str(queue.depth_lift)
        words = {"time": when(state.full_since), "limit": str(queue.depth_limit), "lift": lift}
        return (
            _("Full since %(time)s: more than %(limit)s waited, so rules add no leads until fewer than %(lift)s wait.")
            % words
        )
    if state.aged_since is not None:
        lift = str(queue.mean_age_lift_hours)
        words = {"time": when(state.aged_since), "n": str(queue.mean_age_hours), "lift": lift}
        return (
            _(
                "Paused since %(time)s: leads waited longer than %(n)s h on average. Rules add leads again below "
                "%(lift)s h."
            )
            % words
        )
    return ""
