"""Every reason has words: what happened, and what to do (I4)."""

import pytest

from config.reach.crm.errors import Reason
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


def test_an_unknown_reason_has_words_too():
    assert UNKNOWN in problem_words("hubspot", "of_another_release").says
