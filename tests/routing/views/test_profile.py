"""People choose which messages come by mail, and when; nobody chooses for somebody else (I1)."""

import re
from datetime import time, timedelta

import pytest
from django.contrib.auth.models import User

from routing import tasks
from routing.actions.notifications import notify
from routing.models import Channel, Delivery, Preference, Reach
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import MORNING, make_rep, make_user

pytestmark = pytest.mark.django_db
URL, SAVE = "/profile/", "/profile/alerts/"
HOURS = {"digest_at": "08:30", "quiet_from": "18:00", "quiet_to": "07:30", "critical_passes": "on"}


def on(kind: str, when: str) -> dict[str, str]:
    """By e-mail, at this time."""
    return {f"on-mail-{kind}": "on", f"when-{kind}": when}


def choices(user: User) -> dict[str, str]:
    return dict(Preference.objects.filter(channel__user=user).values_list("kind", "when"))


def test_the_page_shows_what_the_table_says_to_somebody_who_never_chose(client, as_rep, page_text):
    text = page_text(client.get(URL))
    assert 'name="on-mail-assigned"' in text and "A lead is yours: E-mail" in text
    assert 'name="when-assigned"' in text and '<option value="now" selected>At once</option>' in text
    assert "when-queue_critical" not in text and "when-worker_silent" not in text
    assert f"E-mail {as_rep.email}" in text and "In use" in text
    assert not Channel.objects.exists()  # a look writes nothing


def test_managers_and_ops_see_their_own_kinds(client, as_manager, page_text):
    text = page_text(client.get(URL))
    assert "when-queue_critical" in text and "when-escalated" in text
    assert "when-contact_due" not in text and "when-audit_failed" not in text


def test_ops_choose_for_what_only_ops_get(client, as_ops, page_text):
    text = page_text(client.get(URL))
    assert "when-audit_failed" in text and "when-import_done" in text
    assert "when-assigned" not in text


def test_only_what_differs_from_the_table_is_kept(client, as_rep, morning):
    sent = HOURS | on("assigned", "hourly") | on("contact_due", "now") | {"when-re_engaged": "now"}
    assert client.post(SAVE, sent, follow=True).redirect_chain == [(URL, 302)]
    assert choices(as_rep) == {"assigned": "hourly", "re_engaged": "off"}
    reach = Reach.objects.get(user=as_rep)
    assert (reach.digest_at, reach.quiet_from, reach.quiet_to, reach.critical_passes) == (
        time(8, 30),
        time(18),
        time(7, 30),
        True,
    )
    client.post(SAVE, HOURS | on("assigned", "now"))
    assert choices(as_rep) == {"re_engaged": "off"}


def test_without_a_reload_the_part_answers_with_what_holds_now(htmx, as_rep, page_text):
    answer = htmx.post(SAVE, HOURS | {"when-assigned": "now"})
    text = page_text(answer)
    assert answer.status_code == 200 and "<html" not in text and "Your choices are saved." in answer["HX-Trigger"]
    assert 'value="18:00"' in text and choices(as_rep) == {"assigned": "off"}
    (switch,) = re.findall(r'<input [^>]*name="on-mail-assigned"[^>]*>', text)
    assert "checked" not in switch


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"quiet_to": ""}, "Quiet hours need a beginning and an end."),
        ({"quiet_from": ""}, "Quiet hours need a beginning and an end."),
        ({"quiet_to": "18:00"}, "Quiet hours end at another time than they begin."),
        ({"quiet_from": "25:00"}, "Write a time such as 08:30."),
        ({"digest_at": ""}, "Write a time such as 08:30."),
        ({"when-assigned": "off"}, "A lead is yours: Choose one of the list."),
        ({"when-assigned": "shouted"}, "A lead is yours: Choose one of the list."),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(client, as_rep, page_text, sent, says):
    with nothing_changes():
        answer = client.post(SAVE, HOURS | sent)
    assert (answer.status_code, says in page_text(answer)) == (422, True)


def test_choices_that_are_not_mine_to_make_change_nothing(client, as_rep):
    other = Channel.objects.create(user=make_rep(), kind="mail", made_at=MORNING, verified_at=MORNING)
    client.post(
        SAVE, HOURS | {f"on-{other.pk}-assigned": "on", "when-audit_failed": "now", "on-mail-audit_failed": "on"}
    )
    assert not Preference.objects.exists()


def test_a_dead_channel_says_why_and_can_be_used_again(client, as_rep, page_text):
    channel = Channel.objects.create(
        user=as_rep, kind="mail", made_at=MORNING, verified_at=MORNING, dead_since=MORNING, problem="bounced"
    )
    text = page_text(client.get(URL))
    assert "Nothing is sent there since" in text and "this address takes no mail" in text
    client.post(f"/profile/channels/{channel.pk}/use/")
    channel.refresh_from_db()
    assert (channel.dead_since, channel.problem) == (None, "")
    assert "In use" in page_text(client.get(URL))


def test_the_channel_of_somebody_else_is_not_there(client, as_rep):
    other = Channel.objects.create(user=make_rep(), kind="mail", made_at=MORNING, dead_since=MORNING)
    with nothing_changes():
        assert refusal(client.post(f"/profile/channels/{other.pk}/use/")) == NOT_FOUND


def test_without_an_address_the_page_says_what_to_do(client, page_text):
    user = make_user("Reps", email="")
    client.force_login(user)
    text = page_text(client.get(URL))
    assert "No channel" in text and "Nothing to choose" in text and "Ask sales ops" in text
    assert client.post(SAVE, HOURS).status_code == 302


def test_a_choice_decides_what_is_mailed_from_then_on(client, as_rep, time_machine, mailoutbox):
    time_machine.move_to(MORNING, tick=False)
    tasks.spread_words()
    client.post("/profile/me/", {"name": "Rina", "time_zone": "Europe/Berlin"})
    client.post(SAVE, HOURS | on("assigned", "morning") | {"quiet_from": "20:00"})
    notify([as_rep.pk], kind="assigned", key="a", at=MORNING)
    notify([as_rep.pk], kind="re_engaged", key="b", at=MORNING)
    time_machine.move_to(MORNING + timedelta(minutes=1), tick=False)
    tasks.spread_words()
    held = dict(Delivery.objects.values_list("notification__kind", "next_at"))
    assert held["assigned"] == MORNING.replace(hour=7, minute=30)  # 08:30 in Berlin
    assert held["re_engaged"] == MORNING.replace(hour=6, minute=30)  # quiet until 07:30


def test_the_menu_of_the_person_leads_there(client, as_ops, page_text):
    assert f'href="{URL}"' in page_text(client.get("/inbox/"))


def test_channels_of_one_kind_come_at_one_time_unless_each_had_its_own(client, as_rep, morning, page_text):
    chat = Channel.objects.create(
        user=as_rep, kind="slack", address="sealed", label="…abcd", made_at=MORNING, verified_at=MORNING
    )
    text = page_text(client.get(URL))
    assert 'E-mail<span class="sub">works</span>' in text and 'Slack<span class="sub">…abcd</span>' in text
    both = on("assigned", "hourly") | {f"on-{chat.pk}-assigned": "on"}
    client.post(SAVE, HOURS | both)
    when = Preference.objects.filter(kind="assigned").order_by("channel").values_list("when", flat=True)
    assert list(when) == ["hourly", "hourly"]
    Preference.objects.filter(channel=chat).update(when="morning")
    client.post(SAVE, HOURS | both)
    assert list(when.all()) == ["hourly", "morning"]
    client.post(SAVE, HOURS | both | {"when-assigned": "now"})
    assert not when.all().exists()  # both as the table says


def test_hours_are_typed_with_a_point_too(client, as_rep, morning):
    client.post(SAVE, HOURS | {"digest_at": "08.15", "quiet_from": "18.30"})
    reach = Reach.objects.get(user=as_rep)
    assert (reach.digest_at, reach.quiet_from, reach.quiet_to) == (time(8, 15), time(18, 30), time(7, 30))
