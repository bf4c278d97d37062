"""Guesses by names: fields and statuses of the three CRMs (I4)."""

import pytest

from queues.decisions.crm.guesses import There, guess_closing, guess_fields, guess_statuses, meant_stage


def test_the_fields_of_each_crm_are_known_by_their_names():
    salesforce = [
        There("Email", "Email"),
        There("Company", "Company"),
        There("NumberOfEmployees", "Employees", "number"),
    ]
    assert guess_fields("salesforce", salesforce, {}) == {
        "email": "Email",
        "company_name": "Company",
        "company_size": "NumberOfEmployees",
    }
    lead_object = [There("hs_lead_name", "Lead name"), There("contact.email", "Contact: Email")]
    assert guess_fields("hubspot", lead_object, {})["email"] == "contact.email"


def test_own_fields_are_found_by_their_titles_and_a_yes_or_no_is_no_text():
    fields = [There("budget__c", "Budget 2027"), There("Industry", "Industry", "boolean")]
    assert guess_fields("salesforce", fields, {"own_budget": ["Budget 2027"]}) == {"own_budget": "budget__c"}


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("Open - Not Contacted", "waiting"),
        ("Working - Contacted", "contacted"),
        ("Closed - Converted", "converted"),
        ("Closed - Not Converted", "disqualified"),
        ("IN_PROGRESS", "held"),
        ("Bad Timing", "nurture"),
        ("Attempted to Contact", "held"),
        ("Not reached", "held"),
        ("Not interested", "disqualified"),
        ("Qualified leads: New", "waiting"),
        ("Vielleicht", ""),
    ],
)
def test_a_status_means_a_stage_by_its_words(words, stage):
    assert meant_stage(words) == stage


def test_of_two_statuses_that_mean_one_stage_the_first_counts():
    statuses = [There("new", "New"), There("open", "Open"), There("working", "Working")]
    assert guess_statuses(statuses) == {"waiting": "new", "held": "open"}
    closed = [There("u", "Unqualified"), There("n", "New"), There("q", "Qualified")]
    assert guess_closing(closed) == {"u": "disqualified"}


def test_what_the_crm_says_counts_before_words():
    statuses = [
        There("1", "Lost", is_closed=False),
        There("2", "Selesai", is_closed=True),
        There("3", "Jadi", is_closed=True, is_writable=False),
        There("4", "New", is_closed=True),
    ]
    assert guess_closing(statuses) == {"2": "disqualified", "3": "converted", "4": "disqualified"}
    assert guess_statuses(statuses) == {}
