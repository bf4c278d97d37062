"""Results of tasks are kept as JSON, and no pickle of django-q's table is read."""

import base64
import os
import pickle

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_q.models import Failure, Success, Task
from django_q.monitor import save_task

pytestmark = pytest.mark.django_db

NAMES = ("args", "kwargs", "result")


class Bomb:
    def __reduce__(self) -> tuple:
        return os.mkdir, (os.environ["BOMB_OF_A_TEST"],)


def finished(**more) -> dict:
    at = timezone.now()
    task = {"id": "a" * 32, "name": "one", "func": "leads.tasks.run_import", "args": (7,), "kwargs": {}, "result": 3}
    return task | {"started": at, "stopped": at, "success": True, "sync": True} | more


def columns() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args, kwargs, result FROM django_q_task ORDER BY id")
        return cursor.fetchall()


def test_a_finished_task_is_kept_as_json():
    save_task(finished(), None)
    assert columns() == [("[7]", "{}", "3")]
    assert Success.objects.values_list(*NAMES).get() == ([7], {}, 3)


def test_an_object_is_kept_as_its_words():
    save_task(finished(result=ValueError("no such row"), success=False), None)
    assert columns() == [("[7]", "{}", '"no such row"')]
    assert Failure.objects.get().result == "no such row"


@pytest.mark.parametrize("made", ["django_q_success", "django_q_failure"])
def test_a_pickle_that_somebody_put_there_is_not_read(client: Client, tmp_path, monkeypatch, made):
    monkeypatch.setenv("BOMB_OF_A_TEST", str(tmp_path / "went off"))
    save_task(finished(success=made == "django_q_success"), None)
    client.force_login(User.objects.create_superuser("sari", password="x"))
    bomb = pickle.dumps(Bomb(), protocol=0).decode()
    for text in (bomb, base64.b64encode(pickle.dumps(Bomb())).decode()):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE django_q_task SET args = %s, kwargs = %s, result = %s", [text] * 3)
        assert Task.objects.values_list(*NAMES).get() == (None, None, None)
        page = client.get(f"/admin/django_q/{made.removeprefix('django_q_')}/{'a' * 32}/change/")
        assert (page.status_code, list(tmp_path.iterdir())) == (200, [])
