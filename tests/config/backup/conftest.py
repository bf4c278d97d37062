"""An installation that is at work, a second one that is empty, and a backup of the first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from config.private_files import make_folder
from routing.actions.rotation.turns import TurnRequest, take_turns
from tests.database_copies import drop_database, work_on
from tests.factories import MORNING, TeamFactory, make_lead, make_rep, make_rotation

PASSWORD = "a long password of rina"


@pytest.fixture
def place(settings: Any, tmp_path: Path) -> Path:
    """The var/ of this installation."""
    settings.VAR = tmp_path / "var"
    settings.MEDIA_ROOT = settings.VAR / "media"
    make_folder(settings.VAR)
    return settings.VAR


@pytest.fixture
def at_work(transactional_db: None, place: Path) -> None:
    """People, leads that a rotation gave out, and uploads. `migrate` first, as on a real machine."""
    call_command("migrate", verbosity=0, interactive=False)
    team = TeamFactory(name="Jakarta")
    reps = [make_rep(team, username=name) for name in ("rina", "dewi", "agus")]
    reps[0].set_password(PASSWORD)
    reps[0].save()
    rotation = make_rotation(*reps, name="Leads of Jakarta")
    take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(7)], at=MORNING)
    default_storage.save("imports/one.csv", ContentFile(b"name,email\nSiti,siti@example.com\n"))
    default_storage.save("imports/two.csv", ContentFile(b"\0\1\2" * 50_000))


@pytest.fixture
def other_installation(django_db_setup: None, tmp_path: Path) -> Callable[[], Any]:
    """Inside of it this process works on an empty database, without tables."""

    @contextmanager
    def moved(settings: Any) -> Iterator[None]:
        own = str(connection.settings_dict["NAME"])
        name = str(Path(own).with_stem(f"{Path(own).stem}-other")) if connection.vendor == "sqlite" else f"{own}_other"
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        settings.VAR = tmp_path / "other"
        settings.MEDIA_ROOT = settings.VAR / "media"
        make_folder(settings.VAR)
        work_on(name)
        try:
            yield
        finally:
            work_on(own)
            drop_database(name)

    return moved
