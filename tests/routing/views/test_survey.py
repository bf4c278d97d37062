"""The two questions of the month, through the browser's doors (H3)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing.actions.survey import invite_to_survey
from routing.models import SurveyGroup
from tests.clients import PersonClient
from tests.factories import MORNING, make_rep
from tests.factories.pages import form_of

pytestmark = pytest.mark.django_db
PAGE = "/my-numbers/survey/"
FORM = {"month": "2026-11-01", "fair": "4", "understands": "yes"}


@pytest.fixture(autouse=True)
def now(morning):
    return morning


def answers() -> int:
    return sum(group.tally.answered for group in SurveyGroup.objects.all())


def test_a_rep_answers_and_reads_that_it_is_done(client, as_rep, page_text):
    asked = page_text(client.get(PAGE))
    assert 'name="fair" value="1"' in asked and "checked" not in asked.split("<main")[1]
    done = client.post(PAGE, FORM, follow=True)
    assert done.redirect_chain == [(PAGE, 302)]
    shown = page_text(done)
    assert "Thank you. Your answers are counted, and nobody can tell that they are yours." in shown
    assert "You have answered this month." in shown and 'name="fair"' not in shown
    assert answers() == 1


def test_two_tabs_count_once(client, as_rep, page_text):
    client.post(PAGE, FORM)
    second = client.post(PAGE, FORM | {"fair": "1"}, follow=True)
    assert "You have answered this month already. Your first answers count." in page_text(second)
    assert SurveyGroup.objects.get().tally.fair == (0, 0, 0, 1, 0)


@pytest.mark.parametrize(
    "changes", [{"fair": ""}, {"fair": "6"}, {"understands": ""}, {"understands": "perhaps"}, {"month": "soon"}]
)
def test_what_is_no_answer_is_refused_and_nothing_counts(client, as_rep, changes, page_text):
    refused = client.post(PAGE, FORM | changes)
    assert refused.status_code == 422
    assert 'class="al-error"' in page_text(refused)
    assert answers() == 0


def test_what_was_chosen_stays_when_the_other_question_is_open(client, as_rep, page_text):
    refused = client.post(PAGE, FORM | {"understands": ""})
    assert "Choose an answer." in page_text(refused)
    assert (form_of(refused, "survey")["fair"], "understands" in form_of(refused, "survey")) == (["4"], False)


def test_a_form_of_last_month_is_not_counted(client, as_rep, page_text):
    late = client.post(PAGE, FORM | {"month": "2026-10-01"}, follow=True)
    assert "That survey is over, and your answers were not counted." in page_text(late)
    assert answers() == 0


def test_the_answer_is_in_no_address_cookie_or_session(client, as_rep):
    done = client.post(PAGE, FORM | {"fair": "2", "understands": "no"}, follow=True)
    assert done.request["QUERY_STRING"] == ""
    kept = " ".join([*map(str, client.session.values()), *(cookie.value for cookie in client.cookies.values())])
    assert "fair" not in kept and "understands" not in kept


def test_an_error_report_hides_what_was_sent(as_rep, client):
    assert client.post(PAGE, FORM).wsgi_request.sensitive_post_parameters == "__ALL__"


def test_many_reps_cost_no_more_statements_than_few(client: PersonClient, team):
    counts = []
    for _round in range(2):
        user = make_rep(team)
        for _number in range(6):
            make_rep(team)
        invite_to_survey(at=MORNING)
        client.force_login(user)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
            client.post(PAGE, FORM)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
