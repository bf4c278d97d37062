"""A call in a child process ends within its limits, says how it ended, and leaves no trace for the next call."""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection

import pytest

from config.worker.bounded_call import CallFailed, CallInterrupted, LimitReached, Limits, call_in_child

LIMITS = Limits(cpu_seconds=1, wall_seconds=60, memory=256 * 1024 * 1024)


def call(name: str, content: bytes = b"", limits: Limits = LIMITS, **facts: str):
    return call_in_child(f"tests.bounded_functions:{name}", content, facts, limits=limits)


def test_the_answer_is_plain_data():
    content = "line\nand\r\n\x00another é" * 100_000
    assert call("echo", content.encode(), zone="UTC") == {"content": content, "facts": {"zone": "UTC"}}


@pytest.mark.parametrize(
    ("name", "limits"),
    [("spin", LIMITS), ("hoard", LIMITS), ("wait", Limits(wall_seconds=0.5))],
    ids=["processor", "memory", "time"],
)
def test_a_limit_ends_the_call(name, limits):
    with pytest.raises(LimitReached):
        call(name, limits=limits)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT], ids=["segv", "abrt"])
def test_a_crash_is_by_the_content(number):
    with pytest.raises(LimitReached):
        call("end_by", signal=str(int(number)))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=["kill", "term", "int"])
def test_a_child_that_somebody_ends_says_nothing_about_the_content(number):
    with pytest.raises(CallInterrupted):
        call("end_by", signal=str(int(number)))


def test_a_machine_that_can_start_no_process_says_nothing_about_the_content(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(CallInterrupted):
        call("echo")


@pytest.mark.parametrize(("name", "problem"), [("go_deep", "RecursionError"), ("missing", "AttributeError")])
def test_an_exception_is_named_without_its_text(name, problem):
    with pytest.raises(CallFailed) as failed:
        call(name)
    assert str(failed.value) == problem


def test_what_is_printed_is_no_answer():
    assert call("chatter") == "the answer"


def test_each_call_begins_clean():
    assert [call("remember", b"one"), call("remember", b"two")] == [["one"], ["two"]]


def test_the_child_learns_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush")
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody:hush@host/db")
    assert {"SECRET_KEY", "DATABASE_URL"} & set(call("environment")) == set()


def test_limits_hold_before_the_function_is_called():
    assert call("limits") == [LIMITS.cpu_seconds, LIMITS.memory, 0]


def test_a_child_whose_parent_is_gone_ends_by_itself():
    assert 0 < call("alarm") <= LIMITS.wall_seconds + 1


def test_signals_that_the_parent_ignores_still_end_the_child():
    earlier = signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGXCPU,))
    try:
        with pytest.raises(LimitReached):
            call("spin")
    finally:
        signal.signal(signal.SIGXCPU, earlier)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGXCPU,))


def test_it_works_on_any_thread():
    found = []
    threads = [threading.Thread(target=lambda n=n: found.append(call("remember", str(n).encode()))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [["0"], ["1"], ["2"], ["3"]]


def _ask(pipe: Connection) -> None:
    pipe.send((multiprocessing.current_process().daemon, call("remember", b"here")))
    os._exit(0)


def test_it_works_in_a_daemonic_process_as_workers_are():
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    worker = context.Process(target=_ask, args=(theirs,), daemon=True)
    worker.start()
    theirs.close()
    assert ours.recv() == (True, ["here"])
    worker.join()
