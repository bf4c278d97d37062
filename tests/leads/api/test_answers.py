"""What an answer names, and what it costs (A1b, A9)."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Lead, OwnField

pytestmark = pytest.mark.django_db


def test_a_key_that_feeds_an_own_field_is_known(send):
    OwnField.objects.create(name="Colour", key="colour", kind="number", titles=["favourite_colour"])
    sent = {"email": "sari@nila.co.id", "favourite_colour": "7", "size of shoes": 42}
    assert send("leads", sent)[1]["kept_as_extra"] == ["size of shoes"]
    unread = {"email": "tom@nila.co.id", "favourite_colour": "mauve"}
    assert send("leads", unread)[1]["kept_as_extra"] == ["favourite_colour"]
    assert list(Lead.objects.order_by("pk").values_list("extra", flat=True)) == [
        {"favourite_colour": "7", "size of shoes": "42"},
        {"favourite_colour": "mauve"},
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"email": "aNUMBER@nila.co.id"},
        {"ping NUMBER": 1, "city": "Bogor"},
        {"Email Address": "aNUMBER@nila.co.id", "x": 1},
    ],
)
def test_a_large_batch_asks_as_often_as_one_of_half_its_size(send, body):
    counts = []
    for count, mark in ((1, "a"), (40, "b"), (80, "c")):
        leads = [json.loads(json.dumps(body).replace("NUMBER", f"{mark}{n}")) for n in range(count)]
        with CaptureQueriesContext(connection) as asked:
            results = send("leads/batch", {"leads": leads})[1]["results"]
        assert [result["state"] for result in results] == ["made"] * count
        counts.append(len([query for query in asked if not query["sql"].startswith(("INSERT", "UPDATE"))]))
    assert counts[1] == counts[2]


def test_keys_beside_a_batch_are_named(send):
    status, answer = send("leads/batch", {"source": "Fair", "leads": [{"external_id": "A-1"}], "x": 1})
    assert (status, answer["not_read"], len(answer["results"])) == (200, ["source", "x"], 1)
