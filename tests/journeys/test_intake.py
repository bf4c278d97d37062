"""Real files go in through the doors: browser and command give the same leads, and nothing twice."""

from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from django_q.models import OrmQ

from leads.actions.imports.run import run_import
from leads.models import Activity, Capture, Lead, Source, Upload
from queues.models import Entry, EntryRule, ReviewItem
from tests.factories import QueueFactory, make_ops
from tests.factories.files import DATABLIST, OLIST, real_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def paid():
    """Leads of a paid search wait in a queue of their own; all others go to the review desk."""
    queue = QueueFactory(name="Paid search")
    condition = {"field": "source", "operator": "is", "value": "paid-search"}
    EntryRule.objects.create(name="Paid", position=1, conditions=[condition], outcome="queue", queue=queue)
    return queue


def by_browser(client, content: bytes, name: str) -> Upload:
    """As sales ops do it: choose the file, take the columns as guessed, start; then the worker's task is run."""
    client.force_login(make_ops())
    page = client.post("/imports/new", {"file": SimpleUploadedFile(name, content)}, follow=True)
    upload = page.context["upload"]
    chosen = {field.html_name: field.value() for _title, field, _cells in page.context["columns"]}
    client.post(f"/imports/{upload.pk}/start", chosen)
    while (task := OrmQ.objects.order_by("pk").first()) is not None:
        task.delete()
        run_import(*task.task["args"], clock=timezone.now)
    return Upload.objects.get(pk=upload.pk)


def by_command(content: bytes, directory, *options: str) -> list[str]:
    path, out = directory / "again.csv", StringIO()
    path.write_bytes(content)
    call_command("import_leads", path, *options, stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


def test_eight_thousand_leads_without_a_name_go_in_by_browser_and_add_nothing_by_command(client, paid, tmp_path):
    content = real_file(OLIST)
    total = content.count(b"\n") - 1
    done = by_browser(client, content, OLIST)
    assert (done.state, done.made, done.refused, done.merged) == ("done", total, 0, 0)
    assert (Lead.objects.count(), Lead.objects.exclude(email="").count()) == (total, 0)
    assert set(Lead.objects.values_list("captured_at__year", flat=True)) == {2017, 2018}
    waiting = Entry.objects.waiting().filter(queue=paid).count()
    assert done.went["queue"] == {"leads": waiting, "names": {"Paid search": waiting}}
    assert (waiting > 0, waiting + ReviewItem.objects.count()) == (True, total)
    assert Source.objects.get(slug="paid-search").leads.count() == waiting

    output = by_command(
        content,
        tmp_path,
        "--map",
        "external_id=mql_id",
        "--map",
        "source=origin",
        "--map",
        "captured_at=first_contact_date",
    )
    assert output[0] == f"{total} rows: 0 made, 0 joined, {total} already here, 0 refused, 0 on the review desk."
    assert (Lead.objects.count(), Activity.objects.filter(kind="re_engaged").count()) == (total, 0)


def test_a_hundred_contacts_go_in_by_command_and_add_nothing_by_browser(client, tmp_path):
    content = real_file(DATABLIST)
    output = by_command(content, tmp_path)
    assert output[0].startswith("100 rows: 100 made, 0 joined, 0 already here, 0 refused")
    first = Lead.objects.order_by("pk").first()
    assert (bool(first.full_name), bool(first.email), "Deal Stage" in first.extra) == (True, True, True)
    again = by_browser(client, content, DATABLIST)
    assert (again.made, again.merged, again.unchanged, Lead.objects.count()) == (0, 0, 100, 100)
    assert Capture.objects.count() == 200
