"""One form makes a team that gets leads: what it will do is said first, and then it is all there, or nothing (M2)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.company import keep
from config.models import Company
from leads.decisions.web_forms.token import issue_token
from leads.models import Source
from queues.actions.set_up.run import set_up
from queues.models import Queue
from routing.models import Assignment, Invitation, Rep, Rotation, Team
from tests.clients import nothing_changes
from tests.factories import MORNING, QueueFactory, TeamFactory, make_rep, make_rotation, make_web_form

pytestmark = pytest.mark.django_db
PAGE, PREVIEW = "/get-going/team/", "/get-going/team/preview/"
TEAM = {
    "name": "Inside Sales",
    "emails": "Rina Hartono <rina@example.com>\nbudi.santoso@example.com",
    "queue": "new",
    "how": "hybrid",
}


@pytest.fixture
def leads_queue(as_ops) -> Queue:
    """The one queue of the default rules."""
    set_up()
    return Queue.objects.get()


def send(client: Client, **typed: object):
    return client.post(PAGE, TEAM | typed, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_one_form_makes_team_people_rotation_and_queue(client: Client, as_ops, leads_queue):
    hours = {"mon": [["08:00", "12:00"]]}
    zone = {"time_zone": "Asia/Makassar", "working_hours": hours}
    keep(Company(pk=1, guide_closed_at=MORNING, **zone), seconds=float("inf"))
    answer = send(client, queue=leads_queue.pk)
    team, rotation = Team.objects.get(), Rotation.objects.get()
    leads_queue.refresh_from_db()
    assert said(answer) == ["The team Inside Sales is made. 2 people are invited. Each gets an e-mail."]
    assert (team.time_zone, team.working_hours, rotation.time_zone) == (
        "Asia/Makassar",
        hours,
        "Asia/Makassar",
    )
    assert [member.rep.user.email for member in rotation.members.order_by("position")] == [
        "rina@example.com",
        "budi.santoso@example.com",
    ]
    assert (leads_queue.team, leads_queue.rotation, leads_queue.dispatch) == (team, rotation, Queue.Dispatch.HYBRID)
    assert (
        Invitation.objects.count(),
        team.history.latest().history_user,
        leads_queue.history.latest().history_user,
    ) == (
        2,
        as_ops,
        as_ops,
    )


@pytest.mark.parametrize("how", ["push", "hybrid"])
def test_a_lead_of_a_web_form_finds_a_rep_of_the_team(client: Client, leads_queue, how):
    send(client, queue=leads_queue.pk, how=how)
    form = make_web_form(source=Source.objects.get(slug="inbound-form"))
    at = timezone.now() - timedelta(minutes=1)
    token = issue_token(form.pk, nonce="visit", at=at, key=settings.SECRET_KEY)
    Client().post(f"/forms/{form.slug}/", {"token": token, "name": "Dewi", "email": "dewi@gmail.com"})
    assert Assignment.objects.open().get().holder.email in ("rina@example.com", "budi.santoso@example.com")


def test_reps_who_take_leads_need_no_rotation(client: Client, leads_queue):
    send(client, queue=leads_queue.pk, how="pull")
    leads_queue.refresh_from_db()
    assert (Rotation.objects.count(), leads_queue.dispatch, leads_queue.team) == (
        0,
        Queue.Dispatch.PULL,
        Team.objects.get(),
    )


def test_a_new_queue_is_named_as_the_team_and_a_missing_rule_is_said(client: Client, leads_queue):
    make_rotation(make_rep(), name="Inside Sales")
    answer = send(client)
    queue = Queue.objects.exclude(pk=leads_queue.pk).get()
    assert (queue.name, queue.slug, queue.rotation.name) == ("Inside Sales", "inside-sales", "Inside Sales 2")
    assert said(answer)[1] == (
        "No rule sends leads to “Inside Sales” yet. "
        f'<a href="{reverse("admin:queues_entryrule_add")}?queue={queue.pk}">Add a rule</a>'
    )


def test_who_is_here_joins(client: Client, leads_queue):
    rina = make_rep(username="rina@example.com", first_name="Rina", last_name="Hartono")
    answer = send(client, queue=leads_queue.pk)
    assert said(answer)[0].endswith("An e-mail goes to budi.santoso@example.com. Rina Hartono was here already.")
    assert (list(rina.rep.teams.all()), Rep.objects.count(), Rotation.objects.get().members.count()) == (
        [Team.objects.get()],
        2,
        2,
    )


def test_it_is_said_before_it_is_saved(client: Client, leads_queue):
    make_rep(username="carlos@example.com", first_name="Carlos", last_name="Mendes")
    emails = TEAM["emails"] + "\nRINA@example.com\ncarlos@example.com"
    with nothing_changes():
        part = client.post(PREVIEW, TEAM | {"emails": emails, "queue": leads_queue.pk})
        page = client.post(PAGE, TEAM | {"emails": emails, "queue": leads_queue.pk, "preview": "yes"})
    rule = leads_queue.rules.order_by("position").first()
    assert list(part.context["outlook"].says) == [
        "2 people are invited by e-mail, valid for 7 days: Rina Hartono, Budi Santoso.",
        "Carlos Mendes is here already and joins.",
        "rina@example.com was there more than once and counts once.",
        "A lead in “Leads” is given to the next of the 3 people who is available.",
        "After 10 minutes without an owner, anybody in the team may take it.",
        "From then on the queue “Leads” belongs to this team: only its people can take leads there.",
        "Working hours, holidays and time zone are the company's: Monday to Friday, 09:00-17:00, Asia/Jakarta.",
        f"The rule “{rule.name}” already sends leads there.",
    ]
    assert page.context["outlook"] == part.context["outlook"]


def test_the_preview_says_what_is_wrong_with_the_list_and_waits_for_one(client: Client, as_ops, page_text):
    wrong = page_text(client.post(PREVIEW, TEAM | {"emails": "rina at example.com"}))
    assert "Line 1: “rina at example.com” is no e-mail address." in wrong
    assert "Paste the e-mails of the reps" in page_text(client.post(PREVIEW, {"name": "", "emails": ""}))


@pytest.mark.parametrize(
    ("typed", "field", "text"),
    [
        ({"name": " "}, "name", "Write the name of the team."),
        ({"name": "JAKARTA"}, "name", "There is a team of this name. Choose another name."),
        ({"emails": ""}, "emails", "Enter at least one e-mail address."),
        ({"emails": "rina at x"}, "emails", "Line 1: “rina at x” is no e-mail address."),
    ],
)
def test_a_refused_form_keeps_everything_and_goes_to_the_first_error(client: Client, as_ops, typed, field, text):
    TeamFactory(name="Jakarta")
    with nothing_changes():
        answer = send(client, **typed)
    page = answer.content.decode()
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [text]})
    assert f'name="{field}"' in next(tag for tag in page.split("<") if "autofocus" in tag)
    for name, value in (TEAM | typed).items():
        assert answer.context["form"][name].value() == value


def test_a_queue_of_another_team_is_not_taken(client: Client, as_ops):
    theirs = QueueFactory(team=TeamFactory())
    with nothing_changes():
        answer = send(client, queue=theirs.pk)
    assert list(answer.context["form"].errors) == ["queue"]


def test_nothing_is_left_when_a_queue_was_taken_meanwhile(client: Client, leads_queue, monkeypatch):
    free = Queue.objects.filter(pk=leads_queue.pk)
    monkeypatch.setattr("queues.forms.new_team.queues_without_team", lambda: Queue.objects.order_by("pk"))
    free.update(team=TeamFactory())
    with nothing_changes():
        answer = send(client, queue=leads_queue.pk)
    assert (list(answer.context["form"].errors), User.objects.filter(email="rina@example.com").count()) == (
        ["queue"],
        0,
    )


def test_pressed_twice_it_is_made_once(client: Client, leads_queue):
    send(client, queue=leads_queue.pk)
    with nothing_changes():
        again = send(client)
    assert (said(again), Team.objects.count()) == (["The team Inside Sales is there already."], 1)


def test_without_rules_the_guide_is_offered(client: Client, as_ops):
    outlook = client.post(PREVIEW, TEAM).context["outlook"]
    assert (outlook.warning, outlook.href) == (
        "There are no rules yet, so no lead gets there. The guide offers the default rules.",
        "/get-going/",
    )


def test_five_hundred_reps_become_a_team(client: Client, leads_queue):
    emails = "\n".join(f"person{number}@example.com" for number in range(500))
    send(client, emails=emails, queue=leads_queue.pk)
    assert (Team.objects.get().reps.count(), Rotation.objects.get().members.count()) == (500, 500)


def test_without_a_mail_server_the_links_are_a_press_away(client: Client, leads_queue, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    answer = send(client, queue=leads_queue.pk)
    assert said(answer) == [
        "The team Inside Sales is made. 2 people are invited. Copy their links and hand them on. "
        '<a href="/invitations/">Invitations</a>'
    ]
    assert '<a href="/invitations/">Invitations</a>' in answer.content.decode()
