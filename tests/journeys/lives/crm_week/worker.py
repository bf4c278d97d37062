"""The worker of a week: it asks, reads and writes, and now and then it is killed in the middle of that (I4)."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from django.db import connection as database
from django_q.models import OrmQ

from queues.actions.crm import polling
from queues.actions.crm.wishes import read_wishes
from queues.actions.crm.writing import write_wishes
from tests.journeys.lives.crm_week.sides import Side

ENDS = ("ROLLBACK", "BEGIN", "COMMIT")
POINTS = ("poll", "page", "link", "write", "sent", "record")
PATIENCE = 6  # runs in which a moment did not come; then it dies at the next statement of any work


class Killed(BaseException):
    """kill -9: nothing that the process wanted to do afterwards happens."""


class Death:
    """Of one process, at its next statement after `is_time`; from then on it makes none. A transaction that was open is
    rolled back by the database, as no process is there to commit it."""

    def __init__(self, is_time: Callable[[str], bool]) -> None:
        self.is_time, self.is_dead = is_time, False

    def __call__(self, execute, sql, params, many, context):
        if not sql.lstrip().upper().startswith(ENDS):
            self.is_dead = self.is_dead or self.is_time(sql)
            if self.is_dead:
                raise Killed
        return execute(sql, params, many, context)


class Worker:
    """`kill_at`: where it dies next; until it comes there it lives on, but not for ever."""

    def __init__(self, side: Side, dice: Random, clock: Callable[[], datetime]) -> None:
        self.side, self.dice, self.clock = side, dice, clock
        self.kill_at, self.waited = "", 0
        self.deaths: list[str] = []

    def tick(self) -> None:
        self.waited += 1
        polling.poll_due(at=self.clock())
        for _slice in range(30):
            tasks = [task for task in OrmQ.objects.order_by("pk") if task.func() == polling.TASK]
            if not tasks:
                break
            pk = tasks[0].args()[0]
            OrmQ.objects.filter(pk__in=[task.pk for task in tasks]).delete()
            self._live(("poll", "page", "link"), lambda pk=pk: polling.poll(pk, clock=self.clock))
        self.write()

    def die_at(self, point: str) -> None:
        self.kill_at, self.waited = point, 0

    def write(self) -> None:
        self.side.look()
        self._live(("write", "sent", "record"), self._write)
        self.side.look()

    def _write(self) -> None:
        read_wishes(at=self.clock())
        write_wishes(clock=self.clock)

    def _live(self, points: tuple[str, ...], work: Callable[[], object]) -> None:
        is_late = self.waited > PATIENCE
        if not self.kill_at or (self.kill_at not in points and not is_late):
            work()
            return
        death = Death(_at_once if is_late else self._moment(self.kill_at))
        try:
            with database.execute_wrapper(death):
                work()
        except Killed:
            self.deaths.append(f"instead of {self.kill_at}" if is_late else self.kill_at)
            self.kill_at = ""
        assert not database.in_atomic_block

    def _moment(self, point: str) -> Callable[[str], bool]:
        """When it is time, as a statement tells."""
        double, left = self.side.double, [self.dice.randrange(1, 40)]
        calls, writes = len(double.calls), self.side.count_writes()

        def after_some(_sql: str) -> bool:
            left[0] -= 1
            return left[0] < 0 and len(double.calls) > calls

        return {
            "poll": after_some,
            "write": after_some,
            "page": lambda sql: len(double.calls) > calls + 1 and "cursor_after" in sql,
            "link": lambda sql: sql.startswith("INSERT INTO") and '"queues_crmlink"' in sql,
            "sent": lambda _sql: self.side.count_writes() > writes,
            "record": lambda sql: self.side.count_writes() > writes and sql.startswith("INSERT INTO"),
        }[point]


def _at_once(_sql: str) -> bool:
    return True
