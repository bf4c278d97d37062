"""Every message has one link to the page on which one acts on it, and it opens for who got the message (I1, C9)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import take_next
from queues.models import AwayQuestion
from routing.actions.availability.time_off import set_available
from routing.actions.notifications import notify
from routing.decisions.words import KINDS
from routing.models import Notification
from routing.presenters.message_links import message_urls
from routing.roles import LEADERSHIP
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
    make_user,
)

pytestmark = pytest.mark.django_db
ROTATION = {"unfair", "audit_failed", "stuck", "all_absent", "too_many", "draft_published", "draft_refused"}
QUEUE = {
    "queue_yellow",
    "queue_red",
    "queue_critical",
    "queue_aging",
    "intake_paused",
    "intake_open",
    "bottleneck",
    "lane_closed",
}
LEAD = {"assigned", "contact_soon", "minutes_left", "contact_due", "re_engaged"}
LEFT = {"taken_away"}  # the lead is no longer the reader's
DECIDED = {"escalated", "team_contact_due"}


@pytest.fixture
def world():
    team = TeamFactory()
    rep = make_rep(team)
    queue = QueueFactory(slug="smb", team=team)
    rotation = make_rotation(rep)
    lead = make_entry(queue).lead
    take_next(queue, by=rep, at=MORNING)
    people = {"holder": rep, "manager": make_manager(team), "ops": make_ops(), "leadership": make_user(LEADERSHIP)}
    details = {
        "queue": queue.slug,
        "rotation": rotation.pk,
        "rep": rep.rep.pk,
        "place": "SMB",
        "own": True,
        "id": queue.pk,
    }
    return {"people": people, "lead": lead, "details": details, "rep": rep, "rotation": rotation}


def url_of(user, world, kind: str, **details) -> str:
    lead = world["lead"].pk if kind in LEAD | DECIDED else None
    notify([user.pk], kind=kind, key=kind, at=MORNING, lead_id=lead, details=world["details"] | details)
    row = Notification.objects.get(user=user, key=kind)
    return message_urls(user, [row])[0]


def wanted(world, kind: str, role: str) -> str:
    rotation, rep = world["rotation"].pk, world["rep"].rep.pk
    if kind == "unfair":
        return f"/fairness/{rotation}/?p=month"
    if kind == "away_question":
        return "/escalations/" if role == "manager" else f"/team/{rep}/hand-on/"
    pages = [
        (ROTATION, f"/rotations/{rotation}/"),
        (QUEUE, "" if role == "leadership" else "/queues/smb/"),
        ({"queue_losing"}, f"/reports/losses/?queue={world['details']['id']}"),
        ({"lent", "loan_ended"}, "/my-queues/" if role == "holder" else "/queues/smb/"),
        ({"way_down", "way_back"}, "/deliveries/"),
        (LEAD, f"/leads/{world['lead'].pk}/"),
        (LEFT, ""),
        (DECIDED, "/escalations/"),
        ({"feed_broken"}, f"/calendars/{rep}/"),
        ({"letter"}, "/my-numbers/letter/"),
        ({"figures", "report"}, "/reports/waits/"),
        ({"import_done"}, ""),  # it names its upload
        ({"channel_dead"}, "/profile/"),
        ({"probe_down", "probe_well"}, "/flow/probe/"),
        ({"hook_failing", "hook_off"}, "/connections/webhooks/"),
        ({"crm_down", "crm_back"}, "/connections/"),
        ({"worker_silent"}, "/flow/" if role == "ops" else ""),
    ]
    return next(page for kinds, page in pages if kind in kinds)


def test_each_kind_leads_to_its_page_for_each_role_that_gets_it(world, client):
    for kind, row in KINDS.items():
        for role in row.roles:
            user = world["people"][role]
            found = url_of(user, world, kind)
            assert found == wanted(world, kind, role), (kind, role)
            client.force_login(user)
            assert not found or client.get(found).status_code == 200, (kind, role, found)


def test_a_dead_channel_of_somebody_else_leads_to_the_log(world):
    assert url_of(world["people"]["ops"], world, "channel_dead", own=False) == "/deliveries/"


def test_who_may_not_open_the_page_has_no_link(world):
    other = make_manager(TeamFactory())
    assert [url_of(other, world, kind) for kind in ("queue_red", "stuck", "audit_failed")] == ["", "", ""]


def test_ten_messages_ask_as_much_as_one(world, client):
    manager, counts = world["people"]["manager"], []
    client.force_login(manager)
    for number in range(8):
        for kind in ("queue_red", "escalated", "away_question"):
            notify([manager.pk], kind=kind, key=f"{kind}{number}", at=MORNING, details=world["details"])
        with CaptureQueriesContext(connection) as asked:
            client.get("/inbox/")
        counts.append(len(asked))
    assert counts[0] == counts[7]


@pytest.mark.parametrize(
    ("how", "answer", "says"),
    [
        ("hand-on", "hand_on", "1 lead of Rina went to a colleague."),
        ("keep", "keep", "The leads stay with Rina."),
    ],
)
def test_ops_answer_about_somebody_without_a_manager_where_the_link_leads(client, as_ops, page_text, how, answer, says):
    rina, queue = make_rep(first_name="Rina", last_name=""), QueueFactory()
    make_rep()
    make_entry(queue)
    take_next(queue, by=rina, at=MORNING)
    set_available(rina.rep, is_available=False, by=rina, at=MORNING)
    (url,) = message_urls(as_ops, Notification.objects.filter(user=as_ops))
    page = page_text(client.get(url))
    asked = AwayQuestion.objects.get()
    assert "Rina takes no leads for now and holds 1 lead without first contact." in page
    assert f'action="/away/{asked.pk}/{how}/"' in page
    done = client.post(f"/away/{asked.pk}/{how}/", {"next": url}, follow=True)
    assert (done.redirect_chain, says in page_text(done)) == ([(url, 302)], True)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == (answer, as_ops)
    assert "without first contact" not in page_text(client.get(url))
