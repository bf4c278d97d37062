"""DATABASE_URL becomes a tuned entry for each server."""

from pathlib import Path

import environ
import pytest

from config.databases import database

VAR = Path("/var/alur")


def entry(server: str = "", testing: bool = False, **variables: str) -> dict:
    env = environ.Env()
    env.ENVIRON = variables
    return database(env, server=server, testing=testing, var=VAR)


def test_sqlite_takes_one_writer_at_a_time_from_the_beginning():
    place = entry()
    wanted = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    assert (place["NAME"], place["OPTIONS"], place["CONN_MAX_AGE"]) == ("/var/alur/alur.sqlite3", wanted, 0)


@pytest.mark.parametrize(("server", "pooled", "kept"), [("asgi", True, 0), ("wsgi", False, 60), ("worker", False, 60)])
def test_postgresql_pools_under_asgi_and_keeps_elsewhere(server: str, pooled: bool, kept: int):
    place = entry(server, DATABASE_URL="postgres://alur@db/alur")
    assert ("pool" in place["OPTIONS"], place["CONN_MAX_AGE"]) == (pooled, kept)


def test_postgresql_prepares_statements_unless_a_pooler_forbids_it():
    url = "postgres://alur@db/alur"
    thresholds = [
        entry(DATABASE_URL=url, **variables)["OPTIONS"]["prepare_threshold"]
        for variables in ({}, {"DB_PREPARE_THRESHOLD": "0"})
    ]
    assert thresholds == [3, None]


def test_tests_never_touch_the_working_database():
    place = entry(testing=True, DATABASE_URL="postgres://alur@db/alur")
    assert (place["ENGINE"], place["NAME"]) == ("config.sqlite", "/var/alur/alur.sqlite3")
    place = entry(testing=True, DATABASE_URL="postgres://alur@db/alur", TEST_DATABASE_URL="postgres://a@test/alur")
    assert (place["HOST"], place["TEST"]["NAME"].startswith("test_alur_")) == ("test", True)
