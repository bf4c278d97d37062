"""A connection to a CRM in memory, as tests of what Alur writes need it."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User

from leads.models import Activity, Lead
from queues.actions.crm.wishes import read_wishes
from queues.actions.crm.writing import write_wishes
from queues.models import Connection, CrmLink
from routing.actions.assignment import AssignmentRequest, assign, reassign
from routing.actions.contact import log_contact
from routing.models import Assignment
from tests.crm.memory_crm import MemoryClient, MemoryCrm
from tests.factories.crm import make_connection, make_crm_link
from tests.factories.people import MORNING

CLIENTS = dict.fromkeys(("hubspot", "salesforce", "dynamics"), "tests.crm.memory_crm.MemoryClient")
STATUSES = {"held": "Open", "contacted": "Working", "converted": "Done"}


def connected(name: str = "memory", **given: object) -> tuple[Connection, MemoryCrm]:
    address = f"https://{name}.example.com"
    MemoryClient.accounts[address] = MemoryCrm(now=MORNING)
    connection = make_connection(base_url=address, status_map=STATUSES, **given)
    return connection, MemoryClient.accounts[address]


def linked(connection: Connection, crm: MemoryCrm, lead: Lead, *, owner: str = "", status: str = "New") -> CrmLink:
    """Known as it stands there."""
    record = crm.add(f"r{lead.pk}", owner=owner, status=status)
    seen = {"seen_owner": owner, "seen_status": status, "seen_at": record.changed_at}
    return make_crm_link(connection, lead, record.id, **seen)


def sent(at: datetime, *, clock: Callable[[], datetime] | None = None) -> int:
    """How many records were written by one run of the outbox."""
    read_wishes(at=at)
    return write_wishes(clock=clock or (lambda: at))


def give(lead: Lead, user: User, at: datetime = MORNING) -> Assignment:
    return assign(AssignmentRequest(lead, user.pk, Assignment.How.BY_HAND), by=None, at=at)


def pass_on(held: Assignment, user: User, at: datetime) -> Assignment:
    request = AssignmentRequest(held.lead, user.pk, Assignment.How.BY_HAND)
    return reassign(held, request=request, ended_how="reassigned", by=None, at=at)


def contact(held: Assignment, at: datetime) -> Activity:
    return log_contact(held, kind="call", outcome="reached", note="", by=held.holder, at=at)


def there(crm: MemoryCrm, link: CrmLink) -> tuple[str, str]:
    record = crm.records[link.remote_id]
    return record.owner, record.status


def known(link: CrmLink) -> tuple[str, str, bool]:
    """Owner and status as the link knows them, and whether a wish waits."""
    link.refresh_from_db()
    return link.seen_owner, link.seen_status, link.next_at is not None


def refusing(crm: MemoryCrm, refusal: Exception, *, call: str = "write", times: int = 1) -> None:
    """The next calls of this name."""
    left = [refusal] * times

    def before(name: str) -> None:
        if name == call and left:
            raise left.pop()

    crm.before = before


def state(connection: Connection) -> tuple[str, str]:
    connection.refresh_from_db()
    return connection.state, connection.problem
