"""What a restore refuses before it changes anything, and what a backup refuses to write over (J6)."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from config.backup.archive import DATABASE, MANIFEST, read
from config.backup.make import refuse_without_room
from config.backup.refused import BackupRefused
from config.backup.restore import has_its_keys

pytestmark = pytest.mark.usefixtures("transactional_db", "place")
Damage = Callable[[bytes], bytes]


@pytest.fixture
def backup(place: Path, tmp_path: Path) -> Path:
    """Of an installation without people, so that it may be put back over itself."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("backup", str(tmp_path / "alur.tar"), verbosity=0)
    return tmp_path / "alur.tar"


def changed(backup: Path, change: Callable[[dict], None], also: str = "", cut: bool = False) -> Path:
    """The same file with another manifest, and perhaps a further part, or half of a database."""
    made = backup.with_name("changed.tar")
    with tarfile.open(backup) as old, tarfile.open(made, "w") as new:
        manifest = json.load(old.extractfile(MANIFEST))
        change(manifest)
        texts = {name: old.extractfile(name).read() for name in old.getnames() if name != MANIFEST}
        texts |= {also: b"x"} if also else {}
        if cut:
            texts[DATABASE] = texts[DATABASE][: len(texts[DATABASE]) // 2]
            manifest["parts"][DATABASE]["sha256"] = hashlib.sha256(texts[DATABASE]).hexdigest()
        for name, text in (texts | {MANIFEST: json.dumps(manifest).encode()}).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            new.addfile(entry, io.BytesIO(text))
    return made


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda whole: whole[: len(whole) // 2], "unexpected end of data"),
        (lambda whole: whole[:50_000] + b"CUT" + whole[50_003:], "database is not what was written"),
        (lambda _whole: b"not a tar", "truncated header"),
        (lambda _whole: b"", "empty file"),
        (lambda whole: whole.replace(b"manifest.json", b"manifest.jsom"), "damaged or incomplete"),
    ],
)
def test_a_file_that_is_not_whole_changes_nothing(backup: Path, damage: Damage, why: str):
    backup.write_bytes(damage(backup.read_bytes()))
    with pytest.raises(CommandError, match=f"(?s){why}.*nothing was changed"):
        call_command("restore", str(backup))
    with pytest.raises(CommandError, match="There is no file"):
        call_command("restore", str(backup.with_name("none.tar")))


def test_a_part_leads_nowhere_but_below(backup: Path, tmp_path: Path):
    name = "uploads/../../escaped"

    def add(manifest: dict) -> None:
        manifest["parts"][name] = {
            "size": 1,
            "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
        }

    with pytest.raises(CommandError, match="escaped has no place here"):
        call_command("restore", str(changed(backup, add, also=name)))
    assert list(tmp_path.rglob("escaped")) == []


def test_a_newer_schema_and_another_database_are_refused(backup: Path):
    newer = changed(backup, lambda manifest: manifest["facts"]["migrations"].append(["leads", "9999_later"]))
    with pytest.raises(CommandError, match=r"does not know 1 of its migrations \(leads\.9999_later\)"):
        call_command("restore", str(newer))
    other = changed(backup, lambda manifest: manifest.update(vendor="oracle"))
    with pytest.raises(CommandError, match=r"This is a backup of oracle, and here is (SQLite|PostgreSQL)\."):
        call_command("restore", str(other))


def test_a_database_that_cannot_be_read_leaves_the_one_that_is_here(backup: Path):
    User.objects.create_user("sari")
    broken = changed(backup, lambda manifest: None, cut=True)
    why = {"sqlite": "The database is broken", "postgresql": "pg_restore cannot read the dump"}[connection.vendor]
    with pytest.raises(CommandError, match=why):
        call_command("restore", str(broken), "--replace", "--no-input")
    assert User.objects.filter(username="sari").count() == 1


def test_without_an_answer_nothing_is_replaced(backup: Path, monkeypatch: pytest.MonkeyPatch):
    User.objects.create_user("sari")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        call_command("restore", str(backup), "--replace")
    assert User.objects.filter(username="sari").count() == 1


def test_too_little_disk_is_said_before_the_first_byte(tmp_path: Path):
    with pytest.raises(BackupRefused, match=r"free, and 2,000,000,000,000 MB are needed\. Make room first"):
        refuse_without_room({tmp_path: 10**18, tmp_path.parent: 10**18})


def test_other_keys_are_named(backup: Path, settings, capsys: pytest.CaptureFixture[str]):
    with read(backup) as found:
        assert has_its_keys(found.manifest)
    settings.SEALING_KEYS = ["another key"]
    call_command("restore", str(backup))
    assert "SECRET_KEY or SEALING_KEYS are not those of the backup" in capsys.readouterr().out


def test_a_backup_writes_over_nothing(backup: Path, place: Path):
    was = backup.read_bytes()
    with pytest.raises(CommandError, match="Name a file that does not"):
        call_command("backup", str(backup))
    (place / "media").mkdir(exist_ok=True)
    with pytest.raises(CommandError, match="is no place for a backup"):
        call_command("backup", str(place / "media" / "alur.tar"))
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("backup", str(place / "none" / "alur.tar"))
    assert (backup.read_bytes(), sorted(path.name for path in backup.parent.glob("*alur*"))) == (was, ["alur.tar"])


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ("", "pg_dump is not installed here. Install the PostgreSQL client tools of version"),
        ("pg_dump (PostgreSQL) 9.6.24", "pg_dump is of PostgreSQL 9, and the server is"),
    ],
)
def test_tools_that_are_missing_or_too_old_are_named(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, why: str
):
    """SQLite needs none."""
    tools = tmp_path / "bin"
    tools.mkdir()
    if says:
        (tools / "pg_dump").write_text(f"#!/bin/sh\necho '{says}'\n")
        (tools / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    with pytest.raises(CommandError, match=why) if connection.vendor == "postgresql" else nullcontext():
        call_command("backup", str(tmp_path / "alur.tar"), verbosity=0)
    assert (tmp_path / "alur.tar").exists() == (connection.vendor == "sqlite")
