"""Production settings are safe by default, and say kindly what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "a-key-for-this-test-only-with-more-than-fifty-different-characters-0123456789"


def manage(tmp_path: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A management command in production: nothing set but what is given."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=kept | {"DEBUG": "false", "VAR_DIR": str(tmp_path)} | env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_production_passes_the_deployment_check_without_warnings(tmp_path: Path):
    checked = manage(
        tmp_path, "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=KEY, ALLOWED_HOSTS="leads.example.com"
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_production_says_that_it_needs_a_key(tmp_path: Path):
    refused = manage(tmp_path, "check")
    assert (refused.returncode, "SECRET_KEY is not set. Production needs one" in refused.stderr) == (1, True)


def test_kept_connections_are_refused_under_asgi(tmp_path: Path):
    place = {"SECRET_KEY": KEY, "DATABASE_URL": "postgres://postgres@127.0.0.1/none", "ALUR_SERVER": "asgi"}
    refused = manage(tmp_path, "check", DB_CONN_MAX_AGE="60", **place)
    assert (refused.returncode, "config.E001" in refused.stderr) == (1, True)


def test_the_asgi_door_refuses_kept_connections_too(tmp_path: Path):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    place = {"SECRET_KEY": KEY, "DATABASE_URL": "postgres://postgres@127.0.0.1/none", "DB_CONN_MAX_AGE": "60"}
    refused = subprocess.run(
        [sys.executable, "-c", "import config.asgi"],
        cwd=ROOT,
        env=kept | place | {"DEBUG": "false", "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (refused.returncode, "connections would pile up" in refused.stderr) == (1, True)


@pytest.mark.parametrize("variable", ["DEBUG", "ALUR_DEMO"])
def test_a_generated_key_is_kept_and_private(tmp_path: Path, variable: str):
    show = ("shell", "-v", "0", "-c", "from django.conf import settings; print(settings.SECRET_KEY)")
    first, second = (manage(tmp_path, *show, **{variable: "true"}).stdout.strip() for _ in range(2))
    mode = (tmp_path / "secret_key").stat().st_mode & 0o777
    assert (len(first), first == second, mode) == (50, True, 0o600)


def test_static_files_get_hashed_names(tmp_path: Path):
    """Every reference in CSS and JS must resolve, or collecting fails."""
    collected = manage(tmp_path, "collectstatic", "--noinput", "-v", "0", SECRET_KEY=KEY)
    assert (collected.returncode, collected.stderr, (tmp_path / "static" / "staticfiles.json").exists()) == (
        0,
        "",
        True,
    )
