"""A receiver on this machine, and one message that waits for it."""

import pytest

from leads.actions.webhooks.enqueuing import enqueue_deliveries
from tests.factories import MORNING, make_lead
from tests.factories.webhooks import happens, secret_and_endpoint
from tests.webhook_receiver import receiver


@pytest.fixture
def hook(settings):
    with receiver(settings) as found:
        yield found


@pytest.fixture
def told(hook):
    """One endpoint, and a lead of which one event waits; the endpoint and its secret."""
    enqueue_deliveries(at=MORNING)
    endpoint, secret = secret_and_endpoint(hook.address)
    happens(make_lead(), "contacted")
    enqueue_deliveries(at=MORNING)
    return endpoint, secret
