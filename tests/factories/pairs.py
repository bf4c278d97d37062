"""Leads that resemble another: the rules that send them to the review desk, one of them there, and its page (A3)."""

from datetime import timedelta

from django.contrib.messages import get_messages

from leads.models import Lead
from queues.actions.entries.placement import place_leads
from queues.models import EntryRule, Queue, ReviewItem
from tests.factories.leads import make_lead
from tests.factories.people import MORNING

MINUTE = timedelta(minutes=1)
HTMX = {"HX-Request": "true"}


def pair_rules(queue: Queue) -> Queue:
    """Who resembles another needs a human, everybody else goes into this queue."""
    alike = [{"field": "possible_duplicate", "operator": "at_least", "value": 80}]
    EntryRule.objects.create(name="Possible duplicate", position=1, outcome="review", conditions=alike)
    EntryRule.objects.create(name="Everybody", position=2, outcome="queue", queue=queue)
    return queue


def twin(known: Lead, minutes: int = 10, **fields) -> ReviewItem:
    """One that came so many minutes ago and lies on the desk."""
    fields = {"company_name": known.company_name, "resembles": known, "resembles_percent": 92} | fields
    lead = make_lead(at=MORNING - minutes * MINUTE, **fields)
    place_leads([lead], at=MORNING - minutes * MINUTE)
    return ReviewItem.objects.select_related("lead").get(lead=lead)


def says(answer) -> str:
    """The latest message of a page."""
    return str(list(get_messages(answer.wsgi_request))[-1])
