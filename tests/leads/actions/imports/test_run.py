"""Imports that run in slices: every good row once, even if something breaks in between."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django_q.models import OrmQ

from leads.actions.imports import run
from leads.actions.imports.run import (
    CHUNK_SIZE,
    LEASE,
    MAX_ATTEMPTS,
    import_chunk,
    restart_stalled_imports,
    run_import,
    shape_of,
)
from leads.actions.imports.uploads import cancel_import, resume_import
from leads.decisions.csv.file import read_rows
from leads.models import Activity, Capture, Lead, Source, Upload
from queues.models import EntryRule
from tests.factories import MORNING, QueueFactory, make_ops
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = pytest.mark.django_db


def ticking(seconds: float = 1):
    """A clock that goes on by this much each time it is asked."""
    ticks = count()
    return lambda: MORNING + timedelta(seconds=seconds * next(ticks))


def finish(upload: Upload) -> Upload:
    return run_import(upload.pk, clock=lambda: MORNING, max_time=None)


def test_rows_become_leads_that_go_where_the_rules_say():
    hot = QueueFactory(name="Hot inbound")
    condition = {"field": "source", "operator": "is", "value": "webinar"}
    EntryRule.objects.create(name="Webinars", position=1, conditions=[condition], outcome="queue", queue=hot)
    other = ["L-9", "Budi", "Santoso", "budi@jaya.co.id", "Jaya", "Fair"]
    ops = make_ops()
    done = finish(make_upload(csv_bytes(HEADER, *lead_rows(3), other), by=ops))
    assert (done.state, done.made, done.rows, done.percent) == ("done", 4, 4, 100)
    assert done.went == {
        "queue": {"leads": 3, "names": {"Hot inbound": 3}},
        "review": {"leads": 1, "names": {"no_rule": 1}},
    }
    captured = Activity.objects.filter(kind="captured").order_by("pk").first()
    assert (captured.by, captured.details["upload"]) == (ops, done.pk)


def test_the_same_file_again_adds_nothing():
    content = csv_bytes(HEADER, *lead_rows(5))
    finish(make_upload(content))
    again = finish(make_upload(content))
    assert (again.made, again.merged, again.unchanged) == (0, 0, 5)
    assert (Lead.objects.count(), Activity.objects.filter(kind="re_engaged").count()) == (5, 0)


def test_a_row_that_stands_twice_in_a_file_is_one_lead():
    row = lead_rows(1)[0]
    done = finish(make_upload(csv_bytes(HEADER, row, row, [*row[:5], "Fair"])))
    assert (done.made, done.unchanged, done.merged, Lead.objects.count()) == (1, 1, 1, 1)


def test_defaults_fill_what_the_rows_leave_open():
    upload = make_upload(csv_bytes(HEADER, [*lead_rows(1)[0][:5], ""], lead_rows(1, 2)[0]))
    Upload.objects.update(defaults={"source": "Fair", "lead_type": "mql", "score": "70"})
    finish(upload)
    assert list(Lead.objects.order_by("pk").values_list("source__name", "lead_type", "score")) == [
        ("Fair", "mql", 70),
        ("Webinar", "mql", 70),
    ]


BAD_ROWS = [
    pytest.param(b'L-2,"Dewi\n', "", "open_quote", id="a quote left open in a short row"),
    pytest.param(b"L-2,a,b,c@d.co,e,f,g,h\n", "", "too_many_cells", id="surplus columns"),
    pytest.param(b'L-2,"Dewi,Lestari,x@y.co,Maju,Webinar\n', "", "open_quote", id="a quote left open"),
    pytest.param(b"L-2,De\x00wi,Lestari,x@y.co,Maju,Webinar\n", "", "nul", id="no text"),
    pytest.param(b",,,,,Webinar\n", "", "no_identifier", id="nobody"),
    pytest.param(b"L-2," + b"x" * 100_001 + b",L,x@y.co,Maju,Webinar\n", "", "too_long", id="an endless cell"),
]


@pytest.mark.parametrize(("bad", "field", "code"), BAD_ROWS)
def test_a_bad_row_is_refused_and_the_rows_around_it_are_kept_once(bad, field, code):
    before, after = csv_bytes(*lead_rows(1)), csv_bytes(*lead_rows(1, 3))
    done = finish(make_upload(csv_bytes(HEADER) + before + bad + after))
    assert (done.state, done.made, done.refused, done.flawed) == ("done", 2, 1, 1)
    assert list(Lead.objects.order_by("pk").values_list("external_id", flat=True)) == ["L-1", "L-3"]
    refused = Capture.objects.get(state="refused")
    assert (refused.line, refused.lead) == (3, None)
    assert [(problem["field"], problem["code"]) for problem in refused.problems] == [(field, code)]


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        (["L-2", "Dewi", "L", "nobody", "Maju", "Webinar"], "email", "invalid"),
        (["L-2", "Dewi", "L", "a@b.co; c@d.co", "Maju", "Webinar"], "email", "several"),
        (["L-2", "x" * 200, "L", "a@b.co", "Maju", "Webinar"], "first_name", "too_long"),
    ],
)
def test_a_bad_value_costs_the_value_not_the_row(cells, field, code):
    done = finish(make_upload(csv_bytes(HEADER, cells)))
    assert (done.made, done.refused, done.flawed) == (1, 0, 1)
    lead = Lead.objects.get()
    assert [(problem["field"], problem["code"]) for problem in lead.problems] == [(field, code)]


@pytest.mark.parametrize(
    ("bad", "counts", "names"),
    [
        ("L-2,Zo\xeb,M\xfcller,zoe@maju2.co.id,Maju,Webinar\n".encode("latin-1"), (8, 0), ["Zoë"] * 8),
        (b"L-2,Zo\xc3,Meyer,zoe@maju2.co.id,Maju,Webinar\n", (7, 1), ["Zoë"] * 7),
    ],
    ids=["letters of another encoding", "half a letter"],
)
def test_lines_in_another_encoding_are_read_where_that_is_certain_and_else_refused(bad, counts, names):
    lines = [f"L-{n},Zoë,Müller,zoe@maju{n}.co.id,Maju {n},Webinar\n".encode() for n in (1, *range(3, 9))]
    done = finish(make_upload(csv_bytes(HEADER) + lines[0] + bad + b"".join(lines[1:])))
    assert ((done.made, done.refused), list(Lead.objects.values_list("first_name", flat=True))) == (counts, names)
    refused = Capture.objects.filter(state="refused").order_by("pk")
    assert [row.problems[0]["code"] for row in refused] == ["encoding"] * counts[1]


def test_formulas_and_markup_are_kept_as_text():
    row = ["L-1", "=cmd|' /C calc'!A0", "<b>x</b>", "a@b.co", "+Maju", "@Fair"]
    finish(make_upload(csv_bytes(HEADER, row)))
    lead = Lead.objects.get()
    assert (lead.first_name, lead.last_name, lead.company_name) == ("=cmd|' /C calc'!A0", "<b>x</b>", "+Maju")


def test_a_hundred_columns_go_in_and_what_has_no_field_is_kept():
    header = ["Email", *(f"Extra {n}" for n in range(99))]
    finish(make_upload(csv_bytes(header, ["a@b.co", *(str(n) for n in range(99))])))
    lead = Lead.objects.get()
    assert (lead.email, len(lead.extra), lead.extra["Extra 98"]) == ("a@b.co", 99, "98")


def test_a_slice_that_used_up_its_time_hands_the_rest_to_the_next_task():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(2 * CHUNK_SIZE + 10)))
    first = run_import(upload.pk, clock=ticking(20), max_time=timedelta(seconds=25))
    assert (first.state, first.made, OrmQ.objects.get().task["args"]) == ("waiting", CHUNK_SIZE, (upload.pk,))
    done = run_import(upload.pk, clock=ticking(), max_time=None)
    assert (done.state, done.made, Lead.objects.count()) == ("done", 2 * CHUNK_SIZE + 10, 2 * CHUNK_SIZE + 10)


def test_a_chunk_that_is_sent_twice_is_imported_once():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(3)))
    upload = run._become_runner(upload.pk, at=MORNING)
    with upload.stored.open("rb") as stream:
        chunk = list(read_rows(stream, shape_of(upload)))
    once = import_chunk(upload, chunk, bytes_read=50, at=MORNING)
    twice = import_chunk(upload, chunk, bytes_read=50, at=MORNING)
    assert (once.made, twice.made, once.last_line, twice.last_line) == (3, 3, 4, 4)
    assert (Lead.objects.count(), Capture.objects.count()) == (3, 3)


def test_a_runner_that_was_overtaken_stops_and_counts_nothing_twice():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(3 * CHUNK_SIZE)))
    with upload.stored.open("rb") as stream:
        every = list(read_rows(stream, shape_of(upload)))

    def overtake(now: Upload) -> None:
        if now.made == CHUNK_SIZE:
            import_chunk(now, every[CHUNK_SIZE : 2 * CHUNK_SIZE + 9], bytes_read=1, at=MORNING)

    slow = run_import(upload.pk, clock=lambda: MORNING, max_time=None, on_progress=overtake)
    assert (slow.state, slow.made, slow.last_line) == ("running", 2 * CHUNK_SIZE + 9, every[2 * CHUNK_SIZE + 8].line)
    done = run_import(upload.pk, clock=lambda: MORNING + LEASE, max_time=None)
    assert (done.state, done.made, done.rows, Lead.objects.count()) == (
        "done",
        3 * CHUNK_SIZE,
        3 * CHUNK_SIZE,
        3 * CHUNK_SIZE,
    )


def test_a_second_runner_finds_the_first_at_work():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(3)))
    assert run._become_runner(upload.pk, at=MORNING).state == "running"
    late = run_import(upload.pk, clock=lambda: MORNING + LEASE / 2)
    assert (late.state, late.made) == ("running", 0)


def test_a_runner_that_died_is_followed_by_the_next():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(3)))
    run._become_runner(upload.pk, at=MORNING)
    done = run_import(upload.pk, clock=lambda: MORNING + LEASE)
    assert (done.state, done.made) == ("done", 3)


def test_an_import_that_kills_its_runner_again_and_again_is_given_up():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(3)))
    for attempt in range(MAX_ATTEMPTS):
        assert run._become_runner(upload.pk, at=MORNING + attempt * LEASE) is not None
    given_up = run_import(upload.pk, clock=lambda: MORNING + MAX_ATTEMPTS * LEASE)
    assert (given_up.state, given_up.problem, given_up.made) == ("failed", "attempts", 0)


def test_a_file_that_is_gone_stops_the_import_after_some_attempts():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(3)))
    upload.stored.storage.delete(upload.stored.name)
    states = [run_import(upload.pk, clock=lambda: MORNING).state for _attempt in range(MAX_ATTEMPTS)]
    assert states == ["waiting", "waiting", "failed"]


def test_a_database_that_refuses_in_the_middle_leaves_whole_chunks_and_goes_on_at_the_right_line():
    """A trigger makes the captures of the second chunk fail for real."""
    upload = make_upload(csv_bytes(HEADER, *lead_rows(3 * CHUNK_SIZE)))
    bad_line = CHUNK_SIZE + 100
    with connection.cursor() as cursor:
        for statement in _refusing(bad_line):
            cursor.execute(statement)
    broken = run_import(upload.pk, clock=lambda: MORNING)
    assert (broken.state, broken.last_line, broken.made) == ("waiting", CHUNK_SIZE + 1, CHUNK_SIZE)
    assert (Capture.objects.count(), Lead.objects.count()) == (CHUNK_SIZE, CHUNK_SIZE)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse ON leads_capture" if _is_postgres() else "DROP TRIGGER refuse")
    done = run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    assert (done.state, done.made, done.rows, Lead.objects.count()) == (
        "done",
        3 * CHUNK_SIZE,
        3 * CHUNK_SIZE,
        3 * CHUNK_SIZE,
    )


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _refusing(line: int) -> list[str]:
    if not _is_postgres():
        return [
            f"CREATE TRIGGER refuse BEFORE INSERT ON leads_capture WHEN new.line = {line} "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        ]
    return [
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
        "CREATE TRIGGER refuse BEFORE INSERT ON leads_capture FOR EACH ROW "
        f"WHEN (new.line = {line}) EXECUTE FUNCTION refuse()",
    ]


def test_a_stopped_import_stays_stopped_and_goes_on_behind_the_last_row():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(2 * CHUNK_SIZE)))
    stopped = run_import(
        upload.pk, clock=ticking(), max_time=None, on_progress=lambda now: cancel_import(now, at=MORNING)
    )
    assert (stopped.state, Lead.objects.count()) == ("cancelled", CHUNK_SIZE)
    assert run_import(upload.pk, clock=ticking()).state == "cancelled"
    resume_import(upload)
    done = finish(upload)
    assert (done.state, done.made, Lead.objects.count()) == ("done", 2 * CHUNK_SIZE, 2 * CHUNK_SIZE)


def test_the_sweep_wakes_imports_that_nobody_runs():
    stalled = make_upload(csv_bytes(HEADER, *lead_rows(1)))
    run._become_runner(stalled.pk, at=MORNING)
    make_upload(csv_bytes(HEADER, *lead_rows(1)), is_ready=False)
    later: datetime = MORNING + 3 * LEASE
    assert (
        restart_stalled_imports(at=MORNING),
        restart_stalled_imports(at=later),
        restart_stalled_imports(at=later),
    ) == (0, 1, 0)
    assert (OrmQ.objects.count(), run_import(stalled.pk, clock=lambda: later).state) == (1, "done")


def test_a_failing_step_keeps_the_lead_for_a_human():
    """A source that the database refuses: each row is tried alone, and what still fails stands on the review desk."""
    Source.objects.create(slug="unknown", name="Unknown")
    EntryRule.objects.create(name="Broken", position=1, conditions=[{"field": "?"}], outcome="review")
    done = finish(make_upload(csv_bytes(HEADER, *lead_rows(2))))
    assert (done.made, done.went["review"]) == (2, {"leads": 2, "names": {"step_failed": 2}})
