"""Doubles of the CRMs, and clients that talk to them."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.crm.hubspot_double import HubSpotDouble

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def hubspot() -> Iterator[HubSpotDouble]:
    with HubSpotDouble(NOON) as double:
        yield double
