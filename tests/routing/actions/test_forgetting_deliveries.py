"""The log of deliveries is not kept for ever: sales ops say how long, and the Changes say who said so (J5)."""

from datetime import timedelta

import pytest
from django.db import connection

from routing import tasks
from routing.actions.words import pruning
from routing.models import Channel, Delivery, Notification, WordSettings
from tests.clients import nothing_changes
from tests.factories import MORNING, make_rep

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def rows(time_machine):
    """One delivery of each age and state, the oldest first."""
    time_machine.move_to(MORNING, tick=False)
    rep = make_rep()
    channel = Channel.objects.create(user=rep, kind="mail", made_at=MORNING, verified_at=MORNING)
    made = []
    for days in (200, 91, 90, 8, 1):
        for state in ("sent", "failed", "unsure", "merged", "waiting"):
            note = Notification.objects.create(user=rep, kind="assigned", key=f"{days}-{state}", at=MORNING)
            into = made[-3] if state == "merged" else None
            made.append(
                Delivery.objects.create(
                    notification=note, channel=channel, state=state, made_at=MORNING - days * DAY, merged_into=into
                )
            )
    return made


def left() -> dict[int, int]:
    ages = [(MORNING - made_at).days for made_at in Delivery.objects.values_list("made_at", flat=True)]
    return {age: ages.count(age) for age in sorted(set(ages))}


@pytest.mark.parametrize("chunk", [3, 1000])
def test_what_ended_more_than_ninety_days_ago_is_deleted_and_the_inbox_stays(rows, monkeypatch, chunk):
    monkeypatch.setattr(pruning, "CHUNK", chunk)
    assert tasks.forget_deliveries() == 8
    assert left() == {1: 5, 8: 5, 90: 5, 91: 1, 200: 1}
    assert Notification.objects.count() == 25
    assert tasks.forget_deliveries() == 0


def test_sales_ops_say_how_long_and_the_changes_say_who(client, as_ops, rows, page_text):
    assert "Deliveries are kept for 7 days." in page_text(
        client.post("/deliveries/keep/", {"keep_days": "7"}, follow=True)
    )
    tasks.forget_deliveries()
    assert left() == {1: 5, 8: 1, 90: 1, 91: 1, 200: 1}
    client.post("/deliveries/names/", {"names": "on"})
    log = page_text(client.get("/changes/?kind=messages"))
    assert "Bima Prasetyo" in log and "Names of leads in chat and SMS" in log and "Days that deliveries are kept" in log
    first, second = WordSettings.history.order_by("-history_id")[:2]
    assert (first.names_in_chat, first.history_user, second.keep_days) == (True, as_ops, 7)
    with nothing_changes():
        client.post("/deliveries/names/", {"names": "on"})


@pytest.mark.parametrize("days", ["6", "731", "", "many", "7.5", "-30"])
def test_other_numbers_of_days_are_refused(client, as_ops, page_text, days):
    with nothing_changes():
        answer = client.post("/deliveries/keep/", {"keep_days": days}, follow=True)
    assert "Write a number of days from 7 to 730." in page_text(answer)


def test_the_log_by_a_rare_state_reads_its_own_index(rows):
    """Hundreds of thousands were sent, and a few failed."""
    if connection.vendor != "postgresql":
        assert "routing_rare_deliveries" in {index.name for index in Delivery._meta.indexes}
        return
    channel, note = rows[0].channel, rows[0].notification
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO routing_notification (user_id, kind, key, at, details, is_spread) "
            "SELECT %s, 'assigned', 'many-' || n, now(), '{}', true FROM generate_series(1, 20000) n",
            [note.user_id],
        )
        cursor.execute(
            "INSERT INTO routing_delivery (notification_id, channel_id, state, attempts, made_at, problem) "
            "SELECT id, %s, 'sent', 1, now(), '' FROM routing_notification WHERE key LIKE 'many-%%'",
            [channel.pk],
        )
        cursor.execute("ANALYZE routing_delivery")
        sql, given = Delivery.objects.filter(state="failed").order_by("-pk")[:51].query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", given)
        assert "routing_rare_deliveries" in " ".join(row[0] for row in cursor.fetchall())
