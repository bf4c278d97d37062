"""The manager's pages in a real browser: decisions by keyboard and button, what others see of them, and axe."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from queues.actions.claims.take import take_next
from queues.actions.clocks.contact import escalate_overdue
from queues.actions.clocks.escalations import escalate
from queues.actions.loans import lend_reps
from queues.models import Entry, Escalation, FastLane, Queue
from routing.actions.availability.time_off import set_available
from routing.models import Assignment, Team
from tests.browser.pages import OpenPage, faults, live, settled
from tests.factories import QueueFactory, TeamFactory, fill, make_entry, make_manager, make_rep, make_rotation
from tests.patience import milliseconds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)


@pytest.fixture
def at() -> datetime:
    return timezone.now() - timedelta(seconds=5)


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="SMB")


@pytest.fixture
def manager(team: Team) -> User:
    return make_manager(team, first_name="Sari", last_name="Dewanti")


@pytest.fixture
def rina(team: Team) -> User:
    return make_rep(team, first_name="Rina", last_name="Hartono")


@pytest.fixture
def mql(team: Team) -> Queue:
    return QueueFactory(name="MQL", slug="mql", team=team, wait_minutes=60)


@pytest.fixture
def broken(mql: Queue, rina: User, at: datetime) -> list[Escalation]:
    """Two leads stand before the manager: Kopi Senja longer than Bumi Hijau. Rina is free to take them."""
    found = []
    for hours, company in ((3, "Kopi Senja"), (2, "Bumi Hijau")):
        entry = make_entry(mql, since=at - hours * HOUR, company_name=company)
        due = entry.wait_due_at
        Entry.objects.filter(pk=entry.pk).update(wait_breached_at=due)
        found.append(escalate(entry.lead, queue=mql, kind="wait", broke_at=due, at=due))
    return found


def case(page: Page, escalation: Escalation):
    return page.locator(f"#case-{escalation.pk}")


def test_first_case_is_selected_and_taken_over_by_keys(open_page: OpenPage, manager, broken):
    page = live(open_page(manager, "/escalations/"))
    page.keyboard.press("j")
    expect(case(page, broken[0])).to_have_class(re.compile(r"\bis-here\b"))
    page.keyboard.press("o")
    expect(page.locator("#toasts")).to_contain_text("Kopi Senja is yours now.")
    expect(case(page, broken[0])).to_have_count(0)
    expect(case(page, broken[1])).to_be_visible()
    assert Assignment.objects.open().get().holder == manager


def test_an_answer_that_is_older_than_the_decision_does_not_hide_it(open_page: OpenPage, manager, broken):
    """The page asked for itself before the decision and is answered, with the old list, after it."""
    page = settled(open_page(manager, "/escalations/"))
    held = []

    def hold(route) -> None:
        held.append((route, route.fetch(url=re.sub("v=[^&]*", "v=another", route.request.url))))

    page.route("**/escalations/?v=*", hold, times=1)
    part = page.locator("#escalations-live")
    part.dispatch_event("alur:changed")
    while not held:
        page.wait_for_timeout(20)
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("#toasts")).to_contain_text("Kopi Senja is yours now.")
    ((route, answer),) = held
    route.fulfill(response=answer, body=answer.text().replace("Kopi Senja", "Kopi Lama"))
    expect(case(page, broken[0])).to_have_count(0)


def test_keys_act_on_the_case_that_is_selected(open_page: OpenPage, manager, broken):
    page = live(open_page(manager, "/escalations/"))
    for key in ("j", "j", "z"):
        page.keyboard.press(key)
    expect(page.locator(f"#why-{broken[1].pk}")).to_be_focused()
    page.keyboard.type("in talks")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Bumi Hijau is snoozed until")
    expect(case(page, broken[1])).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("f")
    expect(page.locator("#toasts")).to_contain_text("Kopi Senja is now first in MQL.")
    expect(page.locator("#escalations-live")).to_contain_text("Nothing needs a decision")


def test_reassigned_lead_is_on_the_reps_desk_at_once(open_page: OpenPage, manager, rina: User, broken):
    desk = live(open_page(rina, "/desk/"))
    page = live(open_page(manager, "/escalations/"))
    expect(desk.locator("#mine")).not_to_contain_text("Kopi Senja")
    page.keyboard.press("j")
    page.keyboard.press("a")
    chosen = page.locator(f"#rep-{broken[0].pk}")
    expect(chosen).to_be_focused()
    chosen.select_option(str(rina.rep.pk))
    case(page, broken[0]).get_by_role("button", name="Reassign").click()
    expect(page.locator("#toasts")).to_contain_text("Kopi Senja went to Rina Hartono.")
    expect(case(page, broken[0])).to_have_count(0)
    expect(desk.locator("#mine")).to_contain_text("Kopi Senja")


def test_second_manager_reads_who_decided(open_page: OpenPage, team: Team, rina: User, broken):
    page = open_page(make_manager(team), "/escalations/", java_script_enabled=False)
    first = make_manager(team, first_name="Agus", last_name="Wijaya")
    client = Client()
    client.force_login(first, "routing.backends.RoutingBackend")
    client.post(f"/escalations/{broken[0].pk}/take-over/")
    case(page, broken[0]).get_by_role("button", name="Take over").click()
    expect(page.locator("#toasts")).to_contain_text("Decided already: Taken over, by Agus Wijaya")
    expect(case(page, broken[0])).to_have_count(0)


def test_new_escalation_appears_by_itself(open_page: OpenPage, manager, mql: Queue, rina: User, at: datetime):
    page = live(open_page(manager, "/escalations/"))
    expect(page.locator("#escalations-live")).to_contain_text("Nothing needs a decision")
    make_entry(mql, since=at - 5 * HOUR, company_name="Pelita Medika")
    take_next(mql, by=rina, at=at - 5 * HOUR)
    escalate_overdue(at=at)
    expect(page.locator("[data-row].al-esc")).to_contain_text("Pelita Medika")


def test_claim_changes_the_depth_of_the_open_row(open_page: OpenPage, manager, mql: Queue, rina: User, at: datetime):
    make_entry(mql, since=at - HOUR / 2, company_name="Kopi Senja")
    page = live(open_page(manager, "/queues/?open=mql"))
    expect(page.locator(".al-inset")).to_contain_text("Kopi Senja")
    take_next(mql, by=rina, at=timezone.now())
    expect(page.locator(".al-inset")).not_to_contain_text("Kopi Senja")
    expect(page.locator(".al-inset")).to_contain_text("Nothing waits here.")


def test_pausing_a_rep_shows_in_the_row(open_page: OpenPage, manager, rina: User):
    page = live(open_page(manager, "/team/"))
    row = page.locator(f"#rep-{rina.rep.pk}")
    row.get_by_role("button", name="Pause Rina Hartono").click()
    expect(page.locator("#toasts")).to_contain_text("Rina Hartono is paused")
    expect(row).to_contain_text("Paused")
    expect(row.get_by_role("button", name="Switch on Rina Hartono")).to_be_visible()


@pytest.fixture
def busy(team: Team, manager: User, mql: Queue, rina: User, broken, at: datetime) -> User:
    """Queues of every level, cases of every kind, reps in every state."""
    budi = make_rep(team, first_name="Budi", last_name="Santoso")
    set_available(make_rep(team, last_name="Away").rep, is_available=False, by=None, at=at)
    small = QueueFactory(
        name="Small", slug="small", team=team, depth_yellow=1, depth_red=2, depth_critical=3, wait_minutes=90
    )
    fill(small, 4, since=at - HOUR)
    fill(mql, 27, since=at - HOUR / 2)
    QueueFactory(name="Empty", team=team)
    held = QueueFactory(name="Held", team=team, wait_minutes=30)
    make_entry(held, since=at - 5 * HOUR, company_name="Surya Elektrindo")
    take_next(held, by=budi, at=at - 5 * HOUR)
    make_entry(held, since=at - HOUR, company_name="Pelita Medika")
    take_next(held, by=rina, at=at - HOUR)
    escalate_overdue(at=at)
    lent = make_rep(TeamFactory(name="Calm"), first_name="Citra", last_name="Lent")
    lend_reps(mql, [lent.rep], until=timezone.now() + HOUR, by=manager, at=timezone.now())
    Queue.objects.filter(pk=small.pk).update(depth_limit=3, depth_lift=2)
    FastLane.objects.create(queue=small, rotation=make_rotation(budi), min_score=81, since=at, by=manager)
    return budi


def test_axe_finds_nothing_on_the_pages_of_a_manager(open_page: OpenPage, manager, busy):
    paths = [
        "/queues/",
        "/queues/?open=mql",
        "/queues/mql/",
        "/queues/mql/at/",
        "/queues/mql/at/?at=nonsense",
        "/queues/small/",
        "/escalations/",
        "/escalations/?tab=done",
    ]
    paths += ["/team/", f"/team/?open={busy.rep.pk}"]
    page = open_page(manager, paths[0], reduced_motion="reduce")
    base = page.url.removesuffix(paths[0])
    found = {}
    for path in paths:
        page.goto(base + path)
        if wrong := faults(page):
            found[path] = wrong
    assert found == {}


def test_keys_tick_and_one_press_decides_all_ticked_and_undoes_all(open_page: OpenPage, manager, rina: User, broken):
    page = settled(open_page(manager, "/escalations/"))
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("#many [data-ticked]")).to_have_text("2")
    expect(page.locator("#tick-all")).to_be_checked()
    page.keyboard.press("Shift+T")
    expect(page.locator("#many-rep")).to_be_focused()
    page.locator("#many-rep").select_option(str(rina.rep.pk))
    page.locator("#many").get_by_role("button", name="Reassign to").click()
    expect(page.locator("#toasts")).to_contain_text("2 leads decided.")
    expect(page.locator("#escalations-live")).to_contain_text("Nothing needs a decision")
    assert Assignment.objects.open().filter(holder=rina).count() == 2
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("2 decisions undone.")
    expect(case(page, broken[0])).to_be_visible()
    assert Assignment.objects.open().count() == 0


def test_all_are_ticked_by_one_key_and_snoozed_with_a_reason(open_page: OpenPage, manager, broken):
    page = settled(open_page(manager, "/escalations/"))
    page.keyboard.press("Shift+X")
    expect(page.locator("#many [data-ticked]")).to_have_text("2")
    page.keyboard.press("Shift+X")
    expect(page.locator("#many [data-ticked]")).to_have_text("0")
    page.keyboard.press("Shift+X")
    page.locator("#many-why").fill("fair week")
    page.locator("#many").get_by_role("button", name="Snooze").click()
    expect(page.locator("#toasts")).to_contain_text("2 leads decided.")
    page.goto(page.url + "?tab=snoozed")
    expect(case(page, broken[0])).to_contain_text("fair week")
    case(page, broken[0]).get_by_role("button", name="Bring it back now").click()
    expect(page.locator("#toasts")).to_contain_text("1 decision undone.")
    expect(case(page, broken[0])).to_have_count(0)


def test_what_one_manager_decides_leaves_the_others_page_and_its_ticks_stay(
    open_page: OpenPage, manager, team: Team, broken
):
    first, second = (settled(open_page(each, "/escalations/")) for each in (manager, make_manager(team)))
    second.locator(f"#tick-{broken[0].pk}").check()
    second.locator(f"#tick-{broken[1].pk}").check()
    first.keyboard.press("j")
    first.keyboard.press("o")
    expect(case(second, broken[0])).to_have_count(0, timeout=milliseconds(1000))
    expect(second.locator(f"#tick-{broken[1].pk}")).to_be_checked()
    expect(second.locator("#many [data-ticked]")).to_have_text("1")


def test_a_stale_press_is_answered_with_who_decided(open_page: OpenPage, team: Team, broken):
    """The page hears of nothing and still shows the case."""
    page = settled(open_page(make_manager(team), "/escalations/"))
    page.route("**/escalations/?v=*", lambda route: route.abort())
    client = Client()
    client.force_login(make_manager(team, first_name="Agus", last_name="Wijaya"), "routing.backends.RoutingBackend")
    client.post(f"/escalations/{broken[0].pk}/take-over/")
    page.keyboard.press("j")
    page.keyboard.press("f")
    expect(page.locator("#toasts")).to_contain_text("Decided already: Taken over, by Agus Wijaya")


def test_the_keys_of_the_page_are_listed(open_page: OpenPage, manager, broken):
    page = settled(open_page(manager, "/escalations/"))
    page.keyboard.press("?")
    keys = page.locator("#keys")
    for words in ("Tick all", "Tick this lead", "Take over", "Reassign", "Move to the front", "Snooze"):
        expect(keys).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(keys).not_to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/leads/{broken[0].lead_id}/"))
