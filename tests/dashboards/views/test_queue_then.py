"""The page of a queue as it stood at a past moment (K3)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.history_author import set_history_author
from queues.actions.claims.take import take_next
from queues.actions.entries.reordering import reorder_leads
from routing.models import Team
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_manager, make_rep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PATH = "/queues/smb/at/"


@pytest.fixture
def queue(team):
    return QueueFactory(name="SMB", slug="smb", team=team, order="hybrid", hot_score=80)


@pytest.fixture
def rina(team):
    return make_rep(team, first_name="Rina", last_name="Wijaya")


def test_it_shows_places_reasons_ages_and_who_took_what_next(client, as_manager, queue, rina, page_text):
    make_entry(queue, since=MORNING - 5 * HOUR, company_name="Old Kiosk", score=30)
    hot = make_entry(queue, since=MORNING - 3 * HOUR, company_name="Hot Noodles", score=95)
    take_next(queue, by=rina, at=MORNING - 1 * HOUR)
    page = page_text(client.get(f"{PATH}?at=2026-11-16T08:42"))
    assert "<strong>2 leads waited</strong>" in page
    assert page.index("Hot Noodles") < page.index("Old Kiosk")
    for says in (
        "Hot, score 95 is above 80",
        "By time of entry, 05:42",
        "Place 1: Hot Noodles",
        "taken by Rina Wijaya",
    ):
        assert says in page
    for private in (hot.lead.email, hot.lead.phone, hot.lead.first_name):
        assert private not in page
    assert "<strong>1 lead waited</strong>" in page_text(client.get(f"{PATH}?at=2026-11-16T09:42"))


@pytest.mark.parametrize(
    ("at", "status", "says"),
    [
        ("tomorrow", 400, "This is no moment."),
        ("2026-11-16T10:43", 400, "This moment has not come yet."),
        ("2026-11-15T10:42", 404, "SMB did not exist then"),
        ("9999-12-31T23:59-12:00", 400, "This is no moment."),
    ],
)
def test_what_is_no_moment_of_this_queue_says_so(client, as_manager, queue, page_text, at, status, says):
    make_entry(queue, since=MORNING - HOUR)
    answer = client.get(PATH, {"at": at})
    assert (answer.status_code, says in page_text(answer)) == (status, True)
    assert f'value="{at}"' in page_text(answer)


def test_times_that_clocks_skipped_or_passed_twice_say_so(client, as_manager, team, queue, page_text):
    Team.objects.filter(pk=team.pk).update(time_zone="Europe/Berlin")
    client.force_login(as_manager)
    make_entry(queue, since=MORNING - timedelta(days=300))
    skipped = client.get(f"{PATH}?at=2026-03-29T02:30")
    assert (skipped.status_code, "Choose another, such as 03:30." in page_text(skipped)) == (400, True)
    twice = page_text(client.get(f"{PATH}?at=2026-10-25T02:30"))
    assert "so this time came twice. This is the first; the second was Sun 25 Oct 2026, 02:30:00 CET." in twice
    assert "at=2026-10-25T02%3A30%3A00%2B01%3A00" in twice


def test_only_its_managers_and_sales_ops_see_it(client, queue, rina):
    for user, status in ((rina, 403), (make_manager(TeamFactory()), 404)):
        client.force_login(user)
        assert client.get(PATH).status_code == status


def test_steps_go_by_minute_and_by_change(client, as_manager, queue, rina, page_text):
    fill(queue, 2, since=MORNING - 2 * HOUR)
    take_next(queue, by=rina, at=MORNING - HOUR)
    page = page_text(client.get(f"{PATH}?at=2026-11-16T09:00"))
    for step in ("08%3A42", "08%3A59", "09%3A01", "09%3A42"):
        assert f'href="?at=2026-11-16T{step}"' in page or f"at=2026-11-16T{step.replace('%3A', ':')}" in page
    last = page_text(client.get(f"{PATH}?at=2026-11-16T10:42"))
    assert ("A minute later" in last, "Next change" in last) == (False, False)


def test_settings_of_then_are_named_and_what_is_not_recorded_too(client, as_manager, queue, page_text):
    make_entry(queue, since=MORNING - 9 * HOUR, score=85)
    assert "How the queue was ordered then is not recorded" in page_text(client.get(PATH))
    queue.history.update(history_date=MORNING - 10 * HOUR)
    queue.order = "fifo"
    set_history_author(queue, as_manager, at=MORNING - 5 * HOUR)
    queue.save()
    reorder_leads([entry.lead for entry in queue.entries.all()], at=MORNING - 5 * HOUR)
    before = page_text(client.get(f"{PATH}?at=2026-11-16T04:42"))
    assert "Ordered hot first, then first in;" in before
    assert "Hot, score 85 is above 80" in before
    just_after = page_text(client.get(f"{PATH}?at=2026-11-16T05:45"))
    assert "Ordered first in, first out;" in just_after
    assert "for a few minutes leads were still being sorted again" in just_after


def test_a_page_has_a_hundred_places_and_finds_the_lead_that_is_asked_for(client, as_manager, queue, page_text):
    entries = fill(queue, 103, since=MORNING - HOUR)
    first = page_text(client.get(f"{PATH}?at=2026-11-16T10:00"))
    assert (f'id="entry-{entries[99].pk}"' in first, f'id="entry-{entries[100].pk}"' in first) == (True, False)
    asked = page_text(client.get(f"{PATH}?at=2026-11-16T10:00&entry={entries[101].pk}"))
    assert f'id="entry-{entries[101].pk}" aria-current="true"' in asked
    assert f'id="entry-{entries[0].pk}"' not in asked


def test_all_places_come_as_csv(client, as_manager, queue, rina):
    fill(queue, 101, since=MORNING - HOUR)
    take_next(queue, by=rina, at=MORNING - MINUTE)
    lines = client.get(f"{PATH}?at=2026-11-16T10:00&format=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 102
    assert lines[0].startswith("Moment,Place,Company,Source,Score,Waiting since,Entered,")
    assert "taken by Rina Wijaya" in lines[1]


def test_the_page_of_a_lead_and_of_the_queue_lead_to_it(client, as_manager, queue, rina, page_text):
    entry = make_entry(queue, since=MORNING - HOUR)
    take_next(queue, by=rina, at=MORNING - MINUTE)
    assert f'href="{PATH}"' in page_text(client.get("/queues/smb/"))
    page = page_text(client.get(f"/leads/{entry.lead_id}/"))
    (link,) = [part.split('"')[0] for part in page.split('href="') if part.startswith(PATH)]
    shown = page_text(client.get(link.replace("&amp;", "&")))
    assert f'id="entry-{entry.pk}" aria-current="true"' in shown


def test_three_places_ask_as_much_as_one(client, as_manager, queue, rina):
    counts = []
    for number in (1, 3):
        fill(queue, number, since=MORNING - HOUR)
        take_next(queue, by=rina, at=MORNING - number * MINUTE)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{PATH}?at=2026-11-16T10:00")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
