"""Templates of test databases: never stale, never left behind."""

import os
import subprocess
import time
from pathlib import Path

from tests.database_copies import KEEP_SECONDS, remove_old_files, schema_hash


def migration(folder: Path, text: str) -> None:
    (folder / "migrations").mkdir(exist_ok=True)
    (folder / "migrations" / "0001_initial.py").write_text(text)


def test_schema_hash_follows_each_migration(tmp_path: Path):
    migration(tmp_path, "operations = []")
    before = schema_hash([tmp_path])
    migration(tmp_path, "operations = [1]")
    changed = schema_hash([tmp_path])
    migration(tmp_path, "operations = []")
    assert (changed != before, schema_hash([tmp_path])) == (True, before)


def test_schema_hash_follows_models_of_an_app_without_migrations(tmp_path: Path):
    (tmp_path / "models.py").write_text("one = 1")
    before = schema_hash([tmp_path])
    (tmp_path / "models.py").write_text("two = 2")
    assert schema_hash([tmp_path]) != before


def test_old_templates_and_copies_of_dead_runs_are_removed(tmp_path: Path):
    ended = subprocess.Popen(["true"])
    ended.wait()
    kept = tmp_path / "alur_template_mine.sqlite3"
    names = [kept.name, "alur_template_old.sqlite3", "alur_template_new.sqlite3"]
    names += [f"test-{os.getpid()}.sqlite3", f"test-{ended.pid}.sqlite3", f"test-{ended.pid}.sqlite3-wal"]
    for name in names:
        (tmp_path / name).touch()
    for old in (kept, tmp_path / "alur_template_old.sqlite3"):
        os.utime(old, (0, time.time() - KEEP_SECONDS - 1))
    remove_old_files(tmp_path, keep=kept)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["alur_template_mine.sqlite3", "alur_template_new.sqlite3", f"test-{os.getpid()}.sqlite3"]
