"""What it costs to look for wishes: one statement when there are none, and few however many there are (I4)."""

from datetime import timedelta

import pytest

from queues.actions.crm.wishes import SETTLED, read_wishes
from queues.models import CrmLink
from routing.actions.assignment import AssignmentRequest, assign
from routing.models import Assignment
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.crm import make_connection, make_crm_link, make_remote_person

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def rina():
    return make_rep(first_name="Rina", last_name="")


@pytest.fixture
def connection(rina):
    connection = make_connection()
    make_remote_person(connection, rina, "u-rina")
    return connection


def give(lead, user) -> None:
    assign(AssignmentRequest(lead, user.pk, Assignment.How.BY_HAND), by=None, at=MORNING + SECOND)


def test_without_a_connection_that_writes_it_is_one_statement(django_assert_num_queries):
    make_connection(writes_out=False)
    make_connection(state="off")
    make_lead()
    with django_assert_num_queries(1):
        assert read_wishes(at=MORNING) == 0


def test_when_nothing_happened_it_is_one_statement(connection, rina, django_assert_num_queries):
    lead = make_lead()
    make_crm_link(connection, lead)
    read_wishes(at=MORNING)
    give(lead, rina)
    for moment in (SECOND, SETTLED + 2 * SECOND):
        read_wishes(at=MORNING + moment)
    with django_assert_num_queries(1):
        assert read_wishes(at=MORNING + SETTLED + 3 * SECOND) == 0
    with django_assert_num_queries(1):
        assert read_wishes(at=MORNING + timedelta(days=1)) == 0


@pytest.mark.parametrize("count", [1, 30])
def test_many_acts_are_as_many_statements_as_one(connection, rina, count, django_assert_max_num_queries):
    leads = [make_lead() for _number in range(count)]
    for lead in leads:
        make_crm_link(connection, lead)
    read_wishes(at=MORNING)
    for lead in leads:
        give(lead, rina)
    with django_assert_max_num_queries(20):
        assert read_wishes(at=MORNING + SECOND) == count


def test_chunks_are_bounded_and_nothing_is_left_out(connection, rina, monkeypatch):
    monkeypatch.setattr("queues.actions.crm.wishes.CHUNK", 3)
    leads = [make_lead() for _number in range(10)]
    for lead in leads:
        make_crm_link(connection, lead)
    read_wishes(at=MORNING)
    for lead in leads:
        give(lead, rina)
    assert read_wishes(at=MORNING + SECOND) == 10
    assert {*CrmLink.objects.values_list("wanted_owner", "wanted_status")} == {("u-rina", "OPEN")}
