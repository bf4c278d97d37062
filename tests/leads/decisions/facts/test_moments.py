"""Dates and times as people and programs write them: unmistakable ones are read, partial and doubtful ones refused."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.facts.calendar_words import MONTHS
from leads.decisions.facts.date_orders import order_of_region
from leads.decisions.facts.moments import Unread, moment_of, possible_orders, read_moment
from leads.decisions.facts.normalisation import Problem, normalise

JAKARTA = ZoneInfo("Asia/Jakarta")
MOMENT = datetime(2026, 11, 16, 2, 30, tzinfo=UTC)  # half past nine in Jakarta
DAY = datetime(2026, 11, 15, 17, 0, tzinfo=UTC)  # its midnight


@pytest.mark.parametrize(
    "text",
    [
        "16 Nov 2026 09:30",
        "Nov 16, 2026 9:30 AM",
        "2026/11/16 9:30:00",
        "2026-11-16 9:30:00 AM",
        "2026/11/16 9:30:00 AM GMT+7",
        "2026/11/16 2:30:00 AM GMT+0",
        "16. November 2026 09:30 Uhr",
        "Mon, 16 Nov 2026 09:30:00 +0700",
        "Senin, 16 November 2026 pukul 09.30 WIB",
        "16 novembre 2026 à 09h30",
        "Mon Nov 16 2026 09:30:00 GMT+0700 (Western Indonesia Time)",
        "Mon Nov 16 09:30:00 WIB 2026",
        "9:30 AM 16 Nov 2026",
        "November 16th, 2026 at 9:30 AM",
        "11/16/2026, 9:30:00\u202fAM",
        "16/11/2026 09.30",
        "16.11.2026 09:30",
        "20261116093000",
        "2026-11-16T02:30:00.000Z",
        "2026-11-16 09:30:00 +07:00",
        "16NOV2026 09:30",
        "2026-11-15 9:30 pm EST",
        "November 15 2026 6:30 pm (PST)",
        "16/11/2026 09:30 (WIB)",
        "20261116T093000+0700",
        "Nov 16th, 2026 @ 9:30 AM",
        "16 nov. 2026 à 9 h 30",
        "2026-11-16 09:30:00 (GMT+07:00)",
        "2026-11-16 02:30:00(UTC+00:00)",
        "2026-11-16 02:30 (UTC+0)",
        "2026/11/16 3:30:00 vorm. MEZ",
        "15.11.2026 9:30:00 nachm. EST",
        "2026/11/16 4:30:00 vorm. OEZ",
    ],
)
def test_a_moment_is_read(text):
    assert moment_of(text, JAKARTA) == MOMENT


@pytest.mark.parametrize(
    "text",
    [
        "16 November 2026",
        "16 de noviembre de 2026",
        "segunda-feira, 16 de novembro de 2026",
        "lun. 16 nov. 2026",
        "16-Nov-26",
        "Nov 16, '26",
        "le 16 novembre 2026",
        "2026 Nov 16",
        "2026.11.16",
        "16/11/2026",
        "11/16/2026",
        "16-11-2026",
        "20261116",
    ],
)
def test_a_day_is_its_midnight(text):
    assert moment_of(text, JAKARTA) == DAY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nov-51", "invalid"),
        ("51-200", "invalid"),
        ("16 Nov", "invalid"),
        ("Nov 2026", "invalid"),
        ("2026-11", "invalid"),
        ("09:30", "invalid"),
        ("16 Nov 2026 at 9", "invalid"),
        ("Tue, 16 Nov 2026", "invalid"),  # a Monday
        ("2026-11-16 09:30 CST", "invalid"),  # in America or in China
        ("2026-11-16 09:30 (CST)", "invalid"),
        ("31 Feb 2026", "invalid"),
        ("2026-13-11", "invalid"),
        ("16 Nov 55", "invalid"),  # of which century?
        ("16/11/26", "ambiguous"),
        ("10/11/12", "ambiguous"),
        ("46342.39", "serial"),
        ("46342", "serial"),
    ],
)
def test_what_is_partial_or_doubtful_is_refused_with_a_word(text, code):
    facts = normalise({"captured_at": text}, tz=JAKARTA)
    assert (facts.captured_at, facts.problems) == (None, (Problem("captured_at", code, text),))
    assert facts.extra == {"captured_at": text}


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("11/06/2026", "month", "2026-11-06"),
        ("11/06/2026", "day", "2026-06-11"),
        ("13/11/2026", "month", "2026-11-13"),  # unmistakable in any column
        ("13/11/2026", "mixed", "2026-11-13"),
        ("11/11/2026", "mixed", "2026-11-11"),
        ("16/11/26", "day", "2026-11-16"),
        ("26/11/16", "year", "2026-11-16"),
        ("11/25/26", "", "2026-11-25"),
        ("31/12/99", "", "1999-12-31"),
    ],
)
def test_the_order_of_the_column_decides(text, order, day):
    assert moment_of(text, UTC, order=order).date().isoformat() == day


def test_a_mixed_column_leaves_doubtful_dates_unread():
    facts = normalise({"captured_at": "11/06/2026"}, dates={"captured_at": "mixed"})
    assert (facts.captured_at, facts.problems[0].code) == (None, "ambiguous")


@pytest.mark.parametrize(
    ("region", "order", "read"),
    [
        ("ID", "day", datetime(2026, 6, 11, tzinfo=UTC)),
        ("US", "month", datetime(2026, 11, 6, tzinfo=UTC)),
        ("JP", "year", None),  # where nobody writes the year last, it could be either
    ],
)
def test_without_a_column_the_region_decides(region, order, read):
    assert order_of_region(region) == order
    assert normalise({"captured_at": "11/06/2026"}, default_region=region).captured_at == read


def test_seconds_are_read_only_in_a_column_of_seconds():
    seconds = str(int(MOMENT.timestamp()))
    assert moment_of(seconds, UTC, order="seconds") == moment_of(f"{seconds}000", UTC, order="seconds") == MOMENT
    assert (read_moment(seconds, UTC), read_moment("1999123123", UTC, order="seconds")) == (None, None)


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("11/06/2026", {"day", "month"}),
        ("13/11/2026 09:30", {"day"}),
        ("11/13/2026", {"month"}),
        ("31/12/99", {"day"}),
        ("10/11/12", {"day", "month", "year"}),
        ("2026-11-16", set()),
        ("16 Nov 2026", set()),
        ("soon", set()),
    ],
)
def test_three_numbers_have_possible_orders(text, orders):
    assert possible_orders(text) == orders


MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2049, 12, 31), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
SHAPES = (
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y/%m/%d %H:%M:%S %z",
    "%d %B %Y %H:%M %Z",
    "%d %b %y %I:%M %p UTC",
    "%B %d, %Y at %I:%M %p GMT",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %b %d %Y %H:%M:%S GMT%z (any place)",
    "%H:%M %Z %d %b %Y",
)


@given(MOMENTS, st.sampled_from(SHAPES), st.integers(-12, 14))
def test_any_moment_in_any_shape_comes_back(moment, shape, hours):
    local = moment.astimezone(timezone(timedelta(hours=hours), "UTC")) if "%Z" not in shape else moment
    given = local if "%z" in shape else moment
    assert moment_of(given.strftime(shape), JAKARTA) == moment


@given(MOMENTS, st.sampled_from(sorted(MONTHS)))
def test_any_month_in_any_language_comes_back(moment, name):
    text = f"{moment.day} {name} {moment.year}"
    if MONTHS[name] == moment.month:
        assert moment_of(text, UTC).date() == moment.date()


@given(
    st.one_of(
        st.text(max_size=30),
        st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,9}[-/. ]?[0-9]{0,4}( [0-9]{1,2}:[0-9]{2})?", fullmatch=True),
        st.floats(),
        st.integers(),
    ),
    st.sampled_from(["", "day", "month", "year", "mixed", "seconds"]),
)
def test_anything_else_is_refused_and_breaks_nothing(value, order):
    try:
        moment = moment_of(value, JAKARTA, order=order)
    except Unread as problem:
        assert problem.code in {"invalid", "ambiguous", "serial"}
    else:
        assert 1969 <= moment.year <= 2101
        assert moment.tzinfo is UTC
