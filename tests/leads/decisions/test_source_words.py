"""Words for sources: their keys, and the source that a new word most likely means (A9)."""

import pytest
from django.utils.text import slugify

from leads.decisions.source_words import guess_source, source_key

SOURCES = {
    "facebook-ads": "Facebook Ads",
    "google-ads": "Google Ads",
    "demo-request": "Demo request",
    "trade-show": "Trade Show",
    "referral": "Referral",
}


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("fb", "facebook-ads"),
        ("Facebook", "facebook-ads"),
        ("Facebook Lead Ad", "facebook-ads"),
        ("adwords", "google-ads"),
        ("Google  ads", "google-ads"),
        ("demo requests", "demo-request"),
        ("pameran", "trade-show"),
        ("ref", "referral"),
        ("Radio", ""),
        ("", ""),
        ("Ads", ""),
    ],
)
def test_a_word_means_the_nearest_source_or_none(word, guess):
    assert guess_source(source_key(word), SOURCES) == guess


def test_without_sources_nothing_is_guessed():
    assert guess_source("fb", {}) == ""


@pytest.mark.parametrize("word", ["Demo request", "  Trade--Show ", "Café & Bar", "a" * 200, "-x_", "UTM/Source (2)"])
def test_keys_are_those_of_slugs(word):
    assert source_key(word) == slugify(word)[:80]


def test_a_word_without_letters_is_the_unknown_source():
    assert (source_key(""), source_key("口コミ"), source_key("--")) == ("unknown", "unknown", "unknown")
