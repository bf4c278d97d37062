"""Sales ops read what left the inbox and what did not, and send again what stopped (I1)."""

from datetime import timedelta

import pytest

from routing import tasks
from routing.actions.notifications import notify
from routing.models import Channel, Delivery, Notification, WordSettings
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import MORNING, make_rep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
URL = "/deliveries/"


@pytest.fixture
def make_delivery(db):
    def make(state: str = "sent", kind: str = "assigned", rep=None, **more) -> Delivery:
        rep = rep or make_rep()
        notify([rep.pk], kind=kind, key=f"{kind}-{Delivery.objects.count()}", at=MORNING)
        channel, _made = Channel.objects.get_or_create(
            user=rep, kind="mail", defaults={"made_at": MORNING, "verified_at": MORNING}
        )
        row = Notification.objects.latest("pk")
        return Delivery.objects.create(notification=row, channel=channel, state=state, made_at=MORNING, **more)

    return make


def test_the_log_says_who_what_where_and_what_went_wrong(client, as_ops, make_delivery, page_text):
    rina = make_rep(first_name="Rina", last_name="Hartono", email="secret.rina@example.com")
    make_delivery("failed", rep=rina, problem="bounced", attempts=2)
    make_delivery("waiting", problem="busy", next_at=MORNING + timedelta(minutes=5))
    text = page_text(client.get(URL))
    assert "Rina Hartono" in text and "A lead is yours" in text and "this address takes no mail. 2 tries." in text
    assert "asked to come back later. Next: 10:47." in text
    assert text.count("Send again") == 1
    assert "secret.rina" not in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=failed", {"Rina"}),
        ("state=sent", {"Budi", "Citra"}),
        ("kind=unfair", {"Citra"}),
        ("person=bud", {"Budi"}),
        ("person=rina+h", {"Rina"}),
        ("state=sent&person=rina", set()),
        ("state=nonsense&kind=nonsense&before=nonsense", {"Rina", "Budi", "Citra"}),
    ],
)
def test_the_filters_are_in_the_address_and_the_file_has_the_same(client, as_ops, make_delivery, query, shown):
    make_delivery("failed", rep=make_rep(first_name="Rina", last_name="Hartono"))
    make_delivery(rep=make_rep(first_name="Budi", last_name="Santoso"))
    make_delivery(kind="unfair", rep=make_rep(first_name="Citra", last_name="Lestari"))
    for address in (f"{URL}?{query}", f"{URL}?{query}&format=csv"):
        text = client.get(address).content.decode()
        assert {name for name in ("Rina", "Budi", "Citra") if f"{name} " in text} == shown
    assert text.splitlines()[0].endswith("Written,Person,Message,Channel,State,Tries,Next try,Sent,Problem")


def test_pages_go_on_from_the_last_row(client, as_ops, make_delivery, page_text):
    rep = make_rep()
    rows = [make_delivery(rep=rep) for _number in range(52)]
    first = page_text(client.get(URL))
    assert f"before={rows[2].pk}" in first and first.count('<th scope="row"') == 50
    second = page_text(client.get(f"{URL}?before={rows[2].pk}"))
    assert second.count('<th scope="row"') == 2 and "Newest" in second and "Older" not in second


def test_what_failed_is_sent_again_and_its_channel_lives(client, as_ops, make_delivery, mailoutbox):
    delivery = make_delivery("failed", problem="bounced", attempts=8)
    Channel.objects.update(dead_since=MORNING, problem="bounced")
    answer = client.post(f"{URL}{delivery.pk}/again/", {"next": f"{URL}?state=failed"}, follow=True)
    assert answer.redirect_chain == [(f"{URL}?state=failed", 302)]
    assert "It is sent again within a minute." in answer.content.decode()
    tasks.send_words()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, len(mailoutbox)) == ("sent", 1, 1)
    assert Channel.objects.get().dead_since is None


@pytest.mark.parametrize("state", ["sent", "merged", "waiting", "held", "sending"])
def test_what_was_sent_or_is_on_its_way_is_not_sent_again(client, as_ops, make_delivery, state):
    delivery = make_delivery(state)
    answer = client.post(f"{URL}{delivery.pk}/again/", follow=True)
    assert "there is nothing to send again" in answer.content.decode()
    delivery.refresh_from_db()
    assert delivery.state == state


def test_one_that_is_not_there_changes_nothing(client, as_ops):
    with nothing_changes():
        assert refusal(client.post(f"{URL}99/again/")) == NOT_FOUND


def test_an_empty_log_says_what_will_be_there(client, as_ops, page_text):
    assert "Nothing was delivered yet" in page_text(client.get(URL))
    assert "No delivery is like this" in page_text(client.get(f"{URL}?state=failed"))


def test_ops_decide_whether_chats_name_companies(client, as_ops, page_text):
    assert "name no company" in page_text(client.get(URL))
    for sent, is_allowed in (("on", True), ("off", False), ("nonsense", False), ("on", True)):
        client.post(f"{URL}names/", {"names": sent})
        assert WordSettings.objects.get().names_in_chat is is_allowed
    assert "Name nobody in chats" in page_text(client.get(URL))
