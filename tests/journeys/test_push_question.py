"""A rep is asked once for notifications and a sound; pages make a sound only then, and never when it is quiet (I1)."""

import json
from datetime import time, timedelta

import pytest

from routing.actions.notifications import notify
from routing.actions.words.push import push_keys
from routing.models import Notification, PushDevice, Reach
from tests.factories import MORNING, make_rep
from tests.push_service import Browser, push_service

pytestmark = pytest.mark.django_db(transaction=True)
ADD, NOT_NOW, SOUND = "/profile/devices/add/", "/profile/devices/question/", "/profile/sound/"
QUESTION = "Get a notification and a short sound when a lead is given to you, and when 10 minutes are left?"


@pytest.fixture
def rina(client, time_machine):
    time_machine.move_to(MORNING, tick=False)
    push_keys()
    rep = make_rep(first_name="Rina")
    client.force_login(rep)
    return rep


def asks(client, page_text) -> bool:
    return QUESTION in page_text(client.get("/desk/"))


def test_who_says_not_now_is_not_asked_again_and_others_are(client, rina, page_text):
    assert asks(client, page_text)
    answer = client.post(NOT_NOW, follow=True)
    assert answer.redirect_chain == [("/desk/", 302)]
    assert "You are not asked again. Your profile has the switches." in page_text(answer)
    assert (asks(client, page_text), Reach.objects.get().has_sound) == (False, False)
    client.force_login(make_rep())
    assert asks(client, page_text)


def test_who_turns_it_on_gets_push_and_sound_and_is_not_asked_when_the_device_is_gone(
    client, rina, page_text, settings
):
    with push_service(settings) as service:
        given = {"subscription": Browser(service).subscription, "asked": "desk"}
        answer = client.post(ADD, given, follow=True)
    assert answer.redirect_chain == [("/desk/", 302)]
    assert "and the sound too. Your profile has the switches." in page_text(answer)
    assert (PushDevice.objects.get().user, Reach.objects.get().has_sound) == (rina, True)
    PushDevice.objects.all().delete()
    assert not asks(client, page_text)


def test_what_no_browser_gives_leaves_the_question_where_it_was(client, rina, page_text):
    client.post(ADD, {"subscription": "{}", "asked": "desk"})
    assert asks(client, page_text) and not Reach.objects.exists()


def test_push_that_was_turned_on_in_the_profile_makes_no_sound_by_itself(client, rina, page_text, settings):
    with push_service(settings) as service:
        client.post(ADD, {"subscription": Browser(service).subscription})
    assert (Reach.objects.get().has_sound, asks(client, page_text)) == (False, False)


def test_the_profile_switches_the_sound(client, rina, page_text):
    assert "The sound is off" in page_text(client.get("/profile/"))
    assert "Open pages make a sound now." in page_text(client.post(SOUND, {"sound": "on"}, follow=True))
    assert "The sound is on" in page_text(client.get("/profile/"))
    assert "Pages are silent now." in page_text(client.post(SOUND, {"sound": "off"}, follow=True))
    assert not Reach.objects.get().has_sound


def ring(client) -> int | None:
    answer = client.get("/frame/inbox/?v=x", headers={"HX-Request": "true"})
    return json.loads(answer.headers.get("HX-Trigger", "{}")).get("alur:ring", {}).get("id")


def test_a_lead_that_is_given_and_minutes_that_are_left_ask_for_a_sound(client, rina):
    for number, kind in enumerate(("assigned", "minutes_left")):
        notify([rina.pk], kind=kind, key=f"{number}", at=MORNING)
        assert ring(client) is None  # off by default
    client.post(SOUND, {"sound": "on"})
    assert ring(client) == Notification.objects.get(kind="minutes_left").pk
    Notification.objects.filter(kind="minutes_left").update(read_at=MORNING)
    assert ring(client) == Notification.objects.get(kind="assigned").pk
    notify([rina.pk], kind="contact_due", key="other", at=MORNING)
    assert ring(client) == Notification.objects.get(kind="assigned").pk
    client.force_login(make_rep())
    client.post(SOUND, {"sound": "on"})
    assert ring(client) is None


def test_quiet_hours_and_old_messages_are_silent(client, rina, time_machine):
    client.post(SOUND, {"sound": "on"})
    notify([rina.pk], kind="assigned", key="a", at=MORNING)
    Reach.objects.update(time_zone="UTC", quiet_from=time(0), quiet_to=time(23, 59))
    assert ring(client) is None
    Reach.objects.update(quiet_from=None, quiet_to=None)
    assert ring(client) is not None
    time_machine.move_to(MORNING + timedelta(minutes=2, seconds=1), tick=False)
    assert ring(client) is None
