"""What set-up guesses of the statuses of each CRM: sensible, and said to be guesses (I4)."""

import pytest

from queues.forms.crm.maps import closing_name
from queues.models import Connection
from tests.crm.dynamics_double import DynamicsDouble
from tests.crm.hubspot_double import HubSpotDouble

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
WRITTEN = {
    "salesforce": {"waiting": "Open - Not Contacted", "contacted": "Working - Contacted"},
    "hubspot": {
        "waiting": "NEW",
        "held": "OPEN",
        "contacted": "CONNECTED",
        "nurture": "BAD_TIMING",
        "converted": "OPEN_DEAL",
        "disqualified": "UNQUALIFIED",
    },
    "dynamics": {"waiting": "0:1", "contacted": "0:2", "lost": "2:4", "disqualified": "2:5"},
}
WRITTEN["salesforce"]["disqualified"] = "Closed - Not Converted"
CLOSED = {
    "salesforce": {"Closed - Converted": "converted", "Closed - Not Converted": "disqualified"},
    "hubspot": {"OPEN_DEAL": "converted", "UNQUALIFIED": "disqualified", "BAD_TIMING": "nurture"},
    "dynamics": {"1:3": "converted", "2:4": "lost", "2:5": "disqualified", "2:6": "lost", "2:7": "lost"},
}


def guesses(client, row: Connection) -> tuple[dict[str, str], dict[str, str], str]:
    """What is chosen to be written, and what closes; and the page."""
    Connection.objects.update(field_map={}, status_map={}, closing_map={})
    answer = client.get(f"/connections/{row.pk}/fields/?again=1")
    form = answer.context["form"]
    chosen = {name.removeprefix("status-"): said for name, said in form.initial.items() if name.startswith("status-")}
    names = {closing_name(each.value): each.value for each in form.choices.statuses}
    closing = {names[name]: said for name, said in form.initial.items() if name in names}
    return chosen, closing, answer.content.decode()


def test_they_are_what_a_person_would_choose_and_to_be_confirmed(client, as_ops, set_up):
    _there, row = set_up
    chosen, closing, page = guesses(client, row)
    assert (chosen, closing) == (WRITTEN[row.kind], CLOSED[row.kind])
    assert ("These are guesses. Look at each" in page, page.count("guessed by their names")) == (True, 2)
    Connection.objects.update(field_map={"email": "email"})
    page = client.get(f"/connections/{row.pk}/fields/").content.decode()
    assert ("These are guesses" in page, "guessed by their names" in page) == (False, False)


def test_where_a_crm_says_what_is_closed_there_nothing_else_is_guessed_to_be(client, as_ops, set_up):
    """Whatever its name is."""
    there, row = set_up
    if isinstance(there.double, DynamicsDouble):
        there.double.statuses |= {100: (0, "Junk, to be looked at"), 101: (2, "Nomor salah"), 102: (1, "Jadi")}
        closed = CLOSED["dynamics"] | {"2:101": "disqualified", "1:102": "converted"}
    elif isinstance(there.double, HubSpotDouble):
        Connection.objects.update(object_name="leads")
        closed = {"qualified-stage-id": "converted"}
    else:
        closed = CLOSED["salesforce"]
    assert guesses(client, row)[1] == closed
