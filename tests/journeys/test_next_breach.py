"""The next breach is one figure: Queues, the page of a queue, Escalations and Team say the same (C7, D1, D2, B6)."""

import csv
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.test import Client

from queues.actions.claims.take import take_next
from queues.models import Entry, Queue
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# what runs out first: minutes from now until the wait, the age and the contact run out
FIRST = {"wait": (10, 30, 50), "age": (30, 10, 50), "contact": (30, 50, 10), "now": (0, 30, 50)}


@pytest.fixture
def team():
    return TeamFactory(name="SMB")


@pytest.fixture
def manager(client: Client, team, time_machine):
    time_machine.move_to(MORNING, tick=False)
    user = make_manager(team)
    client.force_login(user)
    return user


def waits(queue: Queue, minutes: int, **fields) -> Entry:
    """A lead whose longest wait runs out in so many minutes."""
    entry = make_entry(queue, since=MORNING - HOUR, company_name=f"Wait of {queue.name}")
    Entry.objects.filter(pk=entry.pk).update(**{"wait_due_at": MORNING + minutes * MINUTE} | fields)
    return entry


def ages(queue: Queue, minutes: int) -> None:
    """A lead that is late already, and comes to the manager in so many minutes."""
    since = MORNING + minutes * MINUTE - queue.escalate_after_hours * HOUR
    entry = make_entry(queue, since=since, company_name=f"Age of {queue.name}")
    Entry.objects.filter(pk=entry.pk).update(wait_due_at=since + HOUR, wait_breached_at=since + HOUR)


def holds(queue: Queue, rep, minutes: int) -> None:
    make_entry(queue, since=MORNING - 3 * HOUR, company_name=f"Held by {rep}")
    held = take_next(queue, by=rep, at=MORNING - HOUR)
    Assignment.objects.filter(pk=held.pk).update(contact_due_at=MORNING + minutes * MINUTE)


def rows_of(client: Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(client.get(path, {"format": "csv"}).content.decode("utf-8-sig"))))


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize("which", FIRST)
def test_all_boards_name_the_same_next_breach(client: Client, manager, team, which: str):
    """Also with a wait that was breached and whose limit was moved later, which is never breached again."""
    wait, age, contact = FIRST[which]
    mql, smb, empty = (QueueFactory(name=name, slug=name.lower(), team=team) for name in ("MQL", "SMB", "Empty"))
    rina, budi = make_rep(team, first_name="Rina", last_name=""), make_rep(team, first_name="Budi", last_name="")
    holds(mql, rina, contact)
    holds(mql, budi, contact + 5)
    holds(mql, rina, contact + 6)
    waits(mql, wait)
    ages(mql, age)
    waits(smb, wait + 3)
    ages(smb, age + 4)
    waits(smb, 1, wait_breached_at=MORNING - MINUTE)
    waits(QueueFactory(name="Foreign", team=TeamFactory()), 2)

    coming = rows_of(client, "/escalations/")
    first = client.get("/queues/").context["next_breach"]
    soonest = client.get("/escalations/").context["soonest"]
    least = MORNING + min(wait, age, contact) * MINUTE
    assert first == soonest
    assert (first.due_at, first.label, moment(coming[0]["Runs out"])) == (least, coming[0]["Lead"], least)

    of_queues = {row["Queue"]: moment(row["Next breach"]) for row in rows_of(client, "/queues/")}
    for queue in (mql, smb, empty):
        listed = [moment(row["Runs out"]) for row in coming if row["Queue"] == queue.name]
        page = client.get(f"/queues/{queue.slug}/").context["health"].next_breach_at
        assert of_queues[queue.name] == page == min(listed, default=None)
    assert of_queues["SMB"] == MORNING + min(wait + 3, age + 4) * MINUTE

    of_reps = {str(mate.rep): mate.next_breach_at for mate, *_words in client.get("/team/").context["rows"]}
    for rep in (rina, budi):
        listed = [moment(row["Runs out"]) for row in coming if row["Holder"] == rep.first_name]
        assert of_reps[rep.first_name] == min(listed)


def test_a_minute_later_what_ran_out_is_next_nowhere(client: Client, manager, team, time_machine):
    mql = QueueFactory(name="MQL", slug="mql", team=team)
    waits(mql, 1, escalated_at=MORNING)
    time_machine.move_to(MORNING + 2 * MINUTE, tick=False)
    board = client.get("/queues/").context
    assert (board["next_breach"], client.get("/escalations/").context["soonest"]) == (None, None)
    health = client.get("/queues/mql/").context["health"]
    assert (health.next_breach_at, health.over_limit) == (None, 1)
