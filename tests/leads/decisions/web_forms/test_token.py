"""The token of a public form: signed, of one form, neither too new nor too old; and the mark of a sender (A1c)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.web_forms.token import TokenRefused, issue_token, read_token, sender_hash

AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)
KEY = "a long secret"


@pytest.mark.parametrize(
    ("seconds", "is_too_quick", "is_too_old"),
    [
        (0, True, False),
        (2.999, True, False),
        (3, False, False),
        (12 * 3600, False, False),
        (12 * 3600 + 0.001, False, True),
        (-60, True, False),  # the clock of another machine runs ahead
    ],
)
def test_a_token_knows_when_the_form_was_shown(seconds, is_too_quick, is_too_old):
    token = read_token(issue_token(7, nonce="n", at=AT, key=KEY), 7, at=AT + timedelta(seconds=seconds), key=KEY)
    assert (token.nonce, token.is_too_quick, token.is_too_old) == ("n", is_too_quick, is_too_old)


def test_a_token_is_of_one_form_and_one_key():
    text = issue_token(7, nonce="n", at=AT, key=KEY)
    for form, key in ((8, KEY), (7, "another secret")):
        with pytest.raises(TokenRefused):
            read_token(text, form, at=AT, key=key)


@given(st.integers(min_value=0), st.characters())
def test_a_token_with_one_other_letter_is_refused(place, letter):
    text = issue_token(7, nonce="abcdefgh", at=AT, key=KEY)
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    if changed == text:
        assert read_token(changed, 7, at=AT, key=KEY).nonce == "abcdefgh"
    else:
        with pytest.raises(TokenRefused):
            read_token(changed, 7, at=AT, key=KEY)


@given(st.text(st.characters()) | st.just("a" * 5000))
def test_any_other_text_is_refused(text):
    with pytest.raises(TokenRefused):
        read_token(text, 7, at=AT, key=KEY)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one network, one sender
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_a_sender_has_one_mark(one, other, is_same):
    assert (sender_hash(one, key=KEY) == sender_hash(other, key=KEY)) == is_same


def test_a_mark_tells_nothing_without_the_key():
    mark = sender_hash("203.0.113.7", key=KEY)
    assert (len(mark), "203" in mark, mark == sender_hash("203.0.113.7", key="another")) == (32, False, False)


@pytest.mark.parametrize("address", ["", "unknown", "203.0.113.7:80", "\ud800"])
def test_what_is_no_address_has_no_mark(address):
    assert sender_hash(address, key=KEY) == ""
