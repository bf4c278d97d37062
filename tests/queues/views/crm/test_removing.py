"""A connection is removed in the background: at once nothing is read or written, its rows go in chunks (I4, B7)."""

from datetime import timedelta

import pytest

from config.jobs.run import run_job, take_stalled_jobs
from config.models import BackgroundJob
from config.web.figures import number
from leads.models import Lead
from queues.actions.crm import removing
from queues.actions.crm.polling import poll
from queues.actions.crm.wishes import read_wishes
from queues.actions.crm.writing import write_wishes
from queues.models import Connection, CrmLink, CrmLog
from tests.crm.memory_crm import MemoryClient, MemoryCrm
from tests.crm.outbound import give, linked
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.crm import make_connection_row, make_remote_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
ADDRESS, SECOND = "https://hubspot.example", timedelta(seconds=1)
LINES = removing.CHUNK_SIZE + 500


@pytest.fixture
def crm(settings, monkeypatch) -> MemoryCrm:
    settings.CRM_CLIENTS = dict.fromkeys(Connection.Kind.values, "tests.crm.memory_crm.MemoryClient")
    made = MemoryCrm(MORNING)
    monkeypatch.setattr(MemoryClient, "accounts", {ADDRESS: made})
    return made


@pytest.fixture
def large(crm) -> Connection:
    """Too much for one request, with an owner that waits to be written."""
    row = make_connection_row(account_id="org-1", base_url=ADDRESS, status_map={"held": "Open"})
    rina = make_rep()
    make_remote_person(row, rina, "u-rina", name="R. Hartono")
    link = linked(row, crm, make_lead(), owner="u-api")
    line = {"connection": row, "at": MORNING, "way": "in", "tone": "ok", "what": "taken"}
    CrmLog.objects.bulk_create(CrmLog(**line) for _number in range(LINES))
    give(link.lead, rina)
    return row


def rows_of(connection: Connection) -> int:
    return removing.count_rows({"connection": connection.pk})


def test_a_large_one_is_removed_in_the_background_and_does_nothing_meanwhile(client, as_ops, crm, large, page_text):
    crm.add("new", Email="new@kopi.example")
    before, link = rows_of(large), CrmLink.objects.get()
    done = client.post(f"/connections/{large.pk}/remove/")
    page = page_text(client.get(done["Location"]))
    assert "HubSpot: leads is being removed: nothing is taken or written any more. Its leads stay here." in page
    assert f"0 of {' '.join(number(before).split())} rows are gone" in page
    large.refresh_from_db()
    assert (large.state, large.credentials, rows_of(large)) == ("removing", "", before)
    assert poll(large.pk, clock=lambda: MORNING + SECOND) is False
    read_wishes(at=MORNING + SECOND)
    assert (write_wishes(clock=lambda: MORNING + SECOND), crm.writes, Lead.objects.count()) == (0, [], 1)
    assert 'id="records"' not in page_text(client.get(f"/leads/{link.lead_id}/"))
    assert "R. Hartono" not in page_text(client.get("/connections/people/"))
    own = page_text(client.get(f"/connections/{large.pk}/"))
    assert ("Being removed" in own, "How often it is asked" in own) == (True, False)
    for act, sent in (("on", {}), ("off", {}), ("again", {}), ("often", {"minutes": "3"}), ("remove", {}), ("crm", {})):
        answer = client.post(f"/connections/{large.pk}/{act}/", sent, follow=True)
        assert "Somebody has removed this connection; nothing was changed." in page_text(answer)
    for step in ("crm", "sign-in", "people", "fields", "test"):
        assert client.get(f"/connections/{large.pk}/{step}/")["Location"] == "/connections/"
    large.refresh_from_db()
    assert (large.state, BackgroundJob.objects.count()) == ("removing", 1)


def test_it_goes_on_where_a_worker_died_and_leads_stay(client, as_ops, crm, large):
    before = rows_of(large)
    client.post(f"/connections/{large.pk}/remove/")
    job = BackgroundJob.objects.get()
    run_job(job.pk, clock=lambda: MORNING, limit=timedelta(0))  # one chunk; then its process dies
    assert rows_of(large) == before - removing.CHUNK_SIZE
    later = MORNING + timedelta(minutes=3)
    assert take_stalled_jobs(at=later) == [job.pk]
    run_job(job.pk, clock=lambda: later)
    job.refresh_from_db()
    assert (job.state, job.done, rows_of(large)) == ("done", before, 0)
    assert not Connection.objects.exists()
    assert (Lead.objects.count(), Connection.history.filter(history_type="-").get().history_user) == (1, as_ops)


def test_one_that_stopped_can_be_removed_again(client, as_ops, large, page_text):
    client.post(f"/connections/{large.pk}/remove/")
    BackgroundJob.objects.update(state="failed", finished_at=MORNING)
    assert "It stopped in the middle." in page_text(client.get("/connections/"))
    client.post(f"/connections/{large.pk}/remove/")
    assert [job.is_open for job in BackgroundJob.objects.order_by("pk")] == [False, True]


def test_a_small_one_is_gone_at_once_and_its_account_can_be_connected_while_a_large_one_goes(client, as_ops, large):
    client.post(f"/connections/{large.pk}/remove/")
    again = make_connection_row(account_id="org-1", base_url=ADDRESS, state="off")
    client.post(f"/connections/{again.pk}/on/")
    again.refresh_from_db()
    assert again.state == "working"
    client.post(f"/connections/{again.pk}/remove/")
    assert list(Connection.objects.values_list("pk", flat=True)) == [large.pk]
