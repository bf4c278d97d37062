"""The messages of live updates, and who receives them: only people who may follow the topic (C9)."""

from config.live.hub import MAX_MESSAGES, MEMORY_SECONDS, UNPACED_STREAMS, Hub
from config.live.messages import by_topic, opposite, topic_of
from tests.config.live.test_hub import watching_hub


def test_a_message_has_a_topic():
    assert [topic_of(each) for each in ("queue-3", "queue-3/17", "queue-3/+17", "*")] == ["queue-3"] * 3 + ["*"]


def test_removed_and_restored_replace_each_other():
    assert (opposite("queue-3/17"), opposite("queue-3/+17")) == ("queue-3/+17", "queue-3/17")
    assert (opposite("queue-3"), opposite("*")) == (None, None)


def test_the_last_message_about_each_entry_counts():
    messages = ["queue-3/17", "queue-3/18", "queue-3/+17", "queue-31", "queue-3/+18", "queue-3/18"]
    assert by_topic(messages) == {"queue-3": ["queue-3/+17", "queue-3/18"], "queue-31": ["queue-31"]}


def test_hub_names_nothing_of_a_queue_that_a_person_may_not_follow():
    hub, _ = watching_hub()
    mine, other, early = hub.subscribe({"queue-3"}), hub.subscribe({"queue-31", "queue-4"}), hub.subscribe(set())
    hub.publish(["queue-3/17", "queue-30/18"])
    assert (mine.take(), other.take(), early.take()) == (["queue-3/17"], [], [])
    assert hub.subscribe({"queue-31"}).take() == []
    assert hub.subscribe({"queue-3"}).take() == ["queue-3/17"]


def test_a_stream_receives_an_undo_instead_of_what_it_undoes():
    hub, _ = watching_hub()
    slow = hub.subscribe({"queue-3"})
    hub.publish(["queue-3/17"])
    hub.publish(["queue-3/+17"])
    assert slow.take() == ["queue-3/+17"]
    assert hub.subscribe({"queue-3"}).take() == ["queue-3/+17"]


def test_what_a_slow_stream_missed_costs_no_memory():
    hub, clock = watching_hub()
    slow = hub.subscribe({"queue-3"})
    for number in range(MAX_MESSAGES * 3):
        hub.publish([f"queue-3/{number}"])
        assert max(len(slow.pending), len(hub.changed_at)) <= MAX_MESSAGES
    assert "queue-3" in slow.take()
    clock.now += MEMORY_SECONDS + 1
    hub.publish(["queue-3/1"])
    assert list(hub.changed_at) == ["queue-3/1"]


def test_all_pages_together_ask_as_often_however_many_they_are():
    hub = Hub()
    assert hub.pace(10) == 0
    streams = [hub.subscribe({"queue-3"}) for _ in range(UNPACED_STREAMS)]
    assert hub.pace(10) == 0
    streams += [hub.subscribe({"queue-3"}) for _ in range(490)]
    assert hub.pace(10) == 49_000  # ms for one request of each of them
    hub.streams_elsewhere = 500
    assert hub.pace(10) == 99_000
    for stream in streams:
        hub.unsubscribe(stream)
    assert hub.pace(10) == 49_000
