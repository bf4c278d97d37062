"""A standstill of background work and the end of an import are told once, to whom they concern (I1)."""

from datetime import timedelta

import pytest

from leads.models import Upload
from routing import tasks
from routing.models import Delivery, Notification
from tests.factories import MORNING, make_manager, make_ops, make_rep, make_user
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = pytest.mark.django_db
Kind = Notification.Kind


def told(kind: str) -> list[int]:
    return list(Notification.objects.filter(kind=kind).order_by("user").values_list("user", flat=True))


def test_the_first_run_after_a_standstill_tells_ops_and_leadership_once(client, time_machine, page_text):
    ops, chief = make_ops(), make_user("Leadership")
    make_rep(), make_manager()
    for minutes in (0, 5, 25, 26, 31):
        time_machine.move_to(MORNING + timedelta(minutes=minutes), tick=False)
        tasks.spread_words()
    assert told(Kind.WORKER_SILENT) == [ops.pk, chief.pk]
    assert Delivery.objects.filter(notification__kind=Kind.WORKER_SILENT, state="waiting").count() == 2
    client.force_login(ops)
    assert "Background work stood still for 20 minutes since 10:47." in page_text(client.get("/inbox/"))


@pytest.fixture
def upload(as_ops, morning, settings, tmp_path) -> Upload:
    settings.MEDIA_ROOT = tmp_path
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)), name="fair.csv", by=as_ops)
    upload.made, upload.merged, upload.unchanged, upload.refused = 12, 3, 1, 2
    upload.save()
    return upload


def end(upload: Upload, state: str, minutes: int = 0) -> None:
    upload.state, upload.finished_at = state, MORNING - timedelta(minutes=minutes)
    upload.save()


def test_who_started_an_import_reads_once_that_it_ended(client, as_ops, upload, page_text):
    make_ops()
    assert tasks.tell_ended_imports() == 0
    end(upload, "done")
    assert [tasks.tell_ended_imports() for _run in range(2)] == [1, 0]
    assert told(Kind.IMPORT_DONE) == [as_ops.pk]
    text = page_text(client.get("/inbox/"))
    assert "fair.csv is imported: 12 new, 4 known before, 2 refused." in text
    assert f'href="/imports/{upload.pk}/"' in text


def test_an_import_that_stopped_and_then_went_on_is_told_twice(client, upload, page_text):
    end(upload, "failed", minutes=10)
    tasks.tell_ended_imports()
    assert "The import of fair.csv stopped: 12 new" in page_text(client.get("/inbox/"))
    end(upload, "done")
    assert tasks.tell_ended_imports() == 1


@pytest.mark.parametrize(("state", "minutes"), [("cancelled", 0), ("running", 0), ("done", 24 * 60)])
def test_others_are_not_told(upload, state, minutes):
    end(upload, state, minutes)
    assert tasks.tell_ended_imports() == 0


def test_an_import_of_somebody_who_left_is_told_to_nobody(upload, as_ops):
    end(upload, "done")
    as_ops.is_active = False
    as_ops.save()
    assert tasks.tell_ended_imports() == 0
