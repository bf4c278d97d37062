"""Files as nobody wants them, through the pages and the command: a clear word, and each good row once (A1a, A8)."""

from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command

from leads.actions.imports.run import run_import
from leads.models import Capture, Lead, Upload

pytestmark = pytest.mark.django_db
HEADER = b"Name,Email,Company\n"


def rows(first: int, last: int) -> bytes:
    return b"".join(b"Dewi %d,dewi%d@nila.co.id,Hotel Nila\n" % (number, number) for number in range(first, last + 1))


LINES = b"Dear Sari,\nwe come on Monday, with two or three of us.\n\n" * 20_000
BIG = b"Big,big@nila.co.id,"
# the file, the leads that it makes, and the rows that are refused: line, code
FILES = {
    "a cell of 1 MB": (HEADER + rows(1, 2) + BIG + b"x" * 1_000_000 + b"\n" + rows(3, 4), 4, [(4, "too_long")]),
    "a quoted cell of 1 MB": (
        HEADER + rows(1, 2) + BIG + b'"' + b"x" * 1_000_000 + b'"\n' + rows(3, 4),
        4,
        [(4, "too_long")],
    ),
    "a cell of 1 MB over lines": (HEADER + rows(1, 2) + BIG + b'"' + LINES + b'"\n' + rows(3, 4), 4, [(4, "too_long")]),
    "an end within a quoted cell": (HEADER + rows(1, 2) + b'Tom,tom@nila.co.id,"Hotel', 2, [(4, "cut_off")]),
    "an end within a long quoted cell": (HEADER + rows(1, 2) + BIG + b'"' + LINES, 2, [(4, "cut_off")]),
    "a quote that is never closed": (
        HEADER + rows(1, 2) + b'Tom,"tom@nila.co.id\n' + rows(3, 300), 300, [(4, "open_quote")]
    ),
    "two header lines": (HEADER + HEADER + rows(1, 3), 3, [(2, "header_again")]),
    "two header lines in two languages": (b"Nama,Surel,Perusahaan\n" + HEADER + rows(1, 3), 3, [(2, "header_again")]),
    "a header between rows": (HEADER + rows(1, 2) + HEADER + rows(3, 4), 4, [(4, "header_again")]),
    "the same column twice": (b"Name,Email,Email\nSari,sari@nila.co.id,s@nila.co.id\nTom,,tom@nila.co.id\n", 2, []),
    "only identical rows": (HEADER + rows(1, 1) * 600, 1, []),
}  # fmt: skip


def by_pages(client, content: bytes) -> Upload:
    file = BytesIO(content)
    file.name = "leads.csv"
    client.post("/imports/new", {"file": file, "delimiter": ""})
    upload = Upload.objects.get()
    sent = {f"column_{column}": field for column, field in upload.mapping.items()}
    client.post(f"/imports/{upload.pk}/start", sent)
    run_import(upload.pk, clock=lambda: datetime.now(UTC))
    return Upload.objects.get()


@pytest.mark.parametrize("kind", FILES)
def test_good_rows_come_in_once_and_bad_ones_are_named(client, as_ops, kind):
    content, leads, refused = FILES[kind]
    upload = by_pages(client, content)
    codes = [(row.line, row.problems[0]["code"]) for row in Capture.objects.filter(state="refused").order_by("line")]
    assert (upload.state, Lead.objects.count(), upload.made, codes) == ("done", leads, leads, refused)
    page, report = client.get(f"/imports/{upload.pk}/"), client.get(f"/imports/{upload.pk}/problems.csv")
    assert (page.status_code, report.status_code) == (200, 200)


@pytest.mark.parametrize("kind", FILES)
def test_the_command_brings_in_the_same(tmp_path, kind):
    content, leads, refused = FILES[kind]
    path, out = tmp_path / "leads.csv", StringIO()
    path.write_bytes(content)
    call_command("import_leads", path, stdout=out, stderr=StringIO())
    assert (Lead.objects.count(), Capture.objects.filter(state="refused").count()) == (leads, len(refused))
    assert f"{leads} made" in out.getvalue()


def test_identical_rows_are_one_lead_and_the_rest_is_here_already(client, as_ops):
    upload = by_pages(client, FILES["only identical rows"][0])
    assert (upload.made, upload.merged, upload.unchanged, upload.refused) == (1, 0, 599, 0)


def test_a_value_of_the_same_column_twice_is_not_lost(client, as_ops):
    by_pages(client, FILES["the same column twice"][0])
    assert list(Lead.objects.order_by("pk").values_list("first_name", "email")) == [
        ("Sari", "sari@nila.co.id"),
        ("Tom", "tom@nila.co.id"),
    ]


def test_five_thousand_columns_are_refused_in_words(client, as_ops):
    file = BytesIO(b",".join(b"c%d" % n for n in range(5_000)) + b"\n" + b",".join([b"v"] * 5_000) + b"\n")
    file.name = "wide.csv"
    answer = client.post("/imports/new", {"file": file, "delimiter": ""})
    words = "The file has 5000 columns, but at most 200 are possible. Leave out those you do not need."
    assert (answer.status_code, answer.context["form"].errors["file"]) == (422, [words])
    assert Upload.objects.count() == 0
