"""Unknown columns of a file become fields on the page that maps them, in one press (A9)."""

import pytest
from django.test import Client

from leads.actions.imports.run import run_import
from leads.models import Lead, OwnField, Upload
from tests.factories import MORNING, make_lead, make_manager
from tests.factories.files import csv_bytes, make_upload

pytestmark = pytest.mark.django_db

HEADER = ["Email", "Lead Quality", "Total Visits", "Do Not Call", "Magazine", "Row", "Tags"]
QUALITIES = ["Select", "Might be", "Worst", "Might be", "High in Relevance", "Worst"]


def rows(count: int = 6) -> list[list[str]]:
    return [
        [f"lead{n}@nila{n}.co.id", QUALITIES[n % 6], str(n * 454), "Yes" if n == 2 else "No", "No", f"x-{n}-7a", ""]
        for n in range(count)
    ]


@pytest.fixture
def upload() -> Upload:
    return make_upload(csv_bytes(HEADER, *rows()), is_ready=False)


def ask(client: Client, upload: Upload, **sent):
    return client.post(f"/imports/{upload.pk}/fields", sent, headers={"HX-Request": "true"})


def says(answer) -> dict[str, list[tuple[str, str]]]:
    shown = answer.context["shown"]
    kinds = {"fed": shown.fed, "useful": shown.useful, "useless": shown.useless}
    return {name: [(row.title, str(row.says)) for row in found] for name, found in kinds.items()}


def test_each_unknown_column_is_offered_with_a_kind_and_words(client: Client, as_ops, upload):
    answer = ask(client, upload)
    assert answer.templates[0].name == "leads/_upload_fields.html"
    assert says(answer) == {
        "fed": [],
        "useful": [
            ("Lead Quality", "text, 3 different"),
            ("Total Visits", "number, 0 to 2\xa0270"),
            ("Do Not Call", "yes or no"),
        ],
        "useless": [
            ("Tags", "always empty"),
            ("Magazine", "“No” wherever it is filled"),
            ("Row", "another value in each row, such as ids have"),
        ],
    }
    assert (answer.context["shown"].looked, answer.context["shown"].useful[0].filled) == (
        "Judged from all 6 rows.",
        "filled in 5 of 6",
    )
    assert not OwnField.objects.exists()


def test_few_texts_that_repeat_are_a_choice(client: Client, as_ops):
    upload = make_upload(csv_bytes(HEADER, *rows(30)), is_ready=False)
    assert says(ask(client, upload))["useful"][0] == (
        "Lead Quality",
        "choice of 3: Might be, Worst, High in Relevance",
    )


def test_one_press_makes_a_field_and_the_import_reads_it(client: Client, as_ops, django_capture_on_commit_callbacks):
    here = make_lead(extra={"lead quality": "worst"})
    upload = make_upload(csv_bytes(HEADER, *rows(30)), is_ready=False)
    with django_capture_on_commit_callbacks(execute=True):
        answer = ask(client, upload, make="1")
    assert (answer.context["made"], says(answer)["fed"]) == (
        "“Lead Quality” is a field now. Rules, lists and cards can use it.",
        [("Lead Quality", "Choice")],
    )
    here.refresh_from_db()
    assert here.own == {"choice:lead_quality": "Worst"}
    client.post(f"/imports/{upload.pk}/start", {"column_0": "email"})
    run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    read = Lead.objects.exclude(pk=here.pk).order_by("pk").values_list("own", flat=True)
    assert [own.get("choice:lead_quality") for own in read[:4]] == [None, "Might be", "Worst", "Might be"]


def test_all_useful_columns_become_fields_at_once_and_twice_is_once(client: Client, as_ops, upload):
    made = [ask(client, upload, make="useful").context["made"] for _press in range(2)]
    assert made == ["3 fields are made. Rules, lists and cards can use them.", ""]
    assert list(OwnField.objects.values_list("name", "kind", "titles", "position")) == [
        ("Lead Quality", "text", ["Lead Quality"], 1),
        ("Total Visits", "number", ["Total Visits"], 2),
        ("Do Not Call", "yes_no", ["Do Not Call"], 3),
    ]


def test_a_column_that_has_a_field_of_alur_is_not_offered(client: Client, as_ops, upload):
    sent = {f"column_{number}": "" for number in range(len(HEADER))} | {"column_1": "title"}
    titles = [title for kind in says(ask(client, upload, **sent)).values() for title, _says in kind]
    assert sorted(titles) == sorted(set(HEADER) - {"Lead Quality"})


def test_without_scripts_the_part_is_a_page_of_its_own(client: Client, as_ops, upload):
    page = client.post(f"/imports/{upload.pk}/fields", {"make": "1"})
    assert page.templates[0].name == "leads/upload_fields.html"
    assert "“Lead Quality” is a field now." in page.content.decode()


def test_only_sales_ops_make_fields(client: Client, upload):
    client.force_login(make_manager())
    assert (ask(client, upload, make="1").status_code, OwnField.objects.count()) == (403, 0)


def test_there_are_never_more_fields_than_can_be(client: Client, as_ops, upload):
    OwnField.objects.bulk_create(OwnField(key=f"f{n}", name=f"Field {n}") for n in range(98))
    answer = ask(client, upload, make="useful")
    assert (answer.context["most"], OwnField.objects.count()) == (100, 98)
    assert "There can be 100 fields of your own at most." in answer.content.decode()
