"""The hub gives each stream what it may see, and never grows."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from config.live.hub import Hub
from tests.patience import PATIENCE


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def watching_hub() -> tuple[Hub, Clock]:
    clock = Clock()
    hub = Hub(clock)
    hub.start_watching()
    clock.now += 60
    return hub, clock


def test_hub_joins_many_changes_into_one_set():
    hub, _ = watching_hub()
    subscriber = hub.subscribe({"queue-1", "queue-2"})
    for _ in range(1000):
        hub.publish({"queue-2"})
        hub.publish({"queue-1"})
    assert subscriber.take() == ["queue-1", "queue-2"]
    assert subscriber.take() == []


def test_hub_withholds_what_a_person_may_not_follow():
    hub, _ = watching_hub()
    subscriber = hub.subscribe({"queue-1"})
    hub.publish({"holder-9", "queue-1", "ops"})
    assert subscriber.take() == ["queue-1"]


def test_hub_wakes_only_streams_that_follow_the_topic():
    hub, _ = watching_hub()
    first, second = hub.subscribe({"queue-1"}), hub.subscribe({"queue-2"})
    hub.publish({"queue-2"})
    assert (first.woken.is_set(), second.woken.is_set()) == (False, True)


def test_hub_gives_a_new_stream_what_changed_just_before():
    hub, clock = watching_hub()
    hub.publish({"queue-1"})
    clock.now += 9
    hub.publish({"queue-2"})
    clock.now += 2
    assert hub.subscribe({"queue-1", "queue-2"}).take() == ["queue-2"]


def test_hub_forgets_old_changes():
    hub, clock = watching_hub()
    for number in range(500):
        hub.publish({f"queue-{number}"})
        clock.now += 1
    assert len(hub.changed_at) == 10


def test_hub_sends_everything_to_streams_that_wait_for_the_watcher():
    hub = Hub(Clock())
    subscriber = hub.subscribe({"queue-1"})
    assert subscriber.take() == []
    hub.start_watching()
    assert subscriber.take() == ["*"]


def test_hub_sends_everything_to_a_stream_that_opens_just_after_the_watcher():
    hub = Hub(Clock())
    hub.start_watching()
    assert hub.subscribe({"queue-1"}).take() == ["*"]


def test_hub_forgets_a_closed_stream():
    hub, _ = watching_hub()
    subscriber = hub.subscribe({"queue-1"})
    hub.unsubscribe(subscriber)
    hub.publish({"queue-1"})
    assert (hub.subscribers, subscriber.take()) == (set(), [])


def test_subscriber_sleeps_until_something_changes():
    async def take_after_publish() -> list[str]:
        hub, _ = watching_hub()
        subscriber = hub.subscribe({"queue-1"})
        asyncio.get_running_loop().call_soon(hub.publish, {"queue-1"})
        await asyncio.wait_for(subscriber.woken.wait(), PATIENCE)
        return subscriber.take()

    with ThreadPoolExecutor(1) as aside:  # a browser test of this process may have left its loop in our thread
        assert aside.submit(asyncio.run, take_after_publish()).result(10) == ["queue-1"]
