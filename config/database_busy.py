"""Tells a database that is too busy at the moment from one that refuses what is asked."""

from config.sqlite.writer_line import WaitedTooLong

SQLITE_BUSY = {5, 6}  # busy, locked: the low byte of its error codes
POSTGRESQL_BUSY = {
    "40001",  # two transactions that cannot both be right
    "40P01",  # a deadlock
    "53300",  # too many connections
    "55P03",  # a lock was not free in time (lock_timeout)
    "57P03",  # the server starts or stops
}


def is_busy(problem: BaseException | None) -> bool:
    """Whether the same request may succeed a little later. Its transaction was taken back as a whole."""
    if isinstance(problem, WaitedTooLong):
        return True
    cause = problem.__cause__ if problem else None
    return (
        getattr(cause, "sqlite_errorcode", -1) & 0xFF in SQLITE_BUSY
        or getattr(cause, "sqlstate", None) in POSTGRESQL_BUSY
        or type(cause).__name__ == "PoolTimeout"  # no connection of the pool was free in time
    )
