"""Databases of pages with history, each beside a process that answers for pages on it (page_rounds.py).

KEEP=1 leaves the databases there, and the next run takes them up again; drop them after a change of the history.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connection

from tests.benchmarks.answering import answer, answering, ask
from tests.conftest import ROOT
from tests.database_copies import _locked_server, template_name, work_on
from tests.factories.people import UserFactory

SCRIPT = Path(__file__).resolve().with_name("page_rounds.py")
KEEP = bool(os.environ.get("KEEP"))


def name_of(count: int) -> str:
    """bench_figures_100k, bench_figures_5m."""
    short = f"{count // 1_000_000}m" if count % 1_000_000 == 0 else f"{count // 1000}k"
    return f"bench_figures_{short}"


class Pages:
    """One process with its database; `told` is what it said of the history."""

    def __init__(self, process: subprocess.Popen, told: dict[str, Any]) -> None:
        self.process, self.told = process, told

    def ask(self, who: str, path: str, *, slow: float | None = None) -> dict[str, Any]:
        asked = {"who": who, "path": path} | ({} if slow is None else {"slow": slow})
        ask(self.process, json.dumps(asked))
        return answer(self.process)


@contextmanager
def pages_of(count: int, env: Mapping[str, str]) -> Iterator[Pages]:
    """`env` is that of a process on the test database; the server, not the database, is used."""
    name = name_of(count)
    create(name)
    try:
        with answering(_command(count), ROOT, _env_of(name, env)) as process:
            yield Pages(process, answer(process))
    finally:
        if not KEEP:
            drop(name)


@contextmanager
def own_history(name: str, count: int, env: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """A database with a history in which the block may do what it likes, with Django's connection on it until then. It
    yields the environment of other processes on it."""
    drop(name)
    create(name, like=name_of(count))
    mine, before = _env_of(name, env), str(connection.settings_dict["NAME"])
    try:
        with answering(_command(count), ROOT, mine) as process:
            answer(process)  # it has filled the database, unless that is a copy of one that was kept
        work_on(name)
        UserFactory.reset_sequence(10_000)  # behind those of the history
        yield mine
    finally:
        work_on(before)
        drop(name)


def create(name: str, *, like: str = "") -> None:
    """A copy of another one, if that is there, or as migrations make it; one that was kept stays as it is."""
    with _locked_server() as run:
        if not run("SELECT 1 FROM pg_database WHERE datname = %s", name):
            known = run("SELECT 1 FROM pg_database WHERE datname = %s", like)
            run(f'CREATE DATABASE "{name}" TEMPLATE "{like if known else template_name()}"')


def _command(count: int) -> list[str]:
    return [sys.executable, str(SCRIPT), str(count)]


def _env_of(name: str, env: Mapping[str, str]) -> dict[str, str]:
    place = urlsplit(env["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    mine = {**env, "DATABASE_URL": place, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return mine | {"PYTHONPATH": str(ROOT), "ALUR_SERVER": "wsgi"}


def drop(name: str) -> None:
    with _locked_server() as run:
        run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
