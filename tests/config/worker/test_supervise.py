"""Real processes: what dies or hangs is started again, and nothing is ever left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.scheduler import scheduler

from config.models import Heartbeat
from config.schedules import sync_schedules
from config.worker.processes import ProcessGroup, manage
from tests.conftest import free_port
from tests.patience import PATIENCE, slowness
from tests.process_family import Family, until

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
time.sleep(600)
"""
STARTER = """
import django, sys, time
django.setup()
from config.worker.processes import ProcessGroup
ProcessGroup("stubborn", [sys.executable, "-c", {code!r}], grace=0.5).start()
time.sleep(600)
"""


@pytest.fixture
def family(process_env: dict[str, str], transactional_db: None) -> Iterator[Family]:
    family = Family(process_env)
    yield family
    family.end()


def a_whole_cluster(family: Family) -> list[int]:
    """Main process, sentinel, monitor, pusher and one worker, below their guard."""
    return until(lambda: pids if len(pids := family.members("manage.py worker")) == 6 else [])


def test_group_kills_what_does_not_stop(family: Family):
    group = ProcessGroup("stubborn", [sys.executable, "-c", STUBBORN], env=family.env, grace=0.5)
    group.start()
    until(lambda: len(family.members()) == 3)
    group.stop()
    assert family.members() == []


def test_group_kills_what_is_frozen(family: Family):
    group = ProcessGroup("frozen", [sys.executable, "-c", STUBBORN], env=family.env, grace=0.5)
    group.start()
    for pid in until(lambda: pids if len(pids := family.members()) == 3 else []):
        os.kill(pid, signal.SIGSTOP)
    group.stop()
    assert family.members() == []


def test_group_dies_with_who_started_it(family: Family):
    starter = family.start(sys.executable, "-c", STARTER.format(code=STUBBORN))
    until(lambda: len(family.members()) == 4)
    starter.kill()
    until(lambda: family.members() == [])


def test_supervisor_replaces_a_killed_worker(family: Family):
    supervisor = family.start(*manage("supervise"))
    before = a_whole_cluster(family)
    os.kill(before[1], signal.SIGKILL)
    until(lambda: set(family.members("manage.py worker")).isdisjoint(before))
    assert len(a_whole_cluster(family)) == 6
    supervisor.terminate()
    assert (supervisor.wait(timeout=PATIENCE), family.members()) == (0, [])


def test_supervisor_replaces_a_silent_worker(family: Family):
    """Frozen, it cannot answer to a polite signal either."""
    supervisor = family.start(
        *manage("supervise"), BEAT_STALE_SECONDS=str(round(12 * slowness())), WORKER_GRACE_SECONDS="1"
    )
    before = a_whole_cluster(family)
    for pid in before:
        os.kill(pid, signal.SIGSTOP)
    until(lambda: set(family.members("manage.py worker")).isdisjoint(before))
    assert len(a_whole_cluster(family)) == 6
    supervisor.terminate()
    assert (supervisor.wait(timeout=PATIENCE), family.members()) == (0, [])


def test_supervisor_replaces_a_killed_outbox_and_leaves_the_worker(family: Family):
    supervisor = family.start(*manage("supervise"))
    workers = a_whole_cluster(family)
    before = until(lambda: pids if len(pids := family.members("manage.py outbox")) == 2 else [])
    until(lambda: Heartbeat.objects.filter(name="outbox").exists())
    os.kill(before[1], signal.SIGKILL)
    until(lambda: len(pids := family.members("manage.py outbox")) == 2 and set(pids).isdisjoint(before))
    assert family.members("manage.py worker") == workers
    supervisor.terminate()
    assert (supervisor.wait(timeout=PATIENCE), family.members()) == (0, [])


def test_worker_ends_when_its_supervisor_is_killed(family: Family):
    supervisor = family.start(*manage("supervise"))
    a_whole_cluster(family)
    supervisor.kill()
    until(lambda: family.members() == [])


def test_a_heartbeat_passes_through_scheduler_queue_and_worker(family: Family):
    at = timezone.now()
    sync_schedules(at=at)
    scheduler()
    group = ProcessGroup("worker", manage("qcluster"), env=family.env)
    group.start()
    until(lambda: Heartbeat.objects.filter(name="worker", at__gte=at).exists())
    group.stop()
    assert family.members() == []


def test_serve_runs_all_and_ends_all(family: Family, tmp_path: Path):
    greeting = tmp_path / "greeting.txt"
    greeting.write_text("Sign in as rep@example.com\n")
    port = str(free_port())
    served = family.start(*manage("serve", "--port", port, "--greeting", str(greeting), "--also", "supervise"))
    lines = [served.stdout.readline().strip() for _ in range(2)]
    assert lines == ["Sign in as rep@example.com", f"Alur is at http://127.0.0.1:{port}/   (Ctrl-C stops it)"]
    until(lambda: len(family.members("manage.py worker")) == 12)
    served.send_signal(signal.SIGINT)
    assert (served.wait(timeout=PATIENCE), served.stdout.read(), family.members()) == (0, "Alur has stopped.\n", [])


def test_serve_leaves_nothing_when_it_is_killed(family: Family):
    served = family.start(*manage("serve", "--port", str(free_port())))
    a_whole_cluster(family)
    served.kill()
    until(lambda: family.members() == [])


def test_serve_refuses_a_taken_port(family: Family, site: str):
    port = site.rsplit(":", 1)[1]
    served = subprocess.run(
        manage("serve", "--port", port), cwd=ROOT, env=family.env, capture_output=True, text=True, timeout=PATIENCE
    )
    wanted = f"Port {port} at 127.0.0.1 is taken (Address already in use). Try --port {int(port) + 1}."
    assert (served.returncode, wanted in served.stderr, family.members()) == (1, True, [])
