"""A field that vanishes while a long window is read: it is named, another is chosen, and the window goes on (I4)."""

import pytest

from config.reach.crm.dynamics import client as dynamics_client
from config.reach.crm.hubspot import client as hubspot_client
from config.reach.crm.salesforce import client as salesforce_client
from leads.models import Lead
from queues.models import Connection
from tests.crm.polls import poll
from tests.factories import MORNING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
LAST_NAME = {"salesforce": "LastName", "hubspot": "lastname", "dynamics": "lastname"}
FIRST_NAME = {"salesforce": "FirstName", "hubspot": "firstname", "dynamics": "firstname"}


def test_it_goes_on_after_another_was_chosen(client, as_ops, set_up, page_text, monkeypatch):
    there, row = set_up
    size = 200 if row.kind == "salesforce" else 20  # the least that it takes
    for module in (dynamics_client, hubspot_client, salesforce_client):
        monkeypatch.setattr(module, "PAGE", size)
    last, first = LAST_NAME[row.kind], FIRST_NAME[row.kind]
    for number in range(size + 30):
        there.double.add(
            by="x", **{there.email: f"a{number}@acme.example", last: f"O'Brien {number} 🚀", first: "Siné"}
        )
    there.double.now = MORNING
    Connection.objects.update(state="working", field_map={"email": there.email, "last_name": last})
    row.refresh_from_db()

    pages = []

    def vanish(call) -> None:
        if not there.double.is_page(call) or "Organization" in call.target or "User" in call.target:
            return
        pages.append(call)
        if len(pages) == 2:
            there.double.hidden_fields = {last}
        if len(pages) == 2 and row.kind == "salesforce":  # it knows the query behind a link, and reads its fields again
            there.double.refuse_next("-200", 400, "INVALID_FIELD", f"No such column '{last}' on entity 'Lead'")

    there.double.before = vanish
    poll(row, at=MORNING)
    taken = Lead.objects.count()
    assert (row.state, row.problem, row.problem_field, taken) == ("broken", "field", last, size)
    typed = {"takes_in": "on", "writes_out": "on", "owner_policy": "alur"}
    typed |= {"field-email": there.email, "field-first_name": first}
    saved = client.post(f"/connections/{row.pk}/fields/?again=1", typed)
    assert (saved.status_code, saved["Location"]) == (302, f"/connections/{row.pk}/")
    poll(row, at=MORNING)
    assert (row.state, row.problem, Lead.objects.count()) == ("working", "", size + 30)
    assert Lead.objects.filter(first_name="Siné").count() == size + 30
