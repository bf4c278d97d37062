"""How a file is read, on its page: letters, separator, header; what is unsure is asked before anything starts."""

import pytest
from django_q.models import OrmQ

from leads.actions.imports.run import run_import
from leads.decisions.csv.stored import reading_of
from leads.models import Capture, Lead, Upload
from tests.factories import MORNING, make_rep
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = pytest.mark.django_db
TURKISH = "Name,Email\r\nAyşe Yılmaz,a@nila.co.id\r\nSari Ayu,b@nila.co.id\r\n".encode("cp1254")
TITLES = b"Leads of November;;\n\nName;Email;Company\nSari;sari@nila.co.id;Nila\nBudi;budi@nila.co.id;Nila\n"
COLUMNS = {"column_0": "name", "column_1": "email"}


def received(content: bytes) -> Upload:
    return make_upload(content, is_ready=False)


def sent(upload: Upload, **fields) -> dict:
    """What the page of this upload sends, with some of it changed."""
    shape = upload.shape
    page = {"seen": reading_of(shape), "delimiter": shape["delimiter"], "header_line": shape["header_line"]}
    return page | {"rows_from": shape["header_lines"] + 1} | fields


def names_shown(page) -> list[str]:
    return [row.who for row in page.context["preview_rows"]]


def imported(upload: Upload) -> list[str]:
    """The names of the leads, once a worker has run the task."""
    run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    return [lead.full_name for lead in Lead.objects.order_by("pk")]


def test_letters_in_doubt_are_shown_in_every_way_and_the_import_waits_for_the_choice(client, htmx, as_ops):
    upload = received(TURKISH)
    reading = client.get(f"/imports/{upload.pk}/").context["reading"]
    shown = [("".join(text for text, _strange in way.cells[0]), way.name) for way in reading.ways]
    assert shown == [
        ("Ayşe Yılmaz", "Turkish (Windows-1254)"),
        ("Ayþe Yýlmaz", "Western Europe (Windows-1252)"),
        ("Ayţe Yýlmaz", "Central Europe (Windows-1250)"),
    ]
    refused = client.post(f"/imports/{upload.pk}/start", sent(upload, **COLUMNS))
    assert (refused.status_code, OrmQ.objects.count()) == (422, 0)
    assert refused.context["form"].non_field_errors() == [
        "Choose how the letters are written, above. Alur does not guess the names of people."
    ]
    chosen = htmx.post(f"/imports/{upload.pk}/read", sent(upload, **COLUMNS, encoding="cp1254"))
    assert (chosen.templates[0].name, names_shown(chosen)) == (
        "leads/_upload_mapping.html",
        ["Ayşe Yılmaz", "Sari Ayu"],
    )
    upload.refresh_from_db()
    client.post(f"/imports/{upload.pk}/start", sent(upload, **COLUMNS, encoding="cp1254"))
    assert imported(upload) == ["Ayşe Yılmaz", "Sari Ayu"]


def test_without_scripts_the_choice_comes_with_the_start_and_is_shown_first(client, as_ops):
    upload = received(TURKISH)
    page = client.post(f"/imports/{upload.pk}/start", sent(upload, **COLUMNS, encoding="cp1254"))
    assert (page.status_code, names_shown(page), OrmQ.objects.count()) == (200, ["Ayşe Yılmaz", "Sari Ayu"], 0)
    upload.refresh_from_db()
    started = client.post(f"/imports/{upload.pk}/start", sent(upload, **COLUMNS, encoding="cp1254"))
    assert (started.status_code, OrmQ.objects.count()) == (302, 1)


def test_letters_without_doubt_are_named_and_can_be_changed(client, as_ops):
    upload = received("Name,Email\nJürgen Müller,a@nila.co.id\n".encode())
    reading = client.get(f"/imports/{upload.pk}/").context["reading"]
    assert (reading.name, reading.cells, reading.ways) == (
        "Unicode (UTF-8)",
        [[("J", False), ("ü", True), ("rgen M", False), ("ü", True), ("ller", False)]],
        [],
    )
    other = client.post(f"/imports/{upload.pk}/read", sent(upload, **COLUMNS, encoding="cp1252"))
    assert names_shown(other) == ["JÃ¼rgen MÃ¼ller"]
    upload.refresh_from_db()
    back = client.post(f"/imports/{upload.pk}/read", sent(upload, **COLUMNS, encoding="utf-8"))
    assert names_shown(back) == ["Jürgen Müller"]


def test_a_file_that_was_saved_twice_is_repaired_when_a_person_says_so(client, as_ops):
    upload = received("Name,Email\nZoë Müller,a@nila.co.id\n".encode().decode("cp1252").encode())
    page = client.get(f"/imports/{upload.pk}/")
    assert [way.name for way in page.context["reading"].ways] == ["Unicode (UTF-8), repaired", "Unicode (UTF-8)"]
    assert client.post(f"/imports/{upload.pk}/start", sent(upload, **COLUMNS)).status_code == 422
    repaired = client.post(f"/imports/{upload.pk}/read", sent(upload, **COLUMNS, encoding="utf-8+cp1252"))
    assert names_shown(repaired) == ["Zoë Müller"]


def test_a_file_of_two_encodings_says_so_and_all_its_names_come_in(client, as_ops):
    lines = "Name,Email\nZoë,a@nila.co.id\nJosé,b@nila.co.id\n".encode() + "José,c@nila.co.id\n".encode("cp1252")
    upload = received(lines)
    page = client.get(f"/imports/{upload.pk}/")
    assert list(page.context["reading"].notes) == [
        "Some lines are not in UTF-8, as if two files were joined. They are read as Western Europe (Windows-1252)."
    ]
    client.post(f"/imports/{upload.pk}/start", sent(upload, **COLUMNS))
    assert imported(upload) == ["Zoë", "José", "José"]


def test_a_header_below_titles_is_pointed_at_and_the_columns_are_guessed_there(client, as_ops):
    upload = received(TITLES)
    page = client.get(f"/imports/{upload.pk}/")
    reading = page.context["reading"]
    assert (reading.suggested_header, reading.is_open, reading.lines[2]) == (3, True, (3, "Name;Email;Company"))
    assert "Line 3 looks like the header. Above it there are titles." in page.content.decode()
    taken = client.post(f"/imports/{upload.pk}/read", sent(upload, use_header=3))
    upload.refresh_from_db()
    assert (names_shown(taken), upload.mapping) == (["Sari", "Budi"], {"0": "name", "1": "email", "2": "company_name"})
    client.post(f"/imports/{upload.pk}/start", sent(upload, **COLUMNS, column_2="company_name"))
    assert imported(upload) == ["Sari", "Budi"]
    assert list(Capture.objects.order_by("line").values_list("line", flat=True)) == [4, 5]


def test_a_file_without_a_header_keeps_its_first_row(client, as_ops):
    upload = received(b"Sari,sari@nila.co.id\nBudi,budi@nila.co.id\n")
    shown = client.get(f"/imports/{upload.pk}/").context
    assert (shown["reading"].may_have_none, len(shown["notes"])) == (True, 1)
    page = client.post(f"/imports/{upload.pk}/read", sent(upload, use_header=0))
    assert [title for title, _field, _cells in page.context["columns"]] == ["column 1", "column 2"]
    upload.refresh_from_db()
    client.post(f"/imports/{upload.pk}/start", sent(upload, **COLUMNS))
    assert imported(upload) == ["Sari", "Budi"]


def test_a_first_line_with_a_phone_is_said_and_kept_in_one_press(client, as_ops):
    upload = received(b"Sari,0812-3456-7890\nBudi,0813-2222-3333\n")
    page = client.get(f"/imports/{upload.pk}/")
    assert list(page.context["notes"]) == [
        "Line 1 looks like a row, not like a header: “0812-3456-7890” is a value. "
        "If the file has no header, say so; then this line is imported, too."
    ]
    assert (page.context["reading"].may_have_none, page.context["reading"].is_open) == (True, True)
    client.post(f"/imports/{upload.pk}/read", sent(upload, use_header=0))
    upload.refresh_from_db()
    assert upload.mapping == {"1": "phone"}
    client.post(f"/imports/{upload.pk}/start", sent(upload, column_0="name", column_1="phone"))
    assert imported(upload) == ["Sari", "Budi"]


def test_a_file_of_one_row_is_not_lost(client, as_ops):
    upload = received(b"Sari Ayu,sari@nila.co.id,0812-3456-7890\n")
    page = client.get(f"/imports/{upload.pk}/")
    assert list(page.context["notes"]) == [
        "The file has only line 1, and it looks like a row. So it is read as one, without a header."
    ]
    assert upload.mapping == {"1": "email", "2": "phone"}
    client.post(f"/imports/{upload.pk}/start", sent(upload, column_0="name", column_1="email", column_2="phone"))
    assert imported(upload) == ["Sari Ayu"]


def test_rows_below_a_second_header_begin_where_a_person_says(client, as_ops):
    upload = received(b"Name,Email\nNama,Surel\nSari,sari@nila.co.id\nBudi,budi@nila.co.id\n")
    assert client.get(f"/imports/{upload.pk}/").context["reading"].suggested_rows == 3
    page = client.post(f"/imports/{upload.pk}/read", sent(upload, **COLUMNS, use_rows=3))
    assert names_shown(page) == ["Sari", "Budi"]


def test_choices_that_still_hold_are_kept_when_the_file_is_read_in_another_way(client, as_ops):
    upload = received(b"Report\nName;Stra\xdfe;Email\nSari;Jl. 1;sari@nila.co.id\nBudi;Jl. 2;budi@nila.co.id\n")
    client.post(f"/imports/{upload.pk}/read", sent(upload, use_header=2))
    upload.refresh_from_db()
    chosen = {"column_0": "first_name", "column_1": "city", "column_2": "email", "default_source": "Fair"}
    page = client.post(f"/imports/{upload.pk}/read", sent(upload, **chosen, encoding="mac_roman"))
    upload.refresh_from_db()
    assert (upload.shape["header"], upload.mapping) == (
        ["Name", "Straﬂe", "Email"],
        {"0": "first_name", "1": "city", "2": "email"},
    )
    assert page.context["form"]["default_source"].value() == "Fair"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"header_line": 900}, "The file cannot be read like this. There is no line 900."),
        ({"encoding": "utf-16"}, "The file cannot be read like this. The file has a header but no rows."),
        ({"encoding": "rot13"}, None),
        ({"delimiter": "x"}, None),
        ({"header_line": "-1"}, None),
        ({"header_line": "9" * 40}, None),
        ({"rows_from": "x"}, None),
    ],
)
def test_what_cannot_be_read_so_is_refused_in_words_and_nothing_changes(client, as_ops, fields, words):
    upload = received(csv_bytes(HEADER, *lead_rows(2)))
    page = client.post(f"/imports/{upload.pk}/read", sent(upload, **fields))
    assert page.status_code == 422
    assert words is None or page.context["reading_form"].non_field_errors() == [words]
    before = upload.shape
    upload.refresh_from_db()
    assert upload.shape == before


@pytest.mark.parametrize("is_htmx", [False, True])
def test_once_the_import_has_started_the_file_is_read_in_no_other_way(client, htmx, as_ops, is_htmx):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)))
    answer = (htmx if is_htmx else client).post(f"/imports/{upload.pk}/read", sent(upload, encoding="cp1250"))
    assert (answer.status_code, b"The import of this file has started already." in answer.content) == (409, True)
    before = upload.shape
    upload.refresh_from_db()
    assert upload.shape == before


def test_whoever_is_later_is_shown_the_columns_as_they_are_now(client, htmx, as_ops):
    upload = received(TITLES)
    first, second = sent(upload, use_header=3), sent(upload, header_line=0)
    client.post(f"/imports/{upload.pk}/read", first)
    late = client.post(f"/imports/{upload.pk}/read", second)
    start = client.post(f"/imports/{upload.pk}/start", second | COLUMNS)
    look = htmx.post(f"/imports/{upload.pk}/preview", second | COLUMNS)
    assert [answer.status_code for answer in (late, start, look)] == [409, 409, 409]
    assert look["HX-Retarget"] == "#upload-page"
    says = "Somebody else changed how the file is read. These are its columns now; check them before you go on."
    assert late.context["changed"] == says
    upload.refresh_from_db()
    assert (upload.shape["header_line"], OrmQ.objects.count()) == (3, 0)


def test_rows_that_lack_their_last_cells_become_leads(client, as_ops):
    lines = (
        b"Sari Ayu,sari@nila.co.id,Hotel Nila,call\r\nBudi Santoso,budi@nila.co.id\r\nCitra,citra@nila.co.id,Nila\r\n"
    )
    upload = received(b"Name,Email,Company,Notes\r\n" + lines)
    client.post(f"/imports/{upload.pk}/start", sent(upload, **COLUMNS, column_2="company_name", column_3="message"))
    assert imported(upload) == ["Sari Ayu", "Budi Santoso", "Citra"]
    assert list(Lead.objects.order_by("pk").values_list("message", flat=True)) == ["call", "", ""]


def test_tabs_in_utf_16_are_read_without_a_question(client, as_ops):
    text = "id\tfull_name\temail\r\nl:1\tAyşe Yılmaz\tayse@nila.co.id\r\nl:2\tSari\r\n"
    upload = received(text.encode("utf-16"))
    reading = client.get(f"/imports/{upload.pk}/").context["reading"]
    assert (reading.name, reading.must_choose) == ("Unicode (UTF-16)", False)
    columns = {"column_0": "external_id", "column_1": "name", "column_2": "email"}
    client.post(f"/imports/{upload.pk}/start", sent(upload, **columns))
    assert imported(upload) == ["Ayşe Yılmaz", "Sari"]


def test_the_page_reads_only_the_beginning_of_a_file(client, as_ops):
    upload = received(b"Name,Email\n" + b",\n" * 600_000 + b"Sari,sari@nila.co.id\n")
    assert names_shown(client.get(f"/imports/{upload.pk}/")) == []
    client.post(f"/imports/{upload.pk}/start", sent(upload, **COLUMNS))
    assert imported(upload) == ["Sari"]


def test_rows_that_the_chosen_encoding_cannot_read_are_refused_one_by_one(client, as_ops):
    upload = received(b"Name,Email\nSari,a@nila.co.id\n" + "Zoë,b@nila.co.id\n".encode("cp1252"))
    page = client.post(f"/imports/{upload.pk}/read", sent(upload, **COLUMNS, encoding="utf-8"))
    assert [row.is_usable for row in page.context["preview_rows"]] == [True, False]
    upload.refresh_from_db()
    client.post(f"/imports/{upload.pk}/start", sent(upload, **COLUMNS))
    assert imported(upload) == ["Sari"]
    assert Capture.objects.get(state="refused").problems[0]["code"] == "encoding"


def test_a_rep_changes_nothing(client, as_ops):
    upload = received(TITLES)
    client.force_login(make_rep())
    assert client.post(f"/imports/{upload.pk}/read", sent(upload, use_header=3)).status_code == 403


def test_a_file_from_before_letters_were_kept_is_shown_and_started(client, as_ops):
    upload = received(csv_bytes(HEADER, *lead_rows(1)))
    kept = ("encoding", "delimiter", "quotechar", "fallback", "header_lines", "header", "notes")
    upload.shape = {name: upload.shape[name] for name in kept} | {"fallback": "cp1252"}
    upload.save()
    assert client.get(f"/imports/{upload.pk}/").status_code == 200
    client.post(f"/imports/{upload.pk}/start", {"column_3": "email", "column_1": "first_name"})
    assert imported(upload) == ["Dewi1"]
