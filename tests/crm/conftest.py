"""Doubles of the CRMs, and clients that talk to them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from config.reach.crm.dynamics import DynamicsClient
from tests.crm.dynamics_client import client_for
from tests.crm.dynamics_double import DynamicsDouble
from tests.crm.hubspot_double import HubSpotDouble

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def hubspot() -> Iterator[HubSpotDouble]:
    with HubSpotDouble(NOON) as double:
        yield double


@pytest.fixture
def dynamics() -> Iterator[DynamicsDouble]:
    with DynamicsDouble(NOON) as double:
        yield double


@pytest.fixture
def dynamics_client(dynamics: DynamicsDouble) -> Callable[..., DynamicsClient]:
    return lambda **credentials: client_for(dynamics, **credentials)
