"""What the rules see of a lead."""

import pytest

from leads.decisions.conditions.parsing import FIELDS, derive
from leads.decisions.facts.normalisation import Facts, Problem


def test_derive_has_a_value_for_every_field():
    assert set(derive(Facts())) == set(FIELDS)


@pytest.mark.parametrize(
    ("facts", "is_student"),
    [
        (Facts(email="dewi@students.ui.ac.id"), True),
        (Facts(email="dewi@mit.edu"), True),
        (Facts(email="dewi@uni.edu.au"), True),
        (Facts(email="dewi@sma1.sch.id"), True),
        (Facts(company_domain="ugm.ac.id"), True),
        (Facts(company_name="Universitas Indonesia"), True),
        (Facts(company_name="University of Leeds"), True),
        (Facts(title="Mahasiswa"), True),
        (Facts(title="Student"), True),
        (Facts(email="dewi@education.com", company_name="Universal Foods", title="Studio lead"), False),
        (Facts(email="dewi@edu.com"), False),
    ],
)
def test_derive_guesses_students(facts, is_student):
    assert derive(facts)["is_student"] is is_student


@pytest.mark.parametrize(
    ("facts", "is_complete"),
    [
        (Facts(email="dewi@gmail.com", first_name="Dewi"), True),
        (Facts(phone="+6281234567890", company_name="Acme"), True),
        (Facts(email="dewi@acme.com", company_domain="acme.com"), True),
        (Facts(email="dewi@gmail.com"), False),
        (Facts(first_name="Dewi", company_name="Acme"), False),
        (Facts(external_id="7"), False),
    ],
)
def test_derive_knows_what_is_complete(facts, is_complete):
    assert derive(facts)["is_complete"] is is_complete


@pytest.mark.parametrize(
    ("email", "is_free"), [("a@gmail.com", True), ("a@yahoo.co.id", True), ("a@acme.com", False), ("", False)]
)
def test_derive_knows_free_mail(email, is_free):
    assert derive(Facts(email=email))["is_free_mail"] is is_free


def test_derive_fills_from_the_account_what_the_lead_did_not_say():
    account = {"tier": "enterprise", "size": 900, "industry": "Retail", "is_target": True, "is_customer": False}
    seen = derive(Facts(industry="Food"), account=account)
    assert (seen["account_tier"], seen["company_size"], seen["industry"]) == ("enterprise", 900, "Food")
    assert (seen["is_target"], seen["is_customer"], seen["is_competitor"]) == (True, False, False)


def test_derive_takes_what_the_caller_knows_better():
    seen = derive(
        Facts(score=10, source="ads", lead_type="cold"),
        channel="api",
        tier="smb",
        source="Google Ads",
        lead_type="mql",
        score=0,
        duplicate_percent=91,
        is_reengaged=True,
        from_nurture=True,
        referred_by_customer=True,
    )
    assert (seen["score"], seen["source"], seen["lead_type"], seen["channel"]) == (0, "Google Ads", "mql", "api")
    assert (seen["account_tier"], seen["possible_duplicate"]) == ("smb", 91)
    assert (seen["is_reengaged"], seen["from_nurture"], seen["referred_by_customer"]) == (True, True, True)


def test_derive_finds_the_campaign_among_the_extra_columns():
    assert derive(Facts(extra={"utm_campaign": "Lebaran"}))["campaign"] == "Lebaran"
    assert derive(Facts(extra={"Campaign": "Ramadan", "utm_campaign": "x"}))["campaign"] == "Ramadan"


def test_derive_lists_the_fields_with_problems_once():
    problems = (Problem("email", "invalid"), Problem("phone", "invalid"), Problem("email", "too_long"))
    assert derive(Facts(problems=problems))["problems"] == ("email", "phone")
