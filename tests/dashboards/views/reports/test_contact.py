"""How soon are they contacted? By rep and queue, with the leads behind each figure (E3, C9)."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from queues.actions.claims.take import take_next
from routing.actions.contact import log_contact
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_rep
from tests.markup import plain_words

pytestmark = pytest.mark.django_db
PAGE = "/reports/contact/?period=7d"
HOUR = timedelta(hours=1)
NOW = MORNING + 30 * HOUR


def take(queue, rep: User, *, contact_after: timedelta | None = None, since=MORNING):
    """A lead that the rep took at `since`, and contacted later, or not."""
    make_entry(queue, since=since)
    held = take_next(queue, by=rep, at=since)
    if contact_after is not None:
        log_contact(held, kind="call", outcome="reached", note="", by=rep, at=since + contact_after)
    return held


def rows(client: Client, address: str = PAGE) -> dict[str, dict[str, str]]:
    text = client.get(f"{address}&format=csv").content.decode("utf-8-sig").replace("\u00a0", " ")
    return {row["Rep or queue"]: row for row in csv.DictReader(io.StringIO(text))}


def test_who_never_contacts_a_lead_misses_its_limit(client, manager, team):
    smb, rina = QueueFactory(team=team, name="SMB"), make_rep(team, first_name="Rina", last_name="Hartono")
    take(smb, rina, contact_after=HOUR)
    take(smb, rina, contact_after=2 * HOUR)  # exactly at the limit is in time (L7)
    take(smb, rina, contact_after=3 * HOUR)
    take(smb, rina)
    found = rows(client)["Rina Hartono"]
    named = ("Taken", "Contacted", "Within the limit", "Mean (s)")
    assert [found[name] for name in named] == ["4", "3", "0.5", "7200.0"]


def test_a_lead_that_is_not_due_counts_for_nobody_yet(client, manager, team):
    smb, rina = QueueFactory(team=team, name="SMB"), make_rep(team, first_name="Rina", last_name="Hartono")
    take(smb, rina, since=NOW - HOUR)
    assert rows(client)["Rina Hartono"]["Within the limit"] == "n/a"
    words = plain_words(client.get(PAGE).content.decode())
    assert "No lead of this period has been contacted, and none is overdue." in words


def test_the_sentence_compares_with_the_period_before(client, manager, team):
    smb, rina = QueueFactory(team=team, name="SMB"), make_rep(team)
    take(smb, rina, contact_after=HOUR)
    take(smb, rina, contact_after=3 * HOUR)
    take(smb, rina, contact_after=HOUR, since=MORNING - timedelta(days=8))
    words = plain_words(client.get(PAGE).content.decode())
    assert "50 % were contacted within their limit" in words
    assert "after 100 % in the 7 days before." in words


def test_a_manager_sees_own_reps_only_and_no_names_of_foreign_queues(client, manager, team):
    elsewhere = TeamFactory()
    foreign = QueueFactory(team=elsewhere, name="Theirs")
    both = make_rep(team, elsewhere, first_name="Ani", last_name="Both")
    take(foreign, both, contact_after=HOUR)
    take(foreign, make_rep(elsewhere, first_name="Budi", last_name="Away"), contact_after=HOUR)
    assert sorted(rows(client)) == ["All", "Ani Both", "No queue of yours"]


@pytest.mark.parametrize(("figure", "count"), [("taken", 4), ("contacted", 3), ("within", 2)])
def test_the_leads_behind_are_as_many_as_the_figure_counts(client, manager, team, figure: str, count: int):
    smb, rina = QueueFactory(team=team, name="SMB"), make_rep(team)
    for after in (HOUR, 2 * HOUR, 3 * HOUR, None):
        take(smb, rina, contact_after=after)
    take(smb, make_rep(team), contact_after=HOUR)
    address = f"/reports/leads/?period=7d&figure=contact_{figure}&by=rep&value={rina.pk}"
    html = client.get(address).content.decode()
    lines = client.get(f"{address}&format=csv").content.decode().strip().splitlines()
    assert re.search(r"<strong>(\d+) leads?</strong>", html).group(1) == str(count)
    assert len(lines) - 1 == count


@pytest.mark.parametrize(
    "query", ["by=rep&value=x", "by=rep&value=99999999999999999999", "by=nothing&value=1", "by=queue&value="]
)
def test_an_unknown_group_is_not_found(client, manager, query: str):
    assert client.get(f"/reports/leads/?figure=contact_taken&{query}").status_code == 404
