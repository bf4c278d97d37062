"""Tell managers and sales ops each morning which figures of yesterday changed most, and where that comes from."""

from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User

from config.company import company_zone
from queues.decisions.figures.morning import Change, changes
from queues.models import FigureState, Queue, StaleDay
from queues.queries.audience import manager_ids_of_queue
from queues.queries.figures.morning import days_by_queue, morning_of
from routing.actions.notifications import Message, notify_each
from routing.models import Notification
from routing.queries.audience import ops_ids

HOUR = 6  # on the installation's clock, before the first digest leaves


def tell_morning_figures(*, at: datetime) -> int:
    """How many people were told. Once a day, however often this runs; a day on which nothing changed much, and a day
    that is still being counted, is not told."""
    zone = company_zone()
    day = morning_of(at, zone, hour=HOUR)
    if day is None or not _is_counted(day, at=at) or _is_told(f"figures-{day}"):
        return 0
    queues = list(Queue.objects.active().select_related("team").order_by("position", "pk"))
    names = {queue.pk: queue.name for queue in queues}
    yesterday, weeks = days_by_queue(day, list(names), zone)
    messages = []
    for queue_ids, people in _scopes(queues).items():
        found = changes(yesterday, weeks, queues=queue_ids)
        details = {"day": day.isoformat(), "changes": [_plain(change, names) for change in found]}
        kind = Notification.Kind.FIGURES
        messages += [Message(pk, kind, f"figures-{day}", None, details) for pk in people if found]
    notify_each(messages, at=at)
    return len(messages)


def _is_counted(day: date, *, at: datetime) -> bool:
    """The sweep has counted the whole day."""
    state = FigureState.objects.filter(pk=1).first()
    if state is None or state.counted_at is None or StaleDay.objects.filter(day=day).exists():
        return False
    return state.counted_at.astimezone(ZoneInfo(state.zone)).date() > day


def _is_told(key: str) -> bool:
    return Notification.objects.filter(kind=Notification.Kind.FIGURES, key=key).exists()


def _scopes(queues: list[Queue]) -> dict[tuple[int, ...], list[int]]:
    """People by the queues whose figures they see: sales ops all, managers those of their teams (C9)."""
    ops = set(ops_ids())
    of_person: dict[int, list[int]] = defaultdict(list)
    for queue in queues:
        for pk in manager_ids_of_queue(queue):
            of_person[pk].append(queue.pk)
    everything = [queue.pk for queue in queues]
    of_person |= dict.fromkeys(ops, everything)
    active = set(User.objects.filter(pk__in=of_person, is_active=True).order_by("pk").values_list("pk", flat=True))
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for pk, ids in sorted(of_person.items()):
        if pk in active:
            found[tuple(ids)].append(pk)
    return found


def _plain(change: Change, names: dict[int, str]) -> dict[str, object]:
    """As JSON can hold it; the name of the queue as it is today."""
    return {
        "figure": change.figure.value,
        "now": round(change.now, 4),
        "usual": round(change.usual, 4),
        "queue": names.get(change.queue or 0, ""),
        "queue_now": None if change.queue_now is None else round(change.queue_now, 4),
        "queue_usual": None if change.queue_usual is None else round(change.queue_usual, 4),
    }
