"""Runs all checks, in an order in which the first thing that is broken explains the rest."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from config.doctor import background, database, files, mail, settings
from config.doctor.findings import Finding, State, broken, registered_checks


def examine(*, at: datetime, mail_to: str = "") -> list[Finding]:
    found = [*_safely("settings", settings.findings), *_safely("database", database.findings)]
    if all(each.state != State.BROKEN for each in found if each.what in (database.DATABASE, database.SCHEMA)):
        found += _safely("clock", lambda: database.clock(at))
        found += _safely("worker", lambda: background.findings(at))
        for name, check in registered_checks():
            found += _safely(name, partial(check, at))
    found += _safely("mail", lambda: mail.findings(mail_to))
    return found + _safely("files", files.findings)


def _safely(what: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """A check that fails is a finding too."""
    try:
        return list(check())
    except Exception as problem:
        return [broken(what, f"This could not be checked: {problem}", "Remove the cause, then ask again.")]
