"""Addresses: the quick way accepts nothing that the library refuses. Phone numbers are shown in groups."""

import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decisions.facts.contact import grouped_phone, read_email, read_phone
from tests.effort import examples

LABEL = st.from_regex(r"[a-z0-9-]{1,8}", fullmatch=True)
DOMAIN = st.builds(
    lambda labels, end: ".".join([*labels, end]),
    st.lists(LABEL, max_size=3),
    st.sampled_from(["com", "test", "co.id", "c", "9x", "local", "arpa"]),
)
LOCAL = st.from_regex(r"[a-z0-9._+\-]{1,70}", fullmatch=True)


def by_the_library(text):
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except ValueError:
        return ""


@given(st.builds("{}@{}".format, LOCAL, DOMAIN))
@settings(max_examples=examples(500), deadline=None)
def test_read_email_agrees_with_the_library(text):
    assert read_email(text) == by_the_library(text)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+6281234567890", "+62 812-3456-7890"),
        ("+12025550142", "+1 202-555-0142"),
        ("+390612345678", "+39 06 1234 5678"),
        ("+99912345", "+99912345"),  # no country has it
        ("+", "+"),
        ("081234567890", "081234567890"),  # an earlier release stored it as it was typed
        ("", ""),
    ],
)
def test_grouped_phone_shows_the_groups_of_the_country(number: str, shown: str):
    assert grouped_phone(number) == shown


@pytest.mark.parametrize("text", ["0049 171 1234567", "0049-171-1234567", "+49 171 1234567", "+49 (0)171 1234567"])
def test_two_zeros_stand_for_the_plus_in_every_region(text: str):
    assert read_phone(text, "ID") == ("+491711234567", "")


@pytest.mark.parametrize("text", ["0000000000", "00812", "0000 171 1234567", "00999 1234567"])
def test_two_zeros_before_no_country_are_no_number(text: str):
    assert read_phone(text, "ID") is None
