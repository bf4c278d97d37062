"""manage.py import_leads: the same as in the browser, in the terminal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from leads.models import Lead, Upload
from queues.models import EntryRule
from tests.factories import QueueFactory, make_ops
from tests.factories.files import HEADER, csv_bytes, lead_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes(csv_bytes(HEADER, *lead_rows(3)))
    return path


def bring(path, *options: str) -> str:
    out = StringIO()
    call_command("import_leads", path, *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_rows_are_imported_and_counts_are_printed(file):
    EntryRule.objects.create(
        name="Everybody", position=1, conditions=[], outcome="queue", queue=QueueFactory(name="Hot inbound")
    )
    ops = make_ops()
    output = bring(file, "--by", ops.username)
    assert output.splitlines() == [
        "3 rows: 3 made, 0 joined, 0 already here, 0 refused, 0 on the review desk.",
        "  3 into Hot inbound",
    ]
    assert (Upload.objects.get().created_by, Upload.objects.get().state) == (ops, "done")


def test_the_same_file_again_adds_nothing(file):
    bring(file)
    assert bring(file).splitlines()[0] == "3 rows: 0 made, 0 joined, 3 already here, 0 refused, 0 on the review desk."


def test_columns_are_mapped_by_name_over_the_guess(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_bytes(b"key;where;Email;Source\nK-1;Jakarta;a@b.co;Fair\n")
    bring(path, "--map", "external_id=KEY", "--map", "city=where", "--map", "source=", "--default", "lead_type=mql")
    lead = Lead.objects.get()
    assert (lead.external_id, lead.city, lead.email, lead.lead_type) == ("K-1", "Jakarta", "a@b.co", "mql")
    assert (lead.source.name, lead.extra) == ("Unknown", {"Source": "Fair"})


def test_a_separator_can_be_named(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_bytes(b"Email|Note;Company\na@b.co|x;Maju\n")
    bring(path, "--delimiter", "bar")
    assert Lead.objects.get().extra == {"Note;Company": "x;Maju"}


def test_letters_in_doubt_are_named_and_nothing_is_imported_before_one_is_chosen(tmp_path):
    path = tmp_path / "turkish.csv"
    path.write_bytes("Name,Email\nAyşe Yılmaz,a@nila.co.id\n".encode("cp1254"))
    with pytest.raises(CommandError) as refused:
        bring(path)
    assert str(refused.value).splitlines() == [
        "The letters can be read in more than one way. Name the right one with --encoding:",
        "  cp1254: Ayşe Yılmaz · Turkish (Windows-1254)",
        "  cp1252: Ayþe Yýlmaz · Western Europe (Windows-1252)",
        "  cp1250: Ayţe Yýlmaz · Central Europe (Windows-1250)",
    ]
    assert (Lead.objects.count(), Upload.objects.count()) == (0, 0)
    bring(path, "--encoding", "windows-1254")
    assert Lead.objects.get().full_name == "Ayşe Yılmaz"


def test_what_was_saved_twice_is_repaired_by_its_name(tmp_path):
    path = tmp_path / "twice.csv"
    path.write_bytes("Name,Email\nZoë Müller,a@nila.co.id\n".encode().decode("cp1252").encode())
    bring(path, "--encoding", "utf-8+cp1252")
    assert Lead.objects.get().full_name == "Zoë Müller"


def test_the_header_and_the_rows_are_where_the_options_say(tmp_path):
    path = tmp_path / "titles.csv"
    path.write_bytes(b"Leads\nName,Email\nNama,Surel\nSari,sari@nila.co.id\n")
    bring(path, "--header-line", "2", "--rows-from", "4")
    assert [lead.full_name for lead in Lead.objects.order_by("pk")] == ["Sari"]
    bare = tmp_path / "bare.csv"
    bare.write_bytes(b"Budi,budi@nila.co.id\n")
    bring(bare, "--header-line", "0", "--map", "name=column 1", "--map", "email=column 2")
    assert [lead.full_name for lead in Lead.objects.order_by("pk")] == ["Sari", "Budi"]


def test_a_dry_run_tells_what_would_be_and_changes_nothing(file, media):
    with file.open("ab") as stream:
        stream.write(b",,,,,Fair\nL-9,Dewi,Sari,nobody,Maju,Fair\n")
    output = bring(file, "--dry-run").splitlines()
    assert output[-3:] == [
        "4 rows could be leads, 1 would be refused.",
        "  1 x E-mail could not be read",
        "Nothing was changed.",
    ]
    assert (Lead.objects.count(), Upload.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (b"", [], "leads.csv: The file is empty."),
        (b"%PDF-1.4", [], "leads.csv: This is a PDF document, not a CSV file."),
        (b"City\nBogor\n", [], "Choose a column for the external id, the e-mail or the phone"),
        (b"Email\na@b.co\n", ["--map", "shoe_size=Email"], "There is no field shoe_size."),
        (b"Email\na@b.co\n", ["--map", "email=Mail"], "There is no column Mail. Columns: Email."),
        (b"Email\na@b.co\n", ["--map", "email"], "email is not NAME=VALUE."),
        (b"Email\na@b.co\n", ["--default", "score=500"], "score: Enter a whole number from 0 to 100."),
        (b"Email\na@b.co\n", ["--encoding", "rot13"], "There is no encoding rot13."),
        (b"Email\na@b.co\n", ["--header-line", "9"], "There is no line 9."),
        (b"Email\na@b.co\n", ["--by", "nobody"], "There is no user nobody."),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(tmp_path, content, options, words):
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        bring(path, *options)
    assert words in str(refused.value)
    assert (refused.value.returncode, Upload.objects.count(), Lead.objects.count()) == (1, 0, 0)


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        bring(tmp_path / "nothing.csv")


def test_a_dry_run_says_how_dates_are_meant(file):
    file.write_bytes(b"Create Date,Email\n11/13/2026,a@b.co\n11/06/2026,c@d.co\n")
    words = bring(file, "--dry-run")
    assert "Create Date: Month first: 11/13/2026 = 13 Nov 2026. Line 2 proves it." in words
    assert "2 rows could be leads, 0 would be refused." in words
