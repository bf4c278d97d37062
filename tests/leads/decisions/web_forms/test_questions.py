"""What a public form may ask, which websites may show it, and what is kept of a campaign (A1c)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.web_forms.questions import (
    ASKABLE,
    MAX_PAGE_LENGTH,
    MAX_PARAMETER_LENGTH,
    MAX_PARAMETERS,
    asked_fields,
    campaign_parameters,
    questions_problem,
    read_origin,
)


def test_asked_keeps_the_order_of_the_list_and_not_of_choosing():
    asks = {"message": "optional", "email": "required", "name": "optional"}
    assert asked_fields(asks) == (("name", False), ("email", True), ("message", False))


def test_asked_passes_over_what_it_does_not_know():
    assert asked_fields({"salary": "required", "email": "perhaps", "phone": "required"}) == (("phone", True),)


@pytest.mark.parametrize(
    ("asks", "problem"),
    [
        ({"email": "required"}, ""),
        ({"phone": "required", "email": "optional"}, ""),
        ({"email": "optional", "phone": "optional"}, "unreachable"),
        ({"name": "required", "company_name": "required"}, "unreachable"),
        ({}, "unreachable"),
        ({"email": "required", "name": "optional", "last_name": "optional"}, "name_twice"),
        ({"email": "required", "salary": "optional"}, "unknown"),
        ({"email": "required", "city": "perhaps"}, "unknown"),
    ],
)
def test_a_form_asks_for_somebody_who_can_be_reached(asks, problem):
    assert questions_problem(asks) == problem


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" HTTPS://WWW.Example.com/contact?x=1#form ", "https://www.example.com"),
        ("example.com", "https://example.com"),
        ("https://example.com:443/", "https://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://example.com", ""),
        ("https://user:pass@example.com", ""),
        ("https://*.example.com", ""),
        ("https://example.com; script-src *", ""),
        ("https://example.com:99999", ""),
        ("https://example.com:0", ""),
        ("ftp://example.com", ""),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("intranet", ""),
        ("*", ""),
        ("", ""),
    ],
)
def test_an_origin_is_read_from_what_people_paste(typed, origin):
    assert read_origin(typed) == origin


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z*;,'\" .:/@\[\]-]{1,30}", fullmatch=True))
def test_an_origin_never_carries_anything_into_the_header(typed):
    origin = read_origin(typed)
    assert not set(origin) - set("abcdefghijklmnopqrstuvwxyz0123456789.:/-")
    assert read_origin(origin) == origin


def test_traces_come_from_the_form_and_from_the_page_and_the_forms_own_win():
    page = "https://www.example.com/pricing?utm_source=news&utm_term=stock&session=secret#top"
    assert campaign_parameters({"utm_source": "ads", "theme": "dark"}, page) == {
        "utm_source": "ads",
        "utm_term": "stock",
        "page": "https://www.example.com/pricing",
    }


@pytest.mark.parametrize("page", ["", "about:blank", "javascript:alert(1)", "https://[", "no address"])
def test_a_page_that_is_none_leaves_no_trace(page):
    assert campaign_parameters({}, page) == {}


@given(st.dictionaries(st.sampled_from(ASKABLE) | st.text() | st.from_regex("utm_[a-z]{1,9}"), st.text()), st.text())
def test_traces_are_bounded_and_never_named_like_a_field(query, page):
    kept = campaign_parameters(query, page)
    assert kept.keys().isdisjoint(ASKABLE)
    assert len(kept) <= MAX_PARAMETERS + 1
    assert all(len(text) <= max(MAX_PARAMETER_LENGTH, MAX_PAGE_LENGTH) for text in kept.values())
