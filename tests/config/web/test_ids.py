"""Ids of rows in URLs, queries and forms: whole numbers that a database can compare with a key."""

import pytest
from django.urls import Resolver404, resolve

from config.web.ids import MAX_ID, read_id


def test_an_id_of_a_url_is_a_number():
    assert resolve(f"/leads/{MAX_ID}/").kwargs == {"pk": MAX_ID}


@pytest.mark.parametrize("number", [MAX_ID + 1, 10**30, "-1", "1.5"])
def test_a_number_that_no_row_can_have_is_no_url(number):
    with pytest.raises(Resolver404):
        resolve(f"/leads/{number}/")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        (str(MAX_ID), MAX_ID),
        (str(MAX_ID + 1), None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("a", None),
    ],
)
def test_an_id_of_a_form_is_a_number_or_nothing(text, number):
    assert read_id(text) == number
