"""Figures, times, names and other values of a capture (A2)."""

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decisions.facts.fields import SEVERAL
from leads.decisions.facts.normalisation import FIELDS, LIMITS, Facts, Problem, is_usable, normalise
from tests.effort import examples

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("given", "size"),
    [
        ("50-200", 50),
        ("51–200", 51),
        ("1,000+", 1000),
        ("1.000", 1000),
        ("10.001 - 50.000", 10001),
        ("180 people", 180),
        ("200 karyawan", 200),
        ("> 500", 500),
        ("< 50", 1),
        ("10k+", 10000),
        ("501-1,000 employees", 501),
        (42, 42),
        (42.0, 42),
        ("0", 0),
    ],
)
def test_normalise_reads_sizes_by_their_lower_end(given, size):
    facts = normalise({"company_size": given})
    assert (facts.company_size, facts.problems) == (size, ())


@pytest.mark.parametrize("given", ["many", "Nov-50", "-5", "99999999999", "²"])
def test_normalise_refuses_sizes_that_are_none(given):
    facts = normalise({"company_size": given})
    assert (facts.company_size, [problem.code for problem in facts.problems]) == (None, ["invalid"])


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ("Rp 12.500.000", "12500000.00"),
        ("Rp12.500.000,-", "12500000.00"),
        ("Rp 12.500.000,50", "12500000.50"),
        ("$1,200.50", "1200.50"),
        ("1200.5", "1200.50"),
        ("1.200,50", "1200.50"),
        ("1,234", "1234.00"),
        ("0.125", "0.13"),
        ("1,5 juta", "1500000.00"),
        ("12 jt", "12000000.00"),
        ("Rp 2 M", "2000000000.00"),
        ("$2M", "2000000.00"),
        ("USD 5k", "5000.00"),
        ("1.25E+07", "12500000.00"),
        (Decimal("1.234"), "1.23"),
        (7, "7.00"),
    ],
)
def test_normalise_reads_amounts_of_either_custom(given, amount):
    facts = normalise({"deal_size": given})
    assert (facts.deal_size, facts.problems) == (Decimal(amount), ())


def test_normalise_keeps_the_currency_of_an_amount():
    assert normalise({"deal_size": "Rp 12.500.000"}).extra == {"deal_size": "Rp 12.500.000"}


@pytest.mark.parametrize(
    "given", ["lots", "-5", "1.2.3", "1,20,0", "9" * 30, float("nan"), float("inf"), Decimal("sNaN"), 10**400]
)
def test_normalise_refuses_amounts_that_are_none(given):
    facts = normalise({"deal_size": given})
    assert (facts.deal_size, [problem.code for problem in facts.problems]) == (None, ["invalid"])


@pytest.mark.parametrize(
    ("given", "score", "codes"),
    [
        ("87", 87, []),
        (" 87 % ", 87, []),
        ("87/100", 87, []),
        ("80.5", 81, []),
        (0, 0, []),
        (100, 100, []),
        ("", None, []),
        (None, None, []),
        ("101", None, ["out_of_range"]),
        (-1, None, ["out_of_range"]),
        ("hot", None, ["invalid"]),
        (True, None, ["wrong_type"]),
        (float("nan"), None, ["invalid"]),
        ([90], None, ["wrong_type"]),
    ],
)
def test_normalise_takes_scores_from_0_to_100(given, score, codes):
    facts = normalise({"score": given, "engagement": given})
    assert (facts.score, facts.engagement) == (score, score)
    assert [problem.code for problem in facts.problems] == codes * 2


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ("2018-02-01", datetime(2018, 1, 31, 17, tzinfo=UTC)),
        ("2018-02-26 19:58:54", datetime(2018, 2, 26, 12, 58, 54, tzinfo=UTC)),
        ("2018-02-26T19:58:54Z", datetime(2018, 2, 26, 19, 58, 54, tzinfo=UTC)),
        ("2018-02-26T19:58:54+01:00", datetime(2018, 2, 26, 18, 58, 54, tzinfo=UTC)),
        ("26/02/2018", datetime(2018, 2, 25, 17, tzinfo=UTC)),
        ("3/2/2018 07:05", datetime(2018, 2, 3, 0, 5, tzinfo=UTC)),
        ("26-02-2018 7:05 PM", datetime(2018, 2, 26, 12, 5, tzinfo=UTC)),
        ("26/02/2018 12:05 am", datetime(2018, 2, 25, 17, 5, tzinfo=UTC)),
        ("2018-02-26 19:58 WITA", datetime(2018, 2, 26, 11, 58, tzinfo=UTC)),
        ("20180226", datetime(2018, 2, 25, 17, tzinfo=UTC)),
        ("2099-01-01T00:00Z", datetime(2099, 1, 1, tzinfo=UTC)),
        (date(2018, 2, 1), datetime(2018, 1, 31, 17, tzinfo=UTC)),
        (datetime(2018, 2, 1, 9), datetime(2018, 2, 1, 2, tzinfo=UTC)),
        (datetime(2018, 2, 1, 9, tzinfo=timezone(timedelta(hours=9))), datetime(2018, 2, 1, tzinfo=UTC)),
    ],
)
def test_normalise_reads_times_in_the_given_zone(given, at):
    facts = normalise({"captured_at": given}, tz=JAKARTA)
    assert (facts.captured_at, facts.problems) == (at, ())


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("1517443200", "invalid"),
        ("1517443200000", "invalid"),
        (1517443200, "invalid"),
        (43157.5, "serial"),
        ("43157", "serial"),
        ("2018-13-01", "invalid"),
        ("soon", "invalid"),
        ("1066-10-14", "invalid"),
        ("26/02/2018 13:00 PM", "invalid"),
        ("26/02/2018 00:30 am", "invalid"),
        ("02/03/18", "ambiguous"),
        (datetime(1, 1, 1), "invalid"),
    ],
)
def test_normalise_refuses_times_that_could_mean_anything(given, code):
    facts = normalise({"captured_at": given})
    assert (facts.captured_at, [problem.code for problem in facts.problems]) == (None, [code])


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ({"name": "Dewi Lestari"}, "Dewi", "Lestari"),
        ({"name": "Lestari, Dewi"}, "Dewi", "Lestari"),
        ({"name": "Sukarno"}, "Sukarno", ""),
        ({"name": "Maria de la Cruz"}, "Maria", "de la Cruz"),
        ({"name": "Muhammad Rizky Pratama"}, "Muhammad Rizky", "Pratama"),
        ({"name": "Dewi Lestari, S.E."}, "Dewi", "Lestari, S.E."),
        ({"first_name": "Dewi", "name": "Dewi Lestari"}, "Dewi", ""),
        ({"first_name": "None", "last_name": "Null"}, "None", "Null"),
        ({"name": "-"}, "", ""),
    ],
)
def test_normalise_splits_whole_names(raw, first, last):
    facts = normalise(raw)
    assert (facts.first_name, facts.last_name) == (first, last)


@pytest.mark.parametrize("whole", ["Dewi Lestari", "Lestari, Dewi", "LESTARI Dewi", "dewi  lestari"])
def test_a_whole_name_that_repeats_its_halves_is_said_once(whole):
    assert normalise({"first_name": "Dewi", "last_name": "Lestari", "name": whole}).extra == {}


def test_normalise_keeps_a_whole_name_that_says_more():
    assert normalise({"first_name": "Dewi", "name": "Dewi Lestari"}).extra == {"name": "Dewi Lestari"}


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("Hot Inbound", "hot_inbound"),
        ("hot-inbound", "hot_inbound"),
        ("MQL", "mql"),
        ("warm lead", "warm"),
        ("COLD", "cold"),
    ],
)
def test_normalise_knows_lead_types_by_label(given, kind):
    facts = normalise({"lead_type": given})
    assert (facts.lead_type, facts.problems) == (kind, ())


def test_normalise_keeps_an_unknown_lead_type_beside_the_fields():
    facts = normalise({"lead_type": "online small"})
    assert (facts.lead_type, facts.extra) == ("", {"lead_type": "online small"})


def test_normalise_keeps_the_source_as_it_is_called():
    assert normalise({"source": "  Organic  Search (SEO) "}).source == "Organic Search (SEO)"


@pytest.mark.parametrize("given", ["null", "NULL", "n/a", "-", " ", "nan", None])
def test_normalise_makes_no_identity_of_fillers(given):
    assert normalise({"external_id": given, "email": given, "phone": given, "company_name": given}) == Facts()


def test_normalise_strips_what_databases_and_screens_cannot_take():
    facts = normalise({"first_name": "De\x00wi\ud800", "last_name": "Le\tstari\n\u202e", "message": "one\r\ntwo\x00\n"})
    assert (facts.first_name, facts.last_name, facts.message) == ("Dewi", "Le stari", "one\ntwo")


def test_normalise_cuts_at_the_limits_and_says_so():
    texts = ["first_name", "last_name", "company_name", "title", "industry", "city", "message", "source"]
    facts = normalise(dict.fromkeys(texts, "x" * 20000))
    assert [len(getattr(facts, name)) for name in texts] == [LIMITS[name] for name in texts]
    assert {problem.field for problem in facts.problems} == set(texts)
    assert {problem.code for problem in facts.problems} == {"too_long"}


def test_normalise_never_makes_one_id_of_two_long_ones():
    one, other = normalise({"external_id": "7" * 200 + "a"}), normalise({"external_id": "7" * 200 + "b"})
    assert len(one.external_id) == len(other.external_id) == LIMITS["external_id"]
    assert one.external_id != other.external_id


def test_normalise_keeps_unknown_columns():
    facts = normalise({"Deal Stage": "New", "empty": "", "nested": {"a": [1]}, "flag": True, "n": 3.0})
    assert facts.extra == {"Deal Stage": "New", "nested": '{"a": [1]}', "flag": "true", "n": "3"}


def test_normalise_bounds_the_unknown_columns():
    facts = normalise({f"c{number}": "x" for number in range(150)})
    assert len(facts.extra) == 100
    assert facts.problems == (Problem("extra", "too_many", "c100"),)


def test_normalise_bounds_an_unknown_value():
    facts = normalise({"essay": "x" * 5000})
    assert (len(facts.extra["essay"]), facts.problems) == (2000, (Problem("extra", "too_long", "essay"),))


@pytest.mark.parametrize(
    ("raw", "usable"),
    [
        ({"external_id": "7"}, True),
        ({"email": "a@example.com"}, True),
        ({"phone": "081234567890"}, True),
        ({"company_name": "Acme", "first_name": "Dewi"}, True),
        ({"website": "acme.com", "last_name": "Lestari"}, True),
        ({"company_name": "Acme"}, False),
        ({"first_name": "Dewi"}, False),
        ({"email": "nonsense", "source": "x"}, False),
        ({}, False),
    ],
)
def test_is_usable_asks_for_somebody_to_work_with(raw, usable):
    assert is_usable(normalise(raw)) is usable


VALUES = st.one_of(
    st.text(),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.datetimes(),
    st.lists(st.text(max_size=3), max_size=3),
    st.sampled_from(
        ["Rp 1.000", "a@example.com", "0812-3456-7890", "1-2", "\ud800", "N/A", "acme.com", "Indonesia", "x@", "1e5"]
    ),
)


@given(st.dictionaries(st.one_of(st.sampled_from(FIELDS), st.text(max_size=5)), VALUES))
@settings(max_examples=examples(300), deadline=None)
def test_normalise_never_raises_and_stays_within_the_limits(raw):
    facts = normalise(raw)
    for name, limit in LIMITS.items():
        assert len(getattr(facts, name)) <= limit
        assert "\x00" not in getattr(facts, name)
    assert all(len(value) <= 2000 for value in facts.extra.values())


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES))
@settings(max_examples=examples(300), deadline=None)
def test_normalise_leaves_what_it_made_as_it_is(raw):
    once = normalise(raw)
    fields = {name: getattr(once, name) for name in FIELDS if name not in {"name", *SEVERAL}}
    again = normalise(fields)
    assert again == dataclasses.replace(once, extra={}, problems=(), further_emails=(), further_phones=())
