"""The report on the survey: who reads whose results, from how many answers on, and in which words (H3, C9)."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing.models import SurveyGroup
from tests.factories import TeamFactory, make_manager

pytestmark = pytest.mark.django_db
PAGE = "/reports/survey/"
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)


@pytest.fixture(autouse=True)
def december(time_machine):
    time_machine.move_to(datetime.fromisoformat("2026-12-01T08:00:00+07:00"), tick=False)


def shown(client, query: str = "") -> dict[str, tuple[str, ...]]:
    """The rows of the table, by month and team: asked, answered, took part, fair, clear, against the targets."""
    (table,) = client.get(f"{PAGE}{query}").context["tables"]
    return {row.name: tuple(cell.text for cell in row.cells) for band in table.bands for row in band.rows}


def says(client, query: str = "") -> str:
    return client.get(f"{PAGE}{query}").context["answer"].facts["says"]


def counted(team, *answers: int, unclear: int = 0, month: date = NOVEMBER, asked: int | None = None) -> SurveyGroup:
    """`team` None: all the others."""
    scores = {f"fair_{score}": answers.count(score) for score in range(1, 6)}
    return SurveyGroup.objects.create(
        month=month,
        team=team,
        team_name=team.name if team else "",
        is_others=team is None,
        asked=len(answers) if asked is None else asked,
        clear=len(answers) - unclear,
        unclear=unclear,
        **scores,
    )


def test_the_page_says_the_figure_first_and_flags_83_percent(client, as_ops, team, page_text):
    counted(team, 4, 4, 5, 3, 5, 4, unclear=1, asked=8)
    assert (
        "In November 2026 reps gave 4.17 of 5 to how fairly leads are shared out, above the target of 4.0. "
        "83 % understand how leads are assigned; the target is everybody."
    ) in page_text(client.get(PAGE))
    found = ("8", "6", "75\u00a0%", "4.17", "83\u00a0%", "not clear to everybody")
    assert shown(client)["November 2026"] == found


def test_a_change_is_told_against_the_month_before(client, as_ops, team):
    counted(team, 4, 4, 4, 4, 4, month=OCTOBER)
    counted(team, 4, 4, 5, 3, 5, 4)
    assert says(client).endswith(
        "Everybody who answered understands how leads are assigned. Fairness is 0.17 up on October."
    )


def test_fewer_than_five_answers_are_not_shown_and_it_says_so(client, as_ops, team):
    counted(team, 1, 1, 1, 1, asked=6)
    assert says(client) == "The answers of November 2026 are not shown, because there are fewer than 5."
    found = ("6", "4", "67\u00a0%", "n/a", "n/a", "not shown: fewer than 5 answers")
    assert shown(client)["November 2026"] == found


def test_no_answers_are_n_a(client, as_ops, team):
    counted(team, asked=6)
    assert says(client) == "Nobody answered in November 2026."
    assert shown(client)["November 2026"] == ("6", "0", "0\u00a0%", "n/a", "n/a", "nobody answered")
    assert [*shown(client)] == ["December 2026", "November 2026"]  # before, nobody was asked


def test_the_sum_does_not_tell_of_a_small_rest(client, as_ops, team):
    counted(team, 5, 5, 5, 5, 5, 5)
    counted(None, 1, 1)
    assert shown(client)["November 2026"] == (
        "8",
        "8",
        "100\u00a0%",
        "5.00",
        "100\u00a0%",
        "both met; without 2 answers of groups that are too small",
    )


def test_managers_read_their_own_teams_only(client, as_manager, team):
    other = TeamFactory(name="Elsewhere")
    counted(team, 5, 5, 5, 5, 5)
    counted(other, 1, 1, 1, 1, 1)
    assert shown(client)["November 2026"][3] == "5.00"
    refused = client.get(f"{PAGE}?team={other.pk}")
    assert (refused.status_code, b"Elsewhere" in refused.content) == (404, False)
    assert shown(client, f"?team={other.pk}")["November 2026"][3] == "5.00"


def test_two_small_teams_of_one_manager_are_not_added_up(client):
    teams = TeamFactory(), TeamFactory()
    client.force_login(make_manager(*teams))
    for team in teams:
        counted(team, 1, 1, 1)
    found = ("6", "6", "100\u00a0%", "n/a", "n/a", "not shown: fewer than 5 answers")
    assert shown(client)["November 2026"] == found


def test_a_team_that_is_too_small_is_counted_with_the_others(client, as_manager):
    counted(None, 5, 5, 5, 5, 5)
    assert says(client) == ("In November 2026 fewer than 5 were asked here, so they are counted with other teams.")


def test_ops_filter_by_team_and_read_all_teams_beside_each_other(client, as_ops, team):
    other = TeamFactory(name="Elsewhere")
    counted(team, 5, 5, 5, 5, 5)
    counted(other, 1, 1, 1, 1, 1)
    counted(None, 3, 3, 3, 3, 3)
    table = shown(client)
    names = ("November 2026", team.name, "Elsewhere", "The other teams together")
    assert [table[name][3] for name in names] == ["3.00", "5.00", "1.00", "3.00"]
    assert shown(client, f"?team={other.pk}")["November 2026"][3] == "1.00"


def test_twelve_months_and_the_open_one_waits(client, as_ops, team):
    counted(team, 5, 5, 5, 5, 5, month=date(2026, 12, 1), asked=9)
    for number in range(13):
        counted(None, month=date(2025 + (number + 10) // 12, (number + 10) % 12 + 1, 1), asked=5)
    table = shown(client)
    assert [*table][0:12:11] == ["December 2026", "January 2026"] and len(table) == 12
    assert table["December 2026"] == ("9", "5", "56\u00a0%", "n/a", "n/a", "open until 1 Jan")


def test_the_table_can_be_downloaded(client, as_ops, team):
    counted(team, 4, 4, 5, 3, 5, 4, unclear=1, asked=8)
    lines = client.get(f"{PAGE}?format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == 'Group,Month or team,Asked,Answered,Took part,"Fair, 1 to 5",Understand it,Against the targets'
    assert lines[2] == "By month,November 2026,8,6,0.75,4.1667,0.8333,not clear to everybody"


def test_more_teams_and_months_cost_no_more_statements(client, as_ops):
    counts = []
    for number in (1, 2):
        for _team in range(number * 2 - 1):
            team = TeamFactory()
            counted(team, 4, 4, 5, 3, 5, month=NOVEMBER)
            counted(team, 4, 4, 5, 3, 5, month=OCTOBER)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20


def test_a_month_in_which_nobody_was_asked_is_left_out(client, as_manager):
    counted(None, asked=0)
    assert "November 2026" not in shown(client)
    assert says(client) == "No month of the survey is over yet."
