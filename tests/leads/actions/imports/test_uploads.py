"""Files that come in, and those that are refused before a row is read."""

from io import BytesIO

import pytest
from django_q.models import OrmQ

from leads.actions.imports.reading import read_again
from leads.actions.imports.uploads import (
    MAX_UPLOAD_BYTES,
    MappingRefused,
    ReadingChanged,
    WrongState,
    cancel_import,
    discard_upload,
    receive_upload,
    resume_import,
    set_mapping,
    start_import,
)
from leads.decisions.csv.file import Asked, CsvRefused
from leads.decisions.csv.stored import reading_of
from leads.models import Upload
from tests.factories import MORNING, make_ops
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = pytest.mark.django_db


class Endless(BytesIO):
    """A file of this many bytes that are nowhere in memory."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left = size

    def read(self, count: int = -1) -> bytes:
        piece = b"a,b\n" * (min(count, self.left) // 4)
        self.left -= len(piece)
        return piece


def test_a_file_is_kept_with_its_columns_guessed():
    ops = make_ops()
    content = csv_bytes(HEADER, *lead_rows(2))
    upload = receive_upload(BytesIO(content), name="C:\\fakepath\\leads.csv", by=ops, at=MORNING)
    assert upload.mapping == {
        "0": "external_id",
        "1": "first_name",
        "2": "last_name",
        "3": "email",
        "4": "company_name",
        "5": "source",
    }
    assert (upload.state, upload.bytes, upload.created_by) == ("mapping", len(content), ops)
    with upload.stored.open("rb") as stored:
        assert stored.read() == content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"name,email\n", "no_rows"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "not_text"),
        (b"PK\x03\x04\x14\x00[Content_Types].xml", "not_text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_text"),
        (b"<!doctype html><html></html>", "not_text"),
        (b"name^email\nDewi^dewi@example.com\n", "one_column"),
        (b",".join(b"c%d" % n for n in range(201)) + b"\n1\n", "too_many_columns"),
        (b'"name,email\nDewi,dewi@example.com\n', "header"),
    ],
)
def test_what_is_no_table_is_refused_and_not_kept(content, code, media):
    with pytest.raises(CsvRefused) as refused:
        receive_upload(BytesIO(content), name="leads.csv", by=None, at=MORNING)
    assert (refused.value.code, Upload.objects.count(), list(media.rglob("*.csv"))) == (code, 0, [])


def test_more_than_fifty_megabytes_are_refused_without_being_held():
    with pytest.raises(CsvRefused) as refused:
        receive_upload(Endless(MAX_UPLOAD_BYTES + 4), name="leads.csv", by=None, at=MORNING)
    assert refused.value.code == "too_large"


def test_a_separator_that_a_person_names_is_taken():
    upload = receive_upload(BytesIO(b"a;b,c\n1;2,3\n"), name="x.csv", by=None, at=MORNING, delimiter=",")
    assert upload.shape["header"] == ["a;b", "c"]


def test_start_hands_the_file_to_the_worker():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)), is_ready=False)
    started = start_import(upload, mapping={3: "email", 1: ""}, defaults={"source": "Fair", "score": ""})
    assert (started.state, started.mapping, started.defaults) == ("waiting", {"3": "email"}, {"source": "Fair"})
    task = OrmQ.objects.get().task
    assert (task["func"], task["args"]) == ("leads.tasks.run_import", (upload.pk,))


def test_start_refuses_columns_that_say_nothing():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)), is_ready=False)
    with pytest.raises(MappingRefused) as refused:
        start_import(upload, mapping={5: "source"}, defaults={})
    assert [problem.code for problem in refused.value.problems] == ["no_identifier"]
    assert OrmQ.objects.count() == 0


def test_a_file_is_started_once():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)))
    with pytest.raises(WrongState):
        start_import(upload, mapping={3: "email"}, defaults={})


def test_an_import_that_was_never_started_can_be_discarded(django_capture_on_commit_callbacks, media):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)), is_ready=False)
    with django_capture_on_commit_callbacks(execute=True):
        discard_upload(upload)
    assert (Upload.objects.count(), list(media.rglob("*.csv"))) == (0, [])


def test_an_import_that_was_started_cannot_be_discarded():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)))
    with pytest.raises(WrongState):
        discard_upload(upload)


def test_a_stopped_import_goes_on_and_a_running_one_does_not_twice():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)))
    cancelled = cancel_import(upload, at=MORNING)
    assert (cancelled.state, cancelled.finished_at) == ("cancelled", MORNING)
    with pytest.raises(WrongState):
        cancel_import(upload, at=MORNING)
    assert resume_import(upload).state == "waiting"
    with pytest.raises(WrongState):
        resume_import(upload)


def test_prepare_keeps_the_person_from_a_second_start():
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)), is_ready=False)
    set_mapping(upload, mapping={3: "email"}, defaults={})
    with pytest.raises(WrongState):
        set_mapping(upload, mapping={3: "email"}, defaults={})


def test_a_mapping_of_columns_that_were_read_in_another_way_is_refused():
    upload = make_upload(b"Report;\nName;Email\nSari;s@nila.co.id\n", is_ready=False)
    seen = Upload.objects.get(pk=upload.pk)
    read_again(upload, asked=Asked(header_line=2), mapping={}, seen=reading_of(upload.shape))
    with pytest.raises(ReadingChanged):
        start_import(seen, mapping={0: "name", 1: "email"}, defaults={})
    assert (Upload.objects.get().state, OrmQ.objects.count()) == ("mapping", 0)
