"""When a message is tried again, and when no more (I3)."""

from datetime import UTC, datetime, timedelta

import pytest

from leads.decisions.webhooks.retries import (
    OFF_AFTER,
    WAITS,
    Answer,
    Came,
    Verdict,
    asked_wait,
    is_to_be_switched_off,
    judge,
    rest,
)

AT = datetime(2026, 11, 16, 2, tzinfo=UTC)
DOWN = Answer(503)


def seconds(wait: timedelta | None) -> float | None:
    return wait.total_seconds() if wait is not None else None


def test_the_ladder_takes_three_days_and_then_gives_up():
    verdicts = [judge(DOWN, attempts=n, refusals=0, jitter=0) for n in range(1, 12)]
    waits = [each.wait for each in verdicts if each.came == Came.AGAIN]
    assert (waits, verdicts[9:]) == (list(WAITS), [Verdict(Came.FAILED)] * 2)
    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=3, hours=6)


def test_jitter_moves_a_wait_by_a_tenth_in_both_directions():
    found = [seconds(judge(DOWN, attempts=1, refusals=0, jitter=jitter).wait) for jitter in (-1, 0, 1)]
    assert found == [27, 30, 33]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_an_arrival(status):
    assert judge(Answer(status), attempts=10, refusals=2, jitter=0).came == Came.SENT


def test_gone_removes_at_once():
    assert judge(Answer(410), attempts=1, refusals=1, jitter=0).came == Came.GONE


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422])
def test_a_refusal_gets_three_tries(status):
    found = [judge(Answer(status), attempts=n, refusals=n, jitter=0).came for n in (1, 2, 3)]
    assert found == [Came.AGAIN, Came.AGAIN, Came.FAILED]


@pytest.mark.parametrize("answer", [Answer(n) for n in (301, 302, 408, 409, 425, 429, 500, 503)] + [Answer(None, "x")])
def test_what_may_pass_gets_the_whole_ladder(answer):
    found = [judge(answer, attempts=n, refusals=answer.is_refusal * n, jitter=0).came for n in (3, 9, 10)]
    assert found == [Came.AGAIN, Came.AGAIN, Came.FAILED]


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("9999999999", 86_400),
        ("Mon, 16 Nov 2026 02:10:00 GMT", 600),
        ("Wed, 18 Nov 2026 02:00:00 GMT", 86_400),
        ("Mon, 16 Nov 2026 01:00:00 GMT", None),
        ("Mon, 16 Nov 2026 02:10:00 -0000", 600),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("0", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date_and_counts_for_a_day_at_most(said, wait):
    assert seconds(asked_wait(429, {"retry-after": said}, at=AT)) == wait


@pytest.mark.parametrize(
    "said", ["feb 99999999999 99:99 1", "Mon, 1 Dec " + "1" * 60, "soon", "-5", "1e9", "\x00", "(", "٣"]
)
def test_a_retry_after_that_says_nothing_is_left_out(said):
    assert asked_wait(503, {"retry-after": said}, at=AT) is None


def test_retry_after_counts_only_when_busy_and_never_shortens_the_ladder():
    assert asked_wait(500, {"retry-after": "90"}, at=AT) is None
    asked = Answer(503, asked_to_wait=timedelta(seconds=90))
    found = [seconds(judge(asked, attempts=n, refusals=0, jitter=0).wait) for n in (1, 2)]
    assert found == [90, 300]


def test_an_endpoint_rests_longer_the_more_fails_but_not_for_one_refused_message():
    found = [seconds(rest(DOWN, failures=n)) for n in (1, 2, 3, 4, 5, 6, 7, 500)]
    assert found == [None, None, 30, 60, 120, 240, 300, 300]
    assert rest(Answer(422), failures=9) is None
    assert seconds(rest(Answer(429, asked_to_wait=timedelta(hours=2)), failures=1)) == 7200


def test_an_endpoint_goes_off_after_five_days_of_nothing_but_failures():
    since = [None, AT - OFF_AFTER + timedelta(seconds=1), AT - OFF_AFTER]
    assert [is_to_be_switched_off(each, at=AT) for each in since] == [False, False, True]
