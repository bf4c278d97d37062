"""A forecast that is interrupted: its process dies, its file goes, another choice replaces it (A9)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django_q.models import OrmQ

from leads.actions.imports.earlier_rows import KeptRows
from leads.actions.imports.uploads import discard_upload
from leads.models import Forecast, Upload
from queues.actions.imports import asking
from queues.actions.imports.asking import ask_forecast, go_on_if_lost
from queues.actions.imports.counting import CHUNK_SIZE, count_forecast
from tests.factories import MORNING, make_ops
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
ROWS = 2 * CHUNK_SIZE + 10


@pytest.fixture
def upload(monkeypatch) -> Upload:
    monkeypatch.setattr(asking, "SMALL_BYTES", 10)
    return make_upload(csv_bytes(HEADER, *lead_rows(ROWS)), is_ready=False, by=make_ops())


def asked(upload: Upload, *, at: datetime = MORNING, by=None, **defaults: str) -> Forecast:
    choices = {"mapping": upload.mapping, "defaults": defaults, "reading": {}, "sources": {}}
    return ask_forecast(upload, choices, by=by or upload.created_by, at=at)


def one_slice(forecast: Forecast, *, at: datetime = MORNING) -> Forecast:
    count_forecast(forecast.pk, clock=lambda: at, max_time=timedelta(0))
    forecast.refresh_from_db()
    return forecast


def calling(act: Callable[[], object], *, on: int) -> Callable[[], datetime]:
    """A clock in whose hand somebody else acts when it is asked for the time again."""
    asked_for = []

    def clock() -> datetime:
        asked_for.append(1)
        if len(asked_for) == on:
            act()
        return MORNING

    return clock


def test_a_count_whose_process_died_goes_on_where_it_was(upload):
    begun = one_slice(asked(upload))
    assert (begun.state, begun.counts["made"]) == ("waiting", CHUNK_SIZE)
    Forecast.objects.update(state="running", touched_at=MORNING)
    queued = OrmQ.objects.count()
    go_on_if_lost(Forecast.objects.get(), at=MORNING + timedelta(seconds=30))
    assert OrmQ.objects.count() == queued
    later = MORNING + timedelta(minutes=5)
    go_on_if_lost(Forecast.objects.get(), at=later)
    assert OrmQ.objects.count() == queued + 1
    count_forecast(begun.pk, clock=lambda: later, max_time=None)
    begun.refresh_from_db()
    assert (begun.state, begun.counts["made"]) == ("done", ROWS)


def test_a_count_that_lost_its_rows_begins_again_and_counts_each_once(upload):
    begun = one_slice(asked(upload))
    with KeptRows(str(begun.pk)) as earlier:
        path = earlier.path
    Path(path).unlink()
    count_forecast(begun.pk, clock=lambda: MORNING, max_time=None)
    begun.refresh_from_db()
    assert (begun.state, begun.counts["made"], path.exists()) == ("done", ROWS, False)


def test_a_second_runner_returns_at_once(upload):
    begun = asked(upload)
    Forecast.objects.update(state="running", touched_at=MORNING)
    assert one_slice(begun).counts == {}


def test_a_file_that_is_thrown_away_ends_its_count(upload):
    begun = asked(upload)
    count_forecast(begun.pk, clock=calling(lambda: discard_upload(upload), on=4), max_time=None)
    assert (Forecast.objects.count(), Upload.objects.count()) == (0, 0)


def test_another_choice_of_the_same_person_replaces_a_count(upload):
    begun = asked(upload)
    count_forecast(begun.pk, clock=calling(lambda: asked(upload, score="60"), on=4), max_time=None)
    states = dict(Forecast.objects.order_by("pk").values_list("pk", "state"))
    assert list(states.values()) == ["replaced", "waiting"]
    again = asked(upload)
    count_forecast(again.pk, clock=lambda: MORNING, max_time=None)
    again.refresh_from_db()
    assert (again.pk, again.state, again.counts["made"]) == (begun.pk, "done", ROWS)


def test_the_choice_of_somebody_else_does_not(upload):
    begun = asked(upload)
    asked(upload, by=make_ops(), score="60")
    begun.refresh_from_db()
    assert begun.state == "waiting"


def test_a_lost_file_stops_the_count_after_three_attempts(upload):
    begun = asked(upload)
    upload.stored.delete(save=False)
    for _attempt in range(3):
        one_slice(begun)
    assert begun.state == "failed"
    assert one_slice(begun).state == "failed"
