"""A CRM in memory, and a connection to it."""

import pytest

from leads.models import SourceSystem
from tests.crm.memory_crm import MemoryClient, MemoryCrm
from tests.factories import MORNING
from tests.factories.crm import make_connection

ADDRESS = "https://memory.example"
FIELD_MAP = {"first_name": "FirstName", "last_name": "LastName", "email": "Email", "phone": "Phone"}


@pytest.fixture
def memory_clients(settings):
    settings.CRM_CLIENTS = dict.fromkeys(settings.CRM_CLIENTS, "tests.crm.memory_crm.MemoryClient")
    yield MemoryClient.accounts
    MemoryClient.accounts.clear()


@pytest.fixture
def crm(memory_clients):
    memory_clients[ADDRESS] = MemoryCrm(MORNING)
    return memory_clients[ADDRESS]


@pytest.fixture
def crm_system(db):
    return SourceSystem.objects.create(key="sf-org-1", name="Salesforce Test account")


@pytest.fixture
def connected(crm, crm_system):
    """Reads everything; people were read a moment ago."""
    return make_connection(
        kind="salesforce",
        name="Salesforce",
        base_url=ADDRESS,
        account_id="org-1",
        system=crm_system,
        field_map=FIELD_MAP,
        closing_map={"Junk": "disqualified", "Lost": "lost"},
        people_at=MORNING,
    )
