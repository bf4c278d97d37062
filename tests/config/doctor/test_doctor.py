"""`manage.py doctor` names what is broken, and what to do (J6)."""

import json
import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from config.doctor import files
from config.doctor.database import of_clocks
from config.doctor.findings import State
from config.private_files import make_folder, make_private
from config.worker.heartbeat import OUTBOX, WORKER, record_heartbeat
from leads.models import Endpoint
from queues.models import Connection
from routing.models import Audit, CalendarFeed
from tests.factories import make_rep, make_rotation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(db: None, settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path / "var"
    settings.MEDIA_ROOT = settings.VAR / "media"
    make_folder(settings.VAR)
    if connection.vendor == "sqlite":
        make_private(Path(connection.settings_dict["NAME"]))  # the copy of a template is open
    return settings.VAR


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str]) -> Any:
    def ask(*arguments: str) -> tuple[int, dict[str, list[tuple[str, str, str]]]]:
        """Its code, and by subject: state, what was found, what to do."""
        code = 0
        try:
            call_command("doctor", "--json", *arguments)
        except SystemExit as ended:
            code = int(str(ended.code))
        found: dict[str, list[tuple[str, str, str]]] = {}
        for each in json.loads(capsys.readouterr().out):
            found.setdefault(each["what"], []).append((each["state"], each["says"], each["do"]))
        return code, found

    return ask


def test_an_installation_at_work_has_nothing_broken(asked: Any):
    for name in (WORKER, OUTBOX):
        record_heartbeat(name, at=timezone.now())
    code, found = asked()
    broken = [subject for subject, lines in found.items() for line in lines if line[0] == "broken"]
    assert (code, broken) == (0, [])
    assert [state for state, _says, _do in found["migrations"] + found["clock"] + found["worker"]] == ["OK"] * 3
    name = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[connection.vendor]
    assert found["database"][0][1].startswith(f"{name} ")
    assert {"webhooks", "calendars", "CRMs", "audit", "test leads", "disk", "rights", "static files"} <= set(found)


def test_a_silent_worker_is_broken_and_a_silent_outbox_is_to_be_looked_at(asked: Any):
    for name in (WORKER, OUTBOX):
        record_heartbeat(name, at=timezone.now() - timedelta(seconds=600))
    code, found = asked()
    assert (code, found["worker"][0][0], found["outbox"][0][0]) == (1, "broken", "look")
    assert found["worker"][0][1].startswith("It has been silent for 60")


def test_migrations_that_are_missing_are_named_and_nothing_else_is_asked_for(asked: Any):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'leads' AND name LIKE '0009%'")
    code, found = asked()
    [(state, says, do)] = found["migrations"]
    assert (code, state, do) == (1, "broken", "Run: manage.py migrate")
    assert says == "1 migrations are not applied, the first is leads.0009_plain_names."
    assert "worker" not in found


def test_what_fails_outside_is_named(asked: Any):
    now = timezone.now()
    record_heartbeat(at=now)
    Endpoint.objects.create(name="Shop", address="https://example.com/", made_at=now, failing_since=now)
    Connection.objects.create(
        kind="hubspot", name="HubSpot", object_name="contacts", state="broken", problem="sign_in", made_at=now
    )
    CalendarFeed.objects.create(rep=make_rep().rep, address="x", set_at=now, problem="gone", problem_at=now)
    rotation = make_rotation(make_rep(), name="Leads of Jakarta")
    Audit.objects.create(rotation=rotation, at=now, turns=1, faults=[{"turn": 1, "what": "owner"}])
    code, found = asked()
    assert code == 1
    assert [found[subject][0][0] for subject in ("webhooks", "CRMs", "calendars", "audit")] == ["look"] * 3 + ["broken"]
    assert found["webhooks"][0][1].startswith("“Shop” fails since 20")
    assert found["CRMs"][0][1].startswith("“HubSpot” stands still: HubSpot refuses the token")
    assert found["calendars"][0][1] == "1 of 1 cannot be read: There is no calendar at this address any more."
    assert found["audit"][0][1] == "Deciding the turns of “Leads of Jakarta” again gave another result."


def test_mail_is_sent_only_when_asked_for(asked: Any, settings: Any):
    _code, found = asked()
    assert (found["mail"][0][0], len(mail.outbox)) == ("look", 0)
    _code, found = asked("--mail", "ops@example.com")
    assert ([each.to for each in mail.outbox], found["mail"][0][0]) == ([["ops@example.com"]], "OK")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT = 1
    code, found = asked()
    assert (code, found["mail"][0][:2]) == (
        1,
        ("broken", "127.0.0.1:1 does not take our mail: [Errno 111] Connection refused"),
    )


@pytest.mark.parametrize(
    ("seconds", "state"), [(0.2, State.OK), (-1.5, State.OK), (5, State.LOOK), (-29, State.LOOK), (600, State.BROKEN)]
)
def test_clocks_may_differ_a_little(seconds: float, state: State):
    assert of_clocks(timedelta(seconds=seconds)).state == state


@pytest.mark.parametrize(("free", "state"), [(50, State.OK), (9, State.LOOK), (1, State.BROKEN)])
def test_a_disk_without_room_is_said(place: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: State):
    monkeypatch.setattr("shutil.disk_usage", lambda _place: SimpleNamespace(total=100, free=free))
    assert files.disk(place).state == state


def test_files_open_to_others_are_named(place: Path):
    assert files.rights(place).state == State.OK
    place.chmod(0o755)
    found = files.rights(place)
    assert (found.state, str(place) in found.says) == (State.BROKEN, True)


def test_translations_are_compiled_and_not_older_than_their_texts(settings: Any, tmp_path: Path):
    settings.LOCALE_PATHS = [tmp_path]
    text = tmp_path / "id" / "LC_MESSAGES" / "django.po"
    text.parent.mkdir(parents=True)
    text.touch()
    assert [each.says for each in files.translations()] == ["id is not compiled, so pages are English."]
    text.with_suffix(".mo").touch()
    assert [each.state for each in files.translations()] == [State.OK]
    os.utime(text.with_suffix(".mo"), (1, 1))
    assert [each.says for each in files.translations()] == ["id has changed since it was compiled."]


def test_the_report_is_one_line_for_each_subject_with_what_to_do_below(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    lines = capsys.readouterr().out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("broken  worker  "))
    assert (ended.value.code, lines[at + 1].strip()) == (1, "See that manage.py supervise runs.")
    assert lines[-1].startswith("1 broken, ")
