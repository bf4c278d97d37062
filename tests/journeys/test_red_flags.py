"""Red flags with their evidence, on Team and on Escalations (D4)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User

from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.models import Queue
from routing.actions.contact import log_contact
from routing.models import Assignment
from tests.clients import PersonClient
from tests.factories import MORNING, QueueFactory, SourceFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
PAGES = ("/team/", "/escalations/")


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team, contact_minutes=24 * 60)


@pytest.fixture
def manager(team) -> User:
    return make_manager(team)


@pytest.fixture
def maria(team) -> User:
    return make_rep(team, first_name="Maria", last_name="")


def taken(queue: Queue, rep: User, *, at: datetime, name: str) -> Assignment:
    make_entry(queue, company_name=name, since=at)
    return take_next(queue, by=rep, at=at)


def page(user: User, path: str, *, at: datetime = MORNING) -> str:
    client = PersonClient()
    client.force_login(user)
    with time_machine.travel(at, tick=False):
        return " ".join(client.get(path).content.decode().split())


def links(text: str) -> list[str]:
    """The leads that the page's flags link to."""
    found = []
    for part in text.split("Show the leads")[1:]:
        found += [each.split("</a>")[0].split(">")[-1] for each in part.split("</details>")[0].split("<a ")[1:]]
    return found


@pytest.mark.parametrize("path", PAGES)
def test_two_hours_without_contact_are_a_flag_that_ends_with_the_contact(queue, maria, manager, path):
    held = taken(queue, maria, at=MORNING - 2 * HOUR, name="Kopi Senja")
    assert "contact overdue" not in page(manager, path)
    later = page(manager, path, at=MORNING + MINUTE)
    assert "1 contact overdue: Kopi Senja" in later
    assert links(later) == ["Kopi Senja"]
    assert f"/leads/{held.lead_id}/" in later
    log_contact(held, kind="call", outcome="reached", note="", by=maria, at=MORNING + MINUTE)
    assert "contact overdue" not in page(manager, path, at=MORNING + 2 * MINUTE)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("zone", "is_flag"), [("Asia/Jakarta", True), ("America/New_York", False)])
def test_what_is_claimed_on_friday_afternoon_and_untouched_on_monday(queue, maria, manager, path, zone, is_flag):
    """By the zone of the rep: in New York it is Friday morning."""
    maria.rep.time_zone = zone
    maria.rep.save()
    taken(queue, maria, at=datetime(2026, 11, 13, 9, tzinfo=UTC), name="Bumi Hijau")
    text = page(manager, path, at=datetime(2026, 11, 16, 6, tzinfo=UTC))
    assert ("1 taken on Friday afternoon, not contacted since: Bumi Hijau" in text) == is_flag


@pytest.mark.parametrize("path", PAGES)
def test_who_claims_twenty_and_contacts_four_hoards(queue, maria, manager, path):
    for number in range(20):
        held = taken(queue, maria, at=MORNING - HOUR, name=f"Company {number:02}")
        if number < 4:
            log_contact(held, kind="call", outcome="reached", note="", by=maria, at=MORNING - HOUR)
    text = page(manager, path)
    assert "20 claims in a week, 4 contacted" in text
    assert links(text) == [f"Company {number:02}" for number in range(4, 20)]


@pytest.mark.parametrize("path", PAGES)
def test_of_very_many_the_oldest_are_named_and_the_week_is_counted_to_the_last(queue, maria, manager, path):
    source = SourceFactory()
    times = {"stage": Lead.Stage.HELD, "stage_at": MORNING, "captured_at": MORNING, "created_at": MORNING}
    leads = Lead.objects.bulk_create(Lead(company_name=f"Company {n:03}", source=source, **times) for n in range(230))
    held = {"holder": maria, "assigned_by": maria, "how": "take_next", "place_name": queue.name, "receipt": {}}
    Assignment.objects.bulk_create(
        Assignment(
            lead=lead,
            assigned_at=MORNING - timedelta(days=6) + n * MINUTE,
            first_due_at=MORNING - HOUR,
            first_contact_at=MORNING if n < 10 else None,
            contact_minutes=60,
            **held,
        )
        for n, lead in enumerate(leads)
    )
    text = page(manager, path)
    assert "200 or more contacts overdue: Company 010, Company 011, Company 012" in text
    assert "230 claims in a week, 10 contacted" in text
    assert links(text)[:20] == [f"Company {n:03}" for n in range(10, 30)]


def skip(queue: Queue, rep: User, *, at: datetime, name: str) -> None:
    """Over the page, as a rep does."""
    held = taken(queue, rep, at=at, name=name)
    client = PersonClient()
    client.force_login(rep)
    with time_machine.travel(at + MINUTE, tick=False):
        client.post(f"/leads/{held.lead_id}/return/", {"reason": "not_my_type", "note": ""})
    held.refresh_from_db()
    assert held.ended_how == "returned"
    queue.entries.filter(left_at=None).delete()


@pytest.mark.parametrize("path", PAGES)
def test_the_third_skip_within_an_hour_in_a_blind_queue(team, maria, manager, path):
    blind = QueueFactory(team=team, name="Blind", is_blind=True)
    for number, minutes in enumerate((50, 30)):
        skip(blind, maria, at=MORNING - minutes * MINUTE, name=f"Company {number}")
    assert "within an hour" not in page(manager, path)
    skip(blind, maria, at=MORNING - 10 * MINUTE, name="Company 2")
    text = page(manager, path)
    assert "3 skips of Blind within an hour: Company 0, Company 1, Company 2" in text
    assert "within an hour" not in page(manager, path, at=MORNING + HOUR)


@pytest.mark.parametrize("path", PAGES)
def test_another_teams_manager_reads_no_flag(queue, maria, manager, path):
    taken(queue, maria, at=MORNING - 3 * HOUR, name="Kopi Senja")
    assert "Kopi Senja" not in page(make_manager(TeamFactory()), path)
