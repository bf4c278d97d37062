"""The leads that red flags name while the figures beside them are some seconds old (D4)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards.queries.flags import flags_by_rep
from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from queues.decisions.red_flags import RedFlagCode
from routing.actions.contact import log_contact
from tests.factories import MORNING, QueueFactory, fill, make_rep

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_contact_that_is_not_counted_yet_names_no_lead():
    queue, user = QueueFactory(), make_rep()
    fill(queue, 10)
    held = [take_next(queue, by=user, at=MORNING) for _each in range(10)]
    count_figures(at=MORNING + HOUR)
    log_contact(held[0], kind="call", outcome="reached", note="", by=user, at=MORNING + HOUR + MINUTE)
    (flag,) = flags_by_rep([user.rep], at=MORNING + HOUR + MINUTE, tz=ZoneInfo("UTC"))[user.rep.pk]
    assert (flag.code, flag.amount, flag.of) == (RedFlagCode.HOARDING, 0, 10)
    assert {one.lead_id for one in flag.leads} == {each.lead_id for each in held[1:]}
