"""The page of connections is asked for again and again: no statement may read all links (I4)."""

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from queues.queries.crm.cards import standings
from tests.factories import MORNING
from tests.factories.crm import make_connection_row, make_crm_link

pytestmark = pytest.mark.django_db


def test_no_card_reads_all_links_of_a_connection():
    row = make_connection_row()
    make_crm_link(row, written_at=MORNING, wanted_at=MORNING)
    make_crm_link(row, next_at=MORNING, problem="unmatched", problem_at=MORNING)
    with CaptureQueriesContext(database) as asked:
        (found,) = standings(at=MORNING)
    assert (found.in_today, found.out_today, found.waiting, found.problems, found.seconds) == (2, 1, 1, 1, 0)
    about_links = [each["sql"] for each in asked if "crmlink" in each["sql"]]
    assert len(about_links) == 5
    if database.vendor == "sqlite":  # PostgreSQL reads a table of two rows whole
        for statement in about_links:
            with database.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
                plan = [str(row[-1]) for row in cursor.fetchall()]
            assert "(connection_id=? AND " in plan[0], plan
