"""The words of a rep's first contacts: the goal, the change since the month before, and few leads (E3, L2)."""

from datetime import timedelta

from dashboards.presenters.response import response_words
from dashboards.queries.response import Response, Responses

MINUTE = timedelta(minutes=1)


def words(now: Response, before: Response | None = None):
    return response_words(Responses(now, before or Response()))


def test_without_a_measurement_nothing_is_claimed():
    found = words(Response())
    assert (found.in_time, found.contacted, found.counts) == ("n/a in time", "n/a", "")
    assert (found.time_trend, found.contact_trend, found.goal) == ("", "", "")


def test_the_goal_is_named_where_it_is_missed_but_not_for_few_leads():
    assert words(Response(in_time=8, judged=9)).goal == ""
    below = words(Response(in_time=8, judged=10))
    assert (below.in_time, below.goal) == ("80\xa0% in time", "Below the goal of 90\xa0%")
    assert words(Response(in_time=9, judged=10)).goal == ""  # exactly the goal is met


def test_what_changed_since_the_month_before():
    before = Response(median=30 * MINUTE, contacted=10, taken=10)
    faster = words(Response(median=10 * MINUTE, contacted=9, taken=10), before)
    assert (faster.time_trend, faster.contact_trend) == ("20\xa0min faster", "10 points fewer")
    assert (faster.contacted, faster.counts) == ("90\xa0%", "9 of 10")
    slower = words(Response(median=91 * MINUTE, contacted=10, taken=10), before)
    assert (slower.time_trend, slower.contact_trend) == (
        "1\xa0h\xa001\xa0min slower",
        "as before",
    )
    assert words(Response(median=30 * MINUTE + timedelta(seconds=59)), before).time_trend == "as before"
