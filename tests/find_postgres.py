"""Prints the address of a PostgreSQL for the tests, or nothing: `python -m tests.find_postgres`.

TEST_DATABASE_URL first, then DATABASE_URL (the tests make their own database beside it), then a server that answers on
127.0.0.1:5432 without a password and may create databases.
"""

import os

import psycopg

NAMED = [os.environ.get(name, "") for name in ("TEST_DATABASE_URL", "DATABASE_URL")]
NEAR = [f"postgres://{who}127.0.0.1:5432/postgres" for who in ("postgres@", "")]


def usable(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            allowed = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            return bool(connection.execute(allowed).fetchone()[0])
    except psycopg.Error:
        return False


def find() -> str:
    named = [url for url in NAMED if url.startswith(("postgres://", "postgresql://"))]
    return next(filter(usable, named or NEAR), "")


if __name__ == "__main__":
    print(find())
