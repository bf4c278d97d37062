"""What happened in a CRM, as the timeline says it."""

import pytest

from dashboards.presenters.crm_story import crm_line
from queues.decisions.crm.meeting import Code


def says(code, **details):
    return crm_line({"crm": "salesforce", "connection": "Salesforce", "code": str(code), **details})


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        (
            {"code": "owner_ours", "theirs": "Sarah", "was": "Rina", "ours": "Rina", "who": "Dimas"},
            "Salesforce: Dimas changed the owner from Rina to Sarah. Alur’s owner wins, so Rina’s name goes back.",
        ),
        (
            {"code": "owner_theirs", "theirs": "Sarah", "was": "Rina"},
            "Salesforce: the owner changed from Rina to Sarah. "
            "The CRM’s owner wins, so the lead went to Sarah here too.",
        ),
        ({"code": "owner_none", "was": "Rina"}, "Salesforce: the owner Rina was removed. Nothing changes here."),
        (
            {"code": "closed", "theirs": "Junk", "was": "New", "stage": "disqualified"},
            "Salesforce: the status changed from New to Junk. That closes the lead here: Disqualified.",
        ),
        ({"code": "deleted"}, "Salesforce: the record was deleted. The lead stays here."),
    ],
)
def test_a_line_is_a_plain_sentence(details, sentence):
    assert says(**details) == (sentence, "")


@pytest.mark.parametrize("code", Code)
@pytest.mark.parametrize("names", [{}, {"theirs": "Sarah 🚀", "was": "O’Brien", "ours": "Rina", "who": "Dimas"}])
def test_every_code_has_words(code, names):
    sentence, more = says(code, connection="Branch, Surabaya", **names)
    assert sentence.endswith(".") and sentence.startswith("Salesforce: ") and "%" not in sentence
    assert more == "Branch, Surabaya"
