"""What Alur keeps is for its own user alone, also under an open umask and after an upgrade."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from config.private_files import make_all_private, make_file, make_folder, make_open_folder
from tests.test_architecture import ROOT

WRITE = """
import django; django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
default_storage.save("imports/2026/leads.csv", ContentFile(b"Dewi"))
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("CREATE TABLE IF NOT EXISTS one (name text)")
for each in django.conf.settings.VAR.rglob("*"):
    print(each.relative_to(django.conf.settings.VAR), oct(each.stat().st_mode & 0o777))
from django.db.models.signals import post_migrate
from django.apps import apps
app = apps.get_app_config("config")
for receiver in post_migrate._live_receivers(app)[0]:
    if receiver.__module__ == "config.apps":
        receiver(sender=app)
"""


def modes(top: Path) -> dict[str, int]:
    return {path.relative_to(top).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in (top, *top.rglob("*"))}


def run(var: Path, umask: int) -> dict[str, int]:
    env = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    env |= {"VAR_DIR": str(var), "DEBUG": "true", "SECRET_KEY": "", "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", WRITE], env=env, cwd=ROOT, umask=umask, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    written = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    return {name: int(mode, 8) for name, mode in written.items()}


@pytest.mark.parametrize("umask", [0, 0o022])
def test_new_files_are_private(tmp_path: Path, umask: int):
    found = run(tmp_path / "var", umask)
    kept = {name: mode for name, mode in found.items() if not name.startswith("st")}
    assert {"alur.sqlite3", "alur.sqlite3-wal", "secret_key", "media/imports/2026/leads.csv"} <= set(kept)
    assert [name for name, mode in kept.items() if mode & 0o077] == []
    assert modes(tmp_path / "var")["."] == 0o700


def test_an_upgrade_closes_what_was_open(tmp_path: Path):
    var = tmp_path / "var"
    run(var, 0)
    for path in (var, *var.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (var / "secret_key").chmod(0o664)
    run(var, 0)
    found = modes(var)
    assert {name: mode for name, mode in found.items() if mode & 0o007} == {"static": 0o755}
    assert (found["media/imports/2026/leads.csv"], found["alur.sqlite3"]) == (0o600, 0o600)


def test_a_group_that_may_write_and_folders_of_all_stay(tmp_path: Path):
    shared, common, link = tmp_path / "shared", tmp_path / "common", tmp_path / "link"
    for place, mode in ((shared, 0o775), (common, 0o1777)):
        place.mkdir()
        place.chmod(mode)
        make_folder(place)
    (tmp_path / "aim").touch(0o644)
    link.symlink_to(tmp_path / "aim")
    make_all_private(link, [])
    assert {name: oct(mode) for name, mode in modes(tmp_path).items() if name != "."} == {
        "shared": "0o770", "common": "0o1777", "aim": "0o644", "link": "0o644"
    }  # fmt: skip


def test_a_database_that_is_there_stays_as_it_is(tmp_path: Path):
    (tmp_path / "one").write_text("rows")
    make_file(str(tmp_path / "one"))
    make_file(":memory:")
    assert ((tmp_path / "one").read_text(), sorted(path.name for path in tmp_path.iterdir())) == ("rows", ["one"])


@pytest.mark.django_db
def test_a_database_that_cannot_be_made_is_a_failure_of_the_database(tmp_path: Path):
    handler = ConnectionHandler({"default": {"ENGINE": "config.sqlite", "NAME": tmp_path / "gone" / "alur.sqlite3"}})
    with pytest.raises(OperationalError, match="unable to open database file"):
        handler["default"].ensure_connection()


def test_another_user_may_migrate_beside_a_folder_that_is_closed(tmp_path: Path):
    var = tmp_path / "var"
    make_folder(var)
    var.chmod(0)
    other = 65534 if os.geteuid() == 0 else os.geteuid()
    before = os.geteuid()
    os.seteuid(other)
    try:
        make_open_folder(var / "static")
    finally:
        os.seteuid(before)
    var.chmod(0o700)
    assert not (var / "static").exists()
    make_open_folder(var / "static")
    assert (var / "static").is_dir()
