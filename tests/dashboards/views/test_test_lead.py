"""The page of the test lead: its way, each stop with the link that mends it, and nothing counted (M3, L15)."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.models import Lead, Source
from queues.actions.set_up.run import set_up
from queues.models import EntryRule, ProbeRun, Queue
from queues.queries.probe import probe_state
from routing.models import Notification, Rep, TimeOff
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    fill,
    make_manager,
    make_rep,
    make_rotation,
    make_web_form,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
PATH = "/get-going/test/"
LOW = [{"field": "score", "operator": "less_than", "value": 100}]


@pytest.fixture
def pushed() -> Queue:
    make_web_form(name="Website")
    rotation = make_rotation(
        make_rep(first_name="Rina", last_name="Wijaya"), make_rep(first_name="Budi", last_name="S")
    )
    queue = QueueFactory(name="Hot inbound", slug="hot", dispatch="push", rotation=rotation)
    EntryRule.objects.create(name="Large", position=1, outcome="queue", queue=queue,
                             conditions=[{"field": "company_size", "operator": "at_least", "value": 9000}])  # fmt: skip
    EntryRule.objects.create(name="Everybody", position=2, outcome="queue", queue=queue)
    return queue


def everything() -> dict[str, list]:
    """All rows of all tables but the log of test leads and what signing in keeps."""
    left_out = {"queues.ProbeRun", "sessions.Session"}
    tables = [each for each in apps.get_models() if not each._meta.proxy and each._meta.label not in left_out]
    return {each._meta.label: sorted(map(repr, each._base_manager.values_list())) for each in tables}


def send(client, page_text, **typed: str) -> str:
    return page_text(client.post(PATH, typed, follow=True))


def test_its_way_is_shown_step_by_step_with_who_gets_it_and_why(client, as_ops, pushed, page_text):
    away = Rep.objects.get(user__first_name="Rina")
    TimeOff.objects.create(rep=away, starts_at=MORNING, ends_at=MORNING + timedelta(days=1), kind="leave")
    page = send(client, page_text)
    for says in (
        "Web form “Website”",
        "Rule 2, “Everybody”",
        "Rule 1 did not",
        "1. Large: not met:",
        "Queue Hot inbound",
        "Budi S",
        "gets it: turn 1 of SMB rotation, place 2 in its order",
        "Rina Wijaya was passed over: on leave",
        "It counts nowhere",
    ):
        assert says in page
    assert "Stopped" not in page
    run = ProbeRun.objects.get()
    assert (run.is_ok, run.is_try, run.by, run.ended) == (True, True, as_ops, "assigned")


def test_who_has_not_accepted_the_invitation_is_named_with_the_link(client, as_ops, pushed, page_text):
    says, link = "has not accepted the invitation yet.", 'href="/invitations/">See the invitations'
    page = send(client, page_text)
    assert ("Rina Wijaya</strong>" in page, says in page, link in page) == (True, False, False)
    rina = Rep.objects.get(user__first_name="Rina").user
    rina.set_unusable_password()
    rina.save()
    page = send(client, page_text)
    assert (f"Rina Wijaya {says}" in page, link in page, "Stopped" in page) == (True, True, False)


def test_nothing_is_left_of_it_but_its_line_in_the_log(client, as_ops, pushed):
    client.get(PATH)
    before = everything()
    client.post(PATH)
    assert (everything() == before, ProbeRun.objects.count(), Lead.objects.count()) == (True, 1, 0)


def test_a_try_that_stops_tells_no_one_and_is_no_run_of_the_probe(client, as_ops, page_text):
    make_web_form()
    send(client, page_text)
    assert (ProbeRun.objects.get().stopped, Notification.objects.count()) == ("no_rule", 0)
    assert probe_state(at=MORNING).stopped == ""
    page = page_text(client.get("/flow/probe/"))
    assert "n/a of 0 got through in 24 hours" in page


def no_rules(queue: Queue) -> tuple[str, str, str]:
    EntryRule.objects.all().delete()
    return "no_rule", "Stopped: at the rules", 'action="/get-going/defaults/"'


def no_rule_fits(queue: Queue) -> tuple[str, str, str]:
    EntryRule.objects.filter(name="Everybody").delete()
    return "no_rule", "Stopped: at the rules", '<a href="/rules/">See the rules'


def review_by_score(queue: Queue) -> tuple[str, str, str]:
    rule = EntryRule.objects.create(name="Too low", position=0, outcome="review", conditions=LOW)
    return "review", "lets a person decide about such leads", f'<a href="/admin/queues/entryrule/{rule.pk}/change/">'


def rejected(queue: Queue) -> tuple[str, str, str]:
    rule = EntryRule.objects.create(name="None", position=0, outcome="reject", conditions=LOW)
    return "rejected", "rejects such leads", f'<a href="/admin/queues/entryrule/{rule.pk}/change/">'


def queue_off(queue: Queue) -> tuple[str, str, str]:
    Queue.objects.update(is_active=False)
    return "queue_off", "The queue of the rule is switched off.", f'<a href="/admin/queues/queue/{queue.pk}/change/">'


def no_team(queue: Queue) -> tuple[str, str, str]:
    Queue.objects.update(dispatch="pull", team=TeamFactory())
    return "nobody", "Stopped: nobody to take it", f'<a href="{reverse("dashboards:new_team")}">Make a team for it'


def no_members(queue: Queue) -> tuple[str, str, str]:
    queue.rotation.members.all().delete()
    link = f'<a href="/admin/routing/rotation/{queue.rotation.pk}/change/">'
    return "no_members", "has no members yet", link


def rotation_off(queue: Queue) -> tuple[str, str, str]:
    type(queue.rotation).objects.update(is_active=False)
    link = f'<a href="/admin/routing/rotation/{queue.rotation.pk}/change/">'
    return "rotation_off", "is switched off, so it gives out no lead", link


def all_away(queue: Queue) -> tuple[str, str, str]:
    for rep in Rep.objects.all():
        TimeOff.objects.create(rep=rep, starts_at=MORNING, ends_at=MORNING + timedelta(hours=3), kind="leave")
    return "away", "Rina Wijaya: on leave until", f'<a href="/rotations/{queue.rotation.pk}/">'


def all_off_duty(queue: Queue) -> tuple[str, str, str]:
    Rep.objects.update(own_hours={"mon": [["17:00", "18:00"]]})
    type(queue.rotation).objects.update(skips_outside_hours=True)
    return "away", "Rina Wijaya: outside working hours", f'<a href="/rotations/{queue.rotation.pk}/">'


def all_full(queue: Queue) -> tuple[str, str, str]:
    Rep.objects.update(capacity=0)
    type(queue.rotation).objects.update(skips_over_capacity=True)
    return "full", "has as many leads as the capacity allows", f'<a href="/rotations/{queue.rotation.pk}/">'


def takers_away(queue: Queue) -> tuple[str, str, str]:
    Queue.objects.update(dispatch="pull", rotation=None)
    Rep.objects.update(is_available=False)
    return "away", "0 of 2 who may take it are there now", '<a href="/admin/routing/rep/">'


def queue_full(queue: Queue) -> tuple[str, str, str]:
    Queue.objects.update(dispatch="pull", rotation=None, when_full="park", depth_limit=2, depth_lift=1)
    fill(Queue.objects.get(), 3)
    return "parked", "Hot inbound takes no lead now", '<a href="/queues/hot/">'


def form_closed(queue: Queue) -> tuple[str, str, str]:
    form = make_web_form(name="Website")
    type(form).objects.update(is_active=False)
    return "form_closed", "Stopped: at the form", '<a href="/admin/leads/webform/'


STOPS = [no_rules, no_rule_fits, review_by_score, rejected, queue_off, no_team, no_members, rotation_off, all_away,
         all_off_duty, all_full, takers_away, queue_full, form_closed]  # fmt: skip


@pytest.mark.parametrize("breaks", STOPS, ids=lambda each: each.__name__)
def test_where_it_stops_it_says_why_and_links_to_what_mends_it(client, as_ops, pushed, page_text, breaks):
    stopped, says, link = breaks(pushed)
    before = everything()
    page = send(client, page_text)
    run = ProbeRun.objects.get()
    assert (run.is_ok, run.stopped, everything() == before) == (False, stopped, True)
    assert (says in page, link in page) == (True, True), page[page.find("The test lead’s way") :][:3000]


def test_the_press_makes_the_defaults_and_the_next_try_says_how_it_was_mended(client, as_ops, page_text, time_machine):
    make_web_form(name="Website")
    make_rep(first_name="Rina")
    send(client, page_text)
    time_machine.move_to(MORNING + timedelta(minutes=3), tick=False)
    client.post("/get-going/defaults/")
    page = send(client, page_text)
    assert [run.stopped for run in ProbeRun.objects.order_by("pk")] == ["no_rule", ""]
    assert "1 of 1 who may take it are there now" in page
    assert "Stopped: at the rules" in page
    assert "Mended: 11 entry rules changed, " in page


def test_ops_try_other_doors_and_other_values(client, as_ops, pushed, page_text):
    EntryRule.objects.create(name="From lists", position=0, outcome="nurture",
                             conditions=[{"field": "source", "operator": "is", "value": "list"}])  # fmt: skip
    source = Source.objects.create(slug="list", name="Bought list")
    page = send(client, page_text, door=f"source-{source.pk}", company_size="9500", title="Director")
    assert "API, source “Bought list”" in page
    assert "9 500 people, Director" in page
    assert "Stopped: in nurture" in page
    assert 'name="company_size" value="9500"' in page

    page = send(client, page_text, company_size="9500")
    assert "Rule 2, “Large”" in page


def test_what_was_typed_wrong_is_said_and_nothing_is_sent(client, as_ops, pushed, page_text):
    answer = client.post(PATH, {"door": "form-999999", "company_size": "many"})
    assert (answer.status_code, ProbeRun.objects.count()) == (422, 0)
    page = page_text(answer)
    assert "This form or source is gone. Choose another." in page
    assert 'value="many"' in page


def test_without_a_door_there_is_nothing_to_send(client, as_ops, page_text):
    assert "There is no form and no source" in send(client, page_text)
    assert not ProbeRun.objects.exists()


def test_the_guide_shows_the_way_sends_it_again_and_counts_the_step(client, as_ops, pushed, page_text):
    assert "Send one, and see here" in page_text(client.get("/get-going/"))
    answer = client.post(PATH, {"back": "guide"})
    assert answer["Location"] == "/get-going/"
    page = page_text(client.get("/get-going/"))
    assert "gets it: turn 1 of SMB rotation" in page
    assert "A test lead got through." in page


def test_an_older_try_has_an_address_and_one_that_is_gone_has_none(client, as_ops, pushed, page_text):
    send(client, page_text)
    client.post(PATH)
    first = ProbeRun.objects.order_by("pk")[0]
    assert client.get(f"{PATH}?run={first.pk}").context["panel"].shown == first
    assert [client.get(f"{PATH}?run={asked}").status_code for asked in ("0", "x", "999999")] == [404] * 3


def test_only_sales_ops_may(client, pushed):
    for person in (make_rep(), make_manager()):
        client.force_login(person)
        assert [client.get(PATH).status_code, client.post(PATH).status_code] == [403, 403]
    assert not ProbeRun.objects.exists()


def test_it_costs_the_same_with_one_try_and_with_many(client, as_ops, pushed):
    counts = []
    for sent in (2, 8):
        for _number in range(sent):
            client.post(PATH)
        with CaptureQueriesContext(connection) as seen:
            client.get(PATH)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 20


def test_the_defaults_of_a_new_installation_let_it_through(client, as_ops, page_text):
    set_up()
    make_web_form(name="Website", source=Source.objects.get(slug="inbound-form"))
    make_rep(first_name="Rina")
    page = send(client, page_text)
    assert "Rule 8, “Asked for contact”" in page
    assert "Rules 1–7 did not" in page
