"""Every reason has words: what happened, and what to do (I4)."""

import pytest

from config.reach.crm.dynamics.answers import refusal
from config.reach.crm.errors import Reason
from config.web.safe_fetch import Reply
from queues.models import Connection
from queues.presenters.crm.problems import AGAIN, FIELDS, SECRET, SLOWER, problem_words

OURS = ("account", "usage", "fight", "cannot_hold", "cannot_close", "unmatched", "sealed")
UNKNOWN = "did not do what it was asked for"


@pytest.mark.parametrize("kind", Connection.Kind.values)
@pytest.mark.parametrize("reason", [*map(str, Reason), *OURS])
def test_each_reason_has_whole_sentences_for_each_crm(kind, reason):
    words = problem_words(kind, reason, field="hs_x", words="their words")
    assert UNKNOWN not in words.says
    for text in (words.says, words.do):
        assert text[0].isupper() and text[-1] in ".”" and "%" not in text.replace("80 %", "")
    assert words.act in (AGAIN, FIELDS, SECRET, SLOWER)
    assert words.short


def test_a_named_right_stands_without_the_words_of_the_crm_around_it():
    says = problem_words("dynamics", "rights", field="prvReadUser", words="Principal user (Id=1), is missing").says
    assert says == "The account that Alur uses in Dynamics 365 lacks the right prvReadUser."


def test_an_environment_without_the_user_of_the_app_says_where_to_add_it():
    refused = refusal(Reply(403, {}, b'{"error": {"code": "0x80072560", "message": "x"}}'), now=0)
    words = problem_words("dynamics", refused.reason, field=refused.field, words=refused.words)
    assert words.says == "This environment of Dynamics 365 has no user for the app."
    assert words.do.startswith("Add it under “Application users”")


def test_an_unknown_reason_has_words_too():
    assert UNKNOWN in problem_words("hubspot", "of_another_release").says
