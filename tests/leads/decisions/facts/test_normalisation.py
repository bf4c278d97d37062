"""Captures: every field in one spelling, and nothing lost that could not be read."""

from zoneinfo import ZoneInfo

import pytest

from leads.decisions.facts.normalisation import FREE_MAIL, Problem, normalise

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("given", "email"),
    [
        ("Dewi.Lestari@Example.COM", "dewi.lestari@example.com"),
        ("  dewi@example.com ", "dewi@example.com"),
        ("Dewi Lestari <Dewi@Example.com>", "dewi@example.com"),
        ("mailto:dewi@example.com", "dewi@example.com"),
        ("dewi+demo@example.co.id", "dewi+demo@example.co.id"),
        ("info@müller.example.com", "info@müller.example.com"),
    ],
)
def test_normalise_writes_emails_in_lower_case(given, email):
    facts = normalise({"email": given})
    assert (facts.email, facts.problems, facts.extra) == (email, (), {})


@pytest.mark.parametrize(
    "given",
    [
        "dewi",
        "dewi@",
        "@example.com",
        "dewi@localhost",
        "a..b@example.com",
        "dewi@example.test",
        "x" * 300 + "@example.com",
    ],
)
def test_normalise_keeps_a_refused_email_beside_the_fields(given):
    facts = normalise({"email": given})
    assert (facts.email, facts.extra) == ("", {"email": given})
    assert facts.problems == (Problem("email", "invalid", given[:200]),)


@pytest.mark.parametrize(
    "raw",
    [
        {"email": "a@example.com ::: b@example.com"},
        {"email": "A@example.com", "further_email": "b@example.com, a@example.com"},
        {"email": "", "further_email": "a@example.com", "further_email 2": "b@example.com"},
        {"further_email 2": "b@example.com", "email": "n/a", "further_email": "a@example.com"},
    ],
)
def test_normalise_takes_the_first_good_email_and_keeps_the_others(raw):
    facts = normalise(raw)
    assert (facts.email, facts.further_emails) == ("a@example.com", ("b@example.com",))
    assert (facts.problems, facts.extra) == ((), {})


def test_normalise_takes_the_first_of_several_in_a_cell_and_says_so():
    facts = normalise({"email": "a@example.com; b@example.com", "phone": "021-555-1234 / 0812-3456-7890"})
    assert (facts.email, facts.further_emails) == ("a@example.com", ("b@example.com",))
    assert (facts.phone, facts.further_phones) == ("+62215551234", ("+6281234567890",))
    assert facts.problems == (
        Problem("email", "several", "a@example.com; b@example.com"),
        Problem("phone", "several", "021-555-1234 / 0812-3456-7890"),
    )


def test_normalise_says_which_of_several_could_not_be_read():
    facts = normalise(
        {"email": "a@example.com; b@example", "further_email": "nobody", "phone": "0812-3456-7890 / 0812345"}
    )
    assert (facts.email, facts.further_emails, facts.phone) == ("a@example.com", (), "+6281234567890")
    assert facts.problems == (
        Problem("email", "invalid", "a@example.com; b@example"),
        Problem("further_email", "invalid", "nobody"),
        Problem("phone", "invalid", "0812-3456-7890 / 0812345"),
    )
    assert facts.extra["further_email"] == "nobody"


@pytest.mark.parametrize(
    ("raw", "phone"),
    [
        ({"phone": "0812-3456-7890"}, "+6281234567890"),
        ({"phone": "628123456789"}, "+628123456789"),
        ({"phone": "+1 (415) 555-2671"}, "+14155552671"),
        ({"phone": "(415) 555-2671", "country": "USA"}, "+14155552671"),
        ({"phone": 81234567890}, "+6281234567890"),
        ({"phone": "'+6281234567890"}, "+6281234567890"),
    ],
)
def test_normalise_writes_phones_as_e164(raw, phone):
    facts = normalise(raw)
    assert (facts.phone, facts.problems) == (phone, ())


def test_normalise_reads_a_local_number_in_the_default_region():
    assert normalise({"phone": "(415) 555-2671"}, default_region="US").phone == "+14155552671"


def test_normalise_keeps_the_extension_of_a_phone():
    facts = normalise({"phone": "+1 415-555-2671 x5610"})
    assert (facts.phone, facts.extra) == ("+14155552671", {"phone_extension": "5610"})


@pytest.mark.parametrize("given", ["12", "call me", "9" * 100])
def test_normalise_keeps_a_refused_phone_beside_the_fields(given):
    facts = normalise({"phone": given})
    assert (facts.phone, facts.extra, facts.problems) == ("", {"phone": given}, (Problem("phone", "invalid", given),))


@pytest.mark.parametrize(
    "raw",
    [
        {"phone": "+62 21 5551234 ::: +62 812-3456-7890"},
        {"phone": "021-555-1234", "further_phone": "", "further_phone 2": "0812-3456-7890"},
    ],
)
def test_normalise_takes_the_first_good_phone_and_keeps_the_others(raw):
    facts = normalise(raw)
    assert (facts.phone, facts.further_phones) == ("+62215551234", ("+6281234567890",))
    assert (facts.problems, facts.extra) == ((), {})


@pytest.mark.parametrize(
    ("raw", "domain"),
    [
        ({"website": "https://shop.acme.co.id/contact?x=1"}, "acme.co.id"),
        ({"website": "www.acme.com", "email": "dewi@other.com"}, "acme.com"),
        ({"email": "dewi@mail.acme.co.id"}, "acme.co.id"),
        ({"email": "dewi@gmail.com"}, ""),
        ({"email": "dewi@yahoo.co.id"}, ""),
        ({"email": "dewi@plasa.com"}, ""),
        ({"website": "https://www.facebook.com/acme", "email": "dewi@acme.com"}, "acme.com"),
        ({"website": "http://10.0.0.1/"}, ""),
        ({"company_domain": "ACME.com", "email": "dewi@other.com"}, "acme.com"),
        ({"company_domain": "gmail.com", "email": "dewi@acme.com"}, "acme.com"),
        ({"website": "acme.blogspot.com"}, "acme.blogspot.com"),
        ({"website": "http://xn--mller-kva.example.de"}, "example.de"),
        ({"email": "dewi@mail.kopisenja.example"}, "kopisenja.example"),
    ],
)
def test_normalise_finds_the_company_domain(raw, domain):
    assert normalise(raw).company_domain == domain


def test_free_mail_knows_indonesian_providers():
    assert {"plasa.com", "telkom.net", "cbn.net.id", "yahoo.co.id", "gmail.com"} <= FREE_MAIL


@pytest.mark.parametrize(
    ("given", "website"),
    [
        ("Acme.COM/About", "https://acme.com/About"),
        ("http://www.acme.com", "http://www.acme.com"),
        ("acme.com:8080", "https://acme.com:8080"),
    ],
)
def test_normalise_completes_websites(given, website):
    assert normalise({"website": given}).website == website


@pytest.mark.parametrize(
    "given",
    ["javascript:alert(1)", "ftp://acme.com", "acme", "http://user:pw@acme.com", "http://[::1", "not a site.com"],
)
def test_normalise_refuses_websites_that_are_no_safe_links(given):
    facts = normalise({"website": given})
    assert (facts.website, facts.problems) == ("", (Problem("website", "invalid", given),))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("Indonesia", "ID"),
        ("id", "ID"),
        ("IDN", "ID"),
        ("Republik Indonesia", "ID"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("Amerika Serikat", "US"),
        ("UK", "GB"),
        ("England", "GB"),
        ("Singapura", "SG"),
        ("Jepang", "JP"),
        ("Deutschland", "DE"),
        ("Republic of Korea", "KR"),
        ("Côte d'Ivoire", "CI"),
        ("NA", "NA"),
        ("N/A", ""),
    ],
)
def test_normalise_writes_countries_as_iso_codes(given, code):
    facts = normalise({"country": given})
    assert (facts.country, facts.problems) == (code, ())


def test_normalise_keeps_an_unknown_country_beside_the_fields():
    facts = normalise({"country": "Atlantis"})
    assert (facts.country, facts.extra) == ("", {"country": "Atlantis"})
    assert facts.problems == (Problem("country", "unknown", "Atlantis"),)
