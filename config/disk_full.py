"""Tells a disk without room from other failures."""

import errno

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SQLITE_FULL = {
    13,  # full
    778,  # it could not write: a quota or a limit
    1546,  # it could not change the length of a file
    4618,  # no room for the index of its log
    4874,
}
POSTGRESQL_FULL = {"53100"}


def is_full(problem: BaseException | None) -> bool:
    """Whether a write found no room. Its transaction was taken back as a whole."""
    if isinstance(problem, OSError):
        return problem.errno in NO_ROOM
    cause = problem.__cause__ if problem else None
    if isinstance(cause, OSError):
        return cause.errno in NO_ROOM
    return getattr(cause, "sqlite_errorcode", -1) in SQLITE_FULL or getattr(cause, "sqlstate", None) in POSTGRESQL_FULL
