"""A backup of an installation at work, put into an empty one: the same rows, uploads, fairness and passwords (J6)."""

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.backup.archive import read
from leads.models import Lead
from routing.actions.rotation.audit import audit_rotations
from routing.models import Audit, Team
from tests.config.backup.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("at_work")


def rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}


def uploads() -> dict[str, bytes]:
    return {
        name: default_storage.open(f"imports/{name}").read() for name in sorted(default_storage.listdir("imports")[1])
    }


def test_an_empty_installation_becomes_the_same(
    other_installation: Callable[..., Any], settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    backup, was, files = tmp_path / "alur.tar", rows(), uploads()
    call_command("backup", str(backup))
    assert re.match(r"Done and read back: \d+ tables with [\d,]+ rows, 2 uploads, ", capsys.readouterr().out)
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.glob("*alur*")] == [("alur.tar", 0o600)]
    with other_installation(settings):
        call_command("restore", str(backup))
        said = capsys.readouterr().out
        assert (rows(), uploads()) == (was, files)
        assert (audit_rotations(at=timezone.now()), Audit.objects.filter(faults=[], turns=7).count()) == (0, 1)
        signed_in = Client().post("/sign-in/", {"username": "rina", "password": PASSWORD})
        assert (signed_in.status_code, signed_in["Location"]) == (302, "/")
        with pytest.raises(CommandError, match=r"accounts \(3\) and leads \(7\)\. Use an empty database"):
            call_command("restore", str(backup))
    assert re.search(r"2 uploads, as they were at 20.*All counts are equal\.\nStart Alur", said)
    assert rows() == was


def test_rows_that_arrive_at_the_same_moment_do_not_disturb(tmp_path: Path):
    """Each table is counted as it is written, though others go on."""
    enough, begun = threading.Event(), threading.Event()

    def go_on() -> None:
        number = 0
        while not enough.is_set():
            Team.objects.create(name=f"Team {number}")
            number += 1
            begun.set()
        connection.close()

    writer = threading.Thread(target=go_on)
    writer.start()
    begun.wait(30)
    try:
        call_command("backup", str(tmp_path / "alur.tar"), verbosity=0)
    finally:
        enough.set()
        writer.join()
    with read(tmp_path / "alur.tar") as backup:
        assert 1 < backup.manifest.facts.tables["routing_team"] <= Team.objects.count()


def test_replacing_needs_the_word_and_takes_all_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    backup, was, files = tmp_path / "alur.tar", rows(), uploads()
    call_command("backup", str(backup), verbosity=0)
    Team.objects.create(name="Later")
    Lead.objects.filter(pk=Lead.objects.order_by("pk")[0].pk).update(last_name="Changed")
    default_storage.delete("imports/one.csv")
    Path(default_storage.path("imports/later.csv")).write_text("later")
    changed = rows()
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        call_command("restore", str(backup), "--replace")
    assert (rows(), Lead.objects.filter(last_name="Changed").count()) == (changed, 1)
    monkeypatch.setattr("builtins.input", lambda _question: " Replace ")
    call_command("restore", str(backup), "--replace")
    assert (rows(), uploads(), Lead.objects.filter(last_name="Changed").count()) == (was, files, 0)
    assert [path.name for path in Path(default_storage.path("")).iterdir()] == ["imports"]
