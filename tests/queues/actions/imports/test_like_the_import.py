"""What a forecast says and what the import then does are the same, row by row (A9)."""

from datetime import timedelta

import pytest

from leads.actions.imports import run
from leads.actions.imports.uploads import start_import
from leads.decisions.csv.columns import guess_mapping
from leads.models import Activity, Lead, Source, Upload
from queues.actions.imports import asking
from queues.actions.imports.asking import ask_forecast
from queues.actions.imports.counting import count_forecast
from queues.actions.intake.source_pauses import pause_source
from queues.decisions.import_forecast import ImportCounts, PlaceKind, counts_of
from queues.models import EntryRule, PartnerPool, Queue
from tests.factories import MORNING, QueueFactory, SourceFactory, fill, make_lead, make_ops
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
WIDE = [*HEADER, "City", "Score"]


def choices_of(upload: Upload, **defaults: str) -> dict:
    mapping = {str(n): field for n, field in guess_mapping(upload.shape["header"]).items() if field}
    return {"mapping": mapping, "defaults": defaults, "reading": {}, "sources": {}}


def both(content: bytes, **defaults: str) -> tuple[ImportCounts, Upload]:
    """The counts of the forecast, and the import that ran after it. The forecast leaves nothing behind."""
    ops = make_ops()
    upload = make_upload(content, is_ready=False, by=ops)
    choices = choices_of(upload, **defaults)
    before = Lead.objects.count(), Activity.objects.count(), Source.objects.count()
    forecast = ask_forecast(upload, choices, by=ops, at=MORNING)
    if forecast.is_under_way:
        count_forecast(forecast.pk, clock=lambda: MORNING, max_time=None)
        forecast.refresh_from_db()
    assert forecast.state == "done"
    assert (Lead.objects.count(), Activity.objects.count(), Source.objects.count()) == before
    mapping = {int(n): field for n, field in choices["mapping"].items()}
    start_import(upload, mapping=mapping, defaults=choices["defaults"])
    return counts_of(forecast.counts), run.run_import(upload.pk, clock=lambda: MORNING, max_time=None)


def went(counts: ImportCounts) -> dict:
    """The places of new leads as Upload.went keeps them."""
    names = dict(Queue.objects.order_by("pk").values_list("pk", "name"))
    kinds = {PlaceKind.PARKED: "review", PlaceKind.REJECTED: "closed"}
    found: dict = {}
    for place, count in counts.places.items():
        if not count.made or place.kind == PlaceKind.PARTNER:
            continue
        kind = found.setdefault(kinds.get(place.kind, str(place.kind)), {"leads": 0, "names": {}})
        name = names[place.queue_id] if place.kind == PlaceKind.QUEUE else str(place.reason)
        kind["leads"] += count.made
        kind["names"][name] = kind["names"].get(name, 0) + count.made
    return found


def assert_same(counts: ImportCounts, done: Upload) -> None:
    assert (counts.made, counts.merged, counts.unchanged, counts.refused, counts.flawed) == (
        done.made,
        done.merged,
        done.unchanged,
        done.refused,
        done.flawed,
    )
    assert went(counts) == done.went


def rule(position: int, outcome: str, *conditions: tuple, queue: Queue | None = None, name: str = "") -> EntryRule:
    rows = [dict(zip(("field", "operator", "value"), each, strict=False)) for each in conditions]
    return EntryRule.objects.create(
        name=name or f"Rule {position}", position=position, conditions=rows, outcome=outcome, queue=queue
    )


def test_rows_go_by_the_rules():
    hot, rest = QueueFactory(name="Hot inbound"), QueueFactory(name="Rest")
    rule(1, "reject", ("country", "is", "SG"))
    rule(2, "review", ("score", "less_than", 40), name="Score below 40")
    rule(3, "queue", ("score", "at_least", 80), queue=hot)
    rule(4, "nurture", ("city", "is", "Medan"), name="Medan")
    rule(5, "queue", queue=rest)
    scores = [str(n % 101) for n in range(0, 600, 7)]
    rows = [
        [*row, "Medan" if n % 5 == 0 else "Solo", score]
        for n, (row, score) in enumerate(zip(lead_rows(len(scores)), scores, strict=True))
    ]
    counts, done = both(csv_bytes(WIDE, *rows))
    assert_same(counts, done)
    assert {place.kind for place in counts.places} == {"queue", "review", "nurture"}
    assert counts.places[next(p for p in counts.places if p.reason == "Score below 40")].leads > 0


def test_default_score_and_type_decide_as_in_the_import():
    hot = QueueFactory(name="Hot inbound")
    rule(1, "queue", ("score", "at_least", 60), ("lead_type", "is", "mql"), queue=hot)
    counts, done = both(csv_bytes(HEADER, *lead_rows(5)), score="60", lead_type="mql")
    assert_same(counts, done)
    assert done.went["queue"]["leads"] == 5


def test_rows_that_join_repeat_and_are_refused(monkeypatch):
    make_lead(email="dewi2@maju2.co.id", external_id="L-2")
    first = make_upload(csv_bytes(HEADER, *lead_rows(1, 4)))
    run.run_import(first.pk, clock=lambda: MORNING, max_time=None)
    one, two, three, here = lead_rows(4)
    again = [*one[:4], "Maju 1", "Fair"]
    nobody = ["", "", "", "", "", "Webinar"]
    rows = [one, two, again, three, one, here, nobody, [*three, "more", "cells"]]
    counts, done = both(csv_bytes(HEADER, *rows))
    assert_same(counts, done)
    assert (counts.made, counts.merged, counts.unchanged, counts.refused) == (2, 2, 2, 2)
    assert counts.joined_here == 1
    assert counts.refused_why["no_identifier"] == (1, [8])


def test_one_person_far_apart_in_the_file_is_one_lead_in_both():
    """The row that repeats somebody comes some chunks later, when the lead would be stored already."""
    rows = lead_rows(600)
    rows += [[*rows[3][:4], "Other", "Fair"], rows[4], ["L-9000", "Dewi3", "Lestari3", "", "Maju 3", "Fair"]]
    counts, done = both(csv_bytes(HEADER, *rows))
    assert_same(counts, done)
    assert (counts.made, counts.merged, counts.unchanged) == (601, 1, 1)


def test_possible_duplicates_within_the_file_are_seen():
    queue = QueueFactory()
    rule(1, "review", ("possible_duplicate", "at_least", 80), name="Duplicate")
    rule(2, "queue", queue=queue)
    rows = lead_rows(300)
    rows += [[f"N-{n}", f"Dewi{n}", f"Lestari{n}", f"other{n}@maju{n}.co.id", f"Maju {n}", "Webinar"] for n in (2, 290)]
    counts, done = both(csv_bytes(HEADER, *rows))
    assert_same(counts, done)
    assert done.went["review"] == {"leads": 2, "names": {"Duplicate": 2}}


def test_somebody_who_is_several_leads_goes_to_the_desk():
    name = {"first_name": "Dewi", "last_name": "Lestari"}
    make_lead(email="a@maju.co.id", **name)
    make_lead(email="b@maju.co.id", phone="+628111111111", **name)
    QueueFactory()
    header = [*HEADER, "Phone"]
    row = ["X-1", "Dewi", "Lestari", "a@maju.co.id", "Maju", "Webinar", "+628111111111"]
    counts, done = both(csv_bytes(header, row, *[[*each, ""] for each in lead_rows(3)]))
    assert_same(counts, done)
    assert done.went["review"]["names"]["several_leads"] == 1


@pytest.mark.parametrize("waiting", [0, 5])
def test_a_full_queue_takes_no_more_and_says_so(waiting):
    queue = QueueFactory(name="Hot", when_full=Queue.WhenFull.PARK, depth_limit=10, depth_lift=5)
    fill(queue, waiting)
    rule(1, "queue", queue=queue)
    counts, done = both(csv_bytes(HEADER, *lead_rows(300)))
    assert_same(counts, done)
    parked = {p.reason: c.leads for p, c in counts.places.items() if p.kind == PlaceKind.PARKED}
    assert parked == {"queue_full": 300 - (11 - waiting)}


def test_overflow_goes_on_to_the_next_queue_and_to_a_partner():
    pool = PartnerPool.objects.create(name="Partner", is_active=True)
    last = QueueFactory(name="Last", when_full=Queue.WhenFull.PARTNER, overflow_pool=pool, depth_limit=10, depth_lift=5)
    full = QueueFactory(
        name="Hot", when_full=Queue.WhenFull.OVERFLOW, overflow_queue=last, depth_limit=10, depth_lift=5
    )
    rule(1, "queue", queue=full)
    counts, done = both(csv_bytes(HEADER, *lead_rows(300)))
    assert_same(counts, done)
    assert {p.kind: c.leads for p, c in counts.places.items() if p.kind == PlaceKind.PARTNER} == {"partner": 278}
    assert Lead.objects.filter(stage="partner").count() == 278


def test_a_paused_source_waits():
    queue = QueueFactory(name="Hot", when_full=Queue.WhenFull.PARK, depth_limit=100, depth_lift=1)
    fill(queue, 2)
    fair = SourceFactory(slug="fair", name="Fair")
    pause_source(fair, queue, by=make_ops(), at=MORNING - timedelta(hours=1))
    rule(1, "queue", queue=queue)
    rows = [[*row[:5], "Fair" if n < 3 else "Webinar"] for n, row in enumerate(lead_rows(8))]
    counts, done = both(csv_bytes(HEADER, *rows))
    assert_same(counts, done)
    assert done.went["review"] == {"leads": 3, "names": {"source_paused": 3}}


def test_leads_that_come_back_are_placed_and_take_room():
    queue = QueueFactory(name="Hot", when_full=Queue.WhenFull.PARK, depth_limit=10, depth_lift=5)
    rule(1, "queue", ("from_nurture", "is_true"), queue=queue)
    rule(2, "queue", queue=queue)
    make_lead(email="dewi1@maju1.co.id", stage="nurture")
    counts, done = both(csv_bytes(HEADER, *lead_rows(20)))
    assert_same(counts, done)
    assert counts.joined_here == 1
    assert sum(count.back for count in counts.places.values()) == 1


def test_a_rule_that_cannot_be_read_sends_everybody_to_the_desk():
    queue = QueueFactory()
    rule(1, "queue", queue=queue)
    EntryRule.objects.update(conditions=[{"field": "nonsense", "operator": "is", "value": 1}])
    counts, done = both(csv_bytes(HEADER, *lead_rows(3)))
    assert_same(counts, done)
    assert done.went["review"]["names"] == {"step_failed": 3}


def test_a_large_file_is_counted_in_slices_by_tasks(monkeypatch):
    monkeypatch.setattr(asking, "SMALL_BYTES", 10)
    queue = QueueFactory(name="Hot", when_full=Queue.WhenFull.PARK, depth_limit=10, depth_lift=5)
    rule(1, "queue", queue=queue)
    rows = lead_rows(600)
    content = csv_bytes(HEADER, *rows, [*rows[3][:4], "Other", "Fair"])
    ops = make_ops()
    upload = make_upload(content, is_ready=False, by=ops)
    forecast = ask_forecast(upload, choices_of(upload), by=ops, at=MORNING)
    assert forecast.state == "waiting"
    slices = 0
    while forecast.state != "done":
        count_forecast(forecast.pk, clock=lambda: MORNING, max_time=timedelta(0))
        forecast.refresh_from_db()
        slices += 1
    counts = counts_of(forecast.counts)
    assert (slices > 1, counts.made, counts.merged) == (True, 600, 1)
    assert {p.kind: c.leads for p, c in counts.places.items()} == {"queue": 11, "parked": 589}


def _person(n: int, phone: str) -> list[str]:
    first, last = f"{'ABCDEFGHIJ'[n % 10]}nna{n}", f"Sur{'klmnopqrst'[n % 10]}{n * 7}"
    return [f"P-{n}", first, last, f"{first}.{last}@firma{n}.co.id".lower(), f"Firma {n}", "Webinar", phone]


def test_a_switchboard_that_many_chunks_share_joins_nobody_in_both():
    """The third person with one number stops it joining, whichever chunk that is in."""
    queue = QueueFactory()
    rule(1, "queue", queue=queue)
    rows = [[*row, ""] for row in lead_rows(900)]
    for n, place in enumerate((3, 270, 560, 850)):
        rows[place] = _person(n + 1, "+622155501234")
    make_lead(email="tom@becker.co.id", first_name="Tom", last_name="Becker", phone="+622155505678")
    rows[100], rows[400] = _person(8, "+622155505678"), _person(9, "+622155505678")
    counts, done = both(csv_bytes([*HEADER, "Phone"], *rows))
    assert_same(counts, done)
    assert (done.made, done.went["review"]["leads"] > 0) == (900, True)
