"""A rep's own leads are read by an index of open leads, however many the rep ever had (C5)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.queries.desk import MAX_WITHOUT_STEP, my_leads
from queues.actions.claims.take import take_next
from routing.actions.contact import log_contact
from tests.factories import MORNING, QueueFactory, fill, make_rep

pytestmark = pytest.mark.django_db

# all without what ended: the second by the end, which open leads do not have; among so few rows the third is as good
OPEN_LEADS = {"routing_open_by_holder", "routing_closed_by_holder", "routing_one_open_assignment_per_lead"}


def test_both_lists_of_own_leads_are_read_by_an_index_of_open_ones():
    rep, queue = make_rep(), QueueFactory()
    fill(queue, MAX_WITHOUT_STEP + 2)
    for _each in range(MAX_WITHOUT_STEP + 1):
        held = take_next(queue, by=rep, at=MORNING)
        log_contact(held, kind="call", outcome="reached", note="", by=rep, at=MORNING + timedelta(minutes=1))
    take_next(queue, by=rep, at=MORNING)
    with CaptureQueriesContext(connection) as asked:
        found = my_leads(rep, at=MORNING + timedelta(minutes=2))
    lists = [each["sql"] for each in asked.captured_queries if "routing_assignment" in each["sql"]]
    assert (found.without_step, found.more_without_step, found.dated, len(lists)) == (MAX_WITHOUT_STEP + 1, 1, 1, 3)
    read_by = {part for sql in lists for part in re.findall(r"routing_\w+_(?:by_holder|per_lead)", plan_of(sql))}
    assert read_by and read_by <= OPEN_LEADS


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # too few rows for an index to be worth it
            cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        return "\n".join(str(row) for row in cursor.fetchall())
