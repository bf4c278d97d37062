"""What is counted back from now equals what is counted from the entries themselves, at any time (E8)."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from queues.decisions.figures.calendar import hour_start
from queues.models import Entry
from queues.queries.figures.past import Decided, Part, Past, full_hour
from tests.factories import MORNING, QueueFactory, make_entry, make_rep

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = full_hour(MORNING)


def any_history(seed: int, queues) -> None:
    """Leads come, are claimed or leave otherwise, and some came before `START`; some keep an older age (L9)."""
    rng = random.Random(seed)
    rep = make_rep()
    for _number in range(40):
        entered = START + timedelta(minutes=rng.randrange(-2_000, 9_000))
        entry = make_entry(rng.choice(queues), since=entered)
        fate = rng.choice(["waits", "left", "left", "moved"])
        older = timedelta(minutes=rng.choice([0, 0, 500, 5_000]))
        changes = {"since_at": entered - older}
        if fate != "waits":
            changes |= {"left_at": entered + timedelta(minutes=rng.randrange(0, 6_000))}
            changes |= {"left_how": "claimed" if fate == "left" else "moved"}
        Entry.objects.filter(pk=entry.pk).update(**changes)
    take_next(queues[0], by=rep, at=START + timedelta(minutes=9_001))


def stays(queue) -> list[tuple]:
    rows = Entry.objects.filter(queue=queue).order_by("pk")
    return list(rows.values_list("entered_at", "left_at", "since_at"))


def counted(found, first, last, *, at) -> tuple[int, int, int]:
    """Hours, leads and seconds, from the stays that had begun and not ended at each full hour."""
    hours = leads = seconds = 0
    while first < last and first <= at:
        sinces = [since for entered, left, since in found if entered < first and (left is None or left >= first)]
        hours, leads = hours + 1, leads + len(sinces)
        seconds += sum(int(first.timestamp()) - int(since.timestamp()) for since in sinces)
        first += HOUR
    return hours, leads, seconds


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("is_swept", [True, False])
def test_what_is_counted_back_is_what_waited(seed: int, is_swept: bool):
    queues = [QueueFactory(), QueueFactory()]
    any_history(seed, queues)
    rng = random.Random(seed)
    at = START + timedelta(minutes=rng.randrange(9_002, 12_000))
    Entry.objects.filter(left_at__gt=at).update(left_at=None, left_how="")
    while is_swept and count_figures(at=at, patience=60) > 1:
        pass
    cuts = sorted({START, *(START + rng.randrange(1, 150) * HOUR for _number in range(4))})

    found = Past(START, [queue.pk for queue in queues], at=at).parts(cuts)

    for queue in queues:
        ends = [*cuts[1:], at + HOUR]
        direct = [counted(stays(queue), first, last, at=at) for first, last in zip(cuts, ends, strict=True)]
        back = [(one.waited.hours, one.waited.leads, one.waited.seconds) for one in found[queue.pk]]
        assert back == direct
        everything = sum((one.decided for one in found[queue.pk]), Decided())
        came = Entry.objects.filter(queue=queue, entered_at__gte=START).count()
        claimed = Entry.objects.filter(queue=queue, left_at__gte=START, left_how="claimed").count()
        assert (everything.came, everything.claimed) == (came, claimed)


def test_each_hour_of_the_past_is_what_came_and_went():
    queues = [QueueFactory(), QueueFactory()]
    any_history(11, queues)
    at = START + 9_100 * MINUTE
    Entry.objects.filter(left_at__gt=at).update(left_at=None, left_how="")
    count_figures(at=at - HOUR, patience=60)
    past = Past(START, [queue.pk for queue in queues], at=at)
    came, went, nets = Counter(), Counter(), [Counter(), Counter()]
    for queue, net in zip(queues, nets, strict=True):
        for entered, left, _since in stays(queue):
            came[hour_start(entered)] += entered >= START
            went[hour_start(left or START)] += left is not None and left >= START
            net[hour_start(entered)] += entered >= START
            net[hour_start(left or START)] -= left is not None and left >= START
    found = past.by_hour()
    assert {hour: n for hour, n in came.items() if n} == {hour: n for hour, (n, _w, _c) in found.items() if n}
    assert {hour: n for hour, n in went.items() if n} == {hour: n for hour, (_n, n, _c) in found.items() if n}
    by_queue = past.nets_by_queue(START + 9 * HOUR)
    for queue, net in zip(queues, nets, strict=True):
        late = {hour: n for hour, n in net.items() if n and hour >= START + 9 * HOUR}
        assert {hour: n for hour, n in by_queue[queue.pk].items() if n} == late


def test_a_queue_without_history_waited_for_nothing():
    queue = QueueFactory()
    (part,) = Past(START, [queue.pk], at=START + DAY).parts([START])[queue.pk]
    assert part == Part(part.waited, Decided())
    assert (part.waited.hours, part.waited.mean_age, part.waited.mean_depth) == (25, None, 0)


def test_no_queue_has_no_past():
    assert Past(START, [], at=START + DAY).parts([START]) == {}
