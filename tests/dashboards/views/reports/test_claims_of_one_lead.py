"""A lead that is claimed more than once: each claim counts by how it ended itself, on every page (E2, H2, E10)."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client

from leads.actions.intake.capture import capture_lead
from leads.actions.stages import close_lead
from queues.actions.claims.take import take_next
from queues.actions.clocks.giving_on import hand_on
from queues.actions.entries.placement import place_leads
from queues.actions.figures.sweep import count_figures
from queues.models import EntryRule, FigureState, Queue, StaleDay, StayDay
from routing.actions.closing import close_held_lead
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep
from tests.markup import plain_words
from tests.report_pages import counts_that_open, leads_behind, table_row

pytestmark = pytest.mark.django_db
PAGE = "/reports/outcomes/?period=7d"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = MORNING + 30 * HOUR
mark_kept_days = import_module("queues.migrations.0038_claims_by_their_own_end").mark_kept_days


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def team():
    return TeamFactory(name="Jakarta")


@pytest.fixture
def rina(team):
    return make_rep(team, first_name="Rina", last_name="")


@pytest.fixture
def budi(team):
    return make_rep(team, first_name="Budi", last_name="")


@pytest.fixture
def manager(client: Client, team):
    person = make_manager(team)
    client.force_login(person)
    return person


@pytest.fixture
def smb(team):
    """Where leads go that come back."""
    queue = QueueFactory(team=team, name="SMB")
    EntryRule.objects.create(name="Everybody", position=9, outcome="queue", queue=queue)
    return queue


def claim(queue: Queue, rep: User, *, stage: str = ""):
    """A lead claimed an hour after it entered, and closed an hour later if a stage is given."""
    make_entry(queue)
    held = take_next(queue, by=rep, at=MORNING + HOUR)
    if stage:
        close_held_lead(held, stage=stage, by=rep, at=MORNING + 2 * HOUR, reason="no_need")
    return held


def come_back(lead, *, at) -> None:
    capture_lead({"email": lead.email, "source": "Web"}, channel="api", at=at)


def words(client: Client) -> str:
    return plain_words(client.get(PAGE).content.decode())


def claims_of(client: Client, *names: str) -> dict[str, tuple[str, ...]]:
    """Claimed or taken, converted, and won or the win rate; with as many leads behind them."""
    found = {}
    for name in names:
        row = table_row(client, PAGE, "By queue" if name == "SMB" else "By rep", name)
        found[name] = (row.get("Claimed") or row["Taken"], row["Converted"], row.get("Won") or row["Win rate"])
    links = counts_that_open(client.get(PAGE).content.decode())
    assert [leads_behind(client, link) for link, _shown in links] == [shown for _link, shown in links]
    return found


def test_a_claim_that_was_lost_stays_lost_when_another_converts_the_lead_later(client, manager, rina, budi, smb):
    lost = claim(smb, rina, stage="lost")
    count_figures(at=MORNING + 3 * HOUR, patience=60)
    assert claims_of(client, "SMB", "Rina") == {"SMB": ("1", "0", "0"), "Rina": ("1", "0", "0.0")}
    come_back(lost.lead, at=MORNING + 4 * HOUR)
    held = take_next(smb, by=budi, at=MORNING + 5 * HOUR)
    close_held_lead(held, stage="converted", by=budi, at=MORNING + 6 * HOUR)
    wanted = {"SMB": ("2", "1", "0"), "Rina": ("1", "0", "0.0"), "Budi": ("1", "1", "0.0")}
    count_figures(at=NOW, patience=60)
    assert claims_of(client, *wanted) == wanted
    close_lead(held.lead, stage="won", by=manager, at=NOW)
    count_figures(at=NOW, patience=60)
    assert claims_of(client, *wanted) == wanted | {"SMB": ("2", "1", "1"), "Budi": ("1", "1", "1.0")}
    close_lead(held.lead, stage="lost", by=manager, at=NOW)
    count_figures(at=NOW, patience=60)
    assert claims_of(client, *wanted) == wanted


def test_an_opportunity_that_came_back_is_won_by_the_claim_that_won_it(client, manager, rina, budi, smb):
    first = claim(smb, rina, stage="converted")
    place_leads([first.lead], at=MORNING + 4 * HOUR)
    held = take_next(smb, by=budi, at=MORNING + 5 * HOUR)
    close_held_lead(held, stage="won", by=budi, at=MORNING + 6 * HOUR)
    wanted = {"SMB": ("2", "2", "1"), "Rina": ("1", "1", "0.0"), "Budi": ("1", "1", "1.0")}
    assert claims_of(client, *wanted) == wanted
    count_figures(at=NOW, patience=60)
    assert claims_of(client, *wanted) == wanted


def test_a_lead_that_was_handed_on_counts_for_who_converted_it(client, manager, rina, budi, smb):
    first = claim(smb, rina)
    given = hand_on(first, smb, by=manager, at=MORNING + 2 * HOUR)
    assert given and given.holder_id == budi.pk
    close_held_lead(given, stage="won", by=budi, at=MORNING + 3 * HOUR)
    wanted = {"SMB": ("1", "0", "0"), "Rina": ("1", "0", "0.0"), "Budi": ("1", "1", "1.0")}
    assert claims_of(client, *wanted) == wanted


def test_days_that_an_earlier_release_kept_are_counted_again_and_the_page_says_so(client, manager, rina, smb):
    claim(smb, rina, stage="lost")
    count_figures(at=NOW, patience=60)
    StayDay.objects.update(converted=1)
    again = "1 day of this period is being counted again; its figures may still change."
    assert (converted_of_queue(client), again in words(client)) == ("1", False)
    FigureState.objects.update(kept_from=NOW.date() + DAY)
    mark_kept_days(apps, None)
    assert not StaleDay.objects.exists(), "days whose leads were erased cannot be counted again"
    FigureState.objects.update(kept_from=None)
    mark_kept_days(apps, None)
    assert (converted_of_queue(client), again in words(client)) == ("1", True)
    count_figures(at=NOW, patience=60)
    assert (converted_of_queue(client), again in words(client)) == ("0", False)


def converted_of_queue(client: Client) -> str:
    """How many converted, by the kept days."""
    return table_row(client, PAGE, "By queue", "SMB")["Converted"]
