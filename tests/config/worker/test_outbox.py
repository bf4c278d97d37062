"""The outbox asks every second, whatever fails; while something hangs it gives no sign of life (I3, I4)."""

import logging
import threading
import time

import pytest
from django.utils.module_loading import import_string

from config.models import Heartbeat
from config.schedules import TABLE
from config.worker import outbox
from config.worker.outbox import LONGEST_TURN, TASKS, Lane, beat, run_outbox

asked: list[str] = []
enough = threading.Event()


def send() -> None:
    asked.append("send")
    if len(asked) > 3:
        enough.set()


def fail() -> None:
    asked.append("fail")
    raise RuntimeError("no route to host")


@pytest.fixture(autouse=True)
def nothing_asked_yet(monkeypatch):
    asked.clear()
    enough.clear()
    monkeypatch.setattr(outbox, "EVERY", 0.001)


def named(function) -> str:
    return f"{__name__}.{function.__name__}"


def test_every_task_can_be_called_and_runs_without_the_outbox_too():
    minutely = {periodic.task for periodic in TABLE if periodic.minutes == 1}
    assert [callable(import_string(task)) for task in TASKS] == [True, True]
    assert {"queues.tasks.write_due_crms", "leads.tasks.send_due_webhooks"} <= minutely


@pytest.mark.django_db(transaction=True)
def test_an_error_is_logged_and_ends_nothing(caplog):
    with caplog.at_level(logging.ERROR):
        run_outbox(lambda _seconds: enough.wait(30), tasks=[named(send), named(fail)])
    assert asked.count("send") > 1 and "fail" in asked
    assert "fail failed; it is asked again" in caplog.text and "no route to host" in caplog.text
    assert Heartbeat.objects.filter(name="outbox").exists()
    assert not {each.name for each in threading.enumerate()} & {named(send), named(fail)}


@pytest.mark.django_db(transaction=True)
def test_while_a_lane_hangs_there_is_no_sign_of_life(caplog):
    well, hanging = Lane("a.task"), Lane("b.task", began=time.monotonic() - LONGEST_TURN - 1)
    beat([well, hanging])
    assert (Heartbeat.objects.count(), "the outbox hangs: b.task" in caplog.text) == (0, True)
    beat([well])
    assert Heartbeat.objects.get().name == "outbox"
