"""A set-up whose last step is open, with each of the three CRMs."""

import json
from collections.abc import Iterator

import pytest

from config.sealing import seal
from queues.models import Connection
from tests.crm.three import KINDS, There
from tests.factories import make_rep
from tests.factories.crm import make_connection_row, make_remote_person


@pytest.fixture(params=KINDS)
def set_up(request, settings) -> Iterator[tuple[There, Connection]]:
    """Whose last step is open; the leads of one owner are left with them."""
    settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]
    there = KINDS[request.param]()
    with there.double as double:
        row = make_connection_row(
            request.param,
            account_id=there.account,
            base_url=double.address,
            login_url=double.address,
            credentials=seal(json.dumps(there.secrets)),
            field_map={"email": there.email},
            closing_map={there.closed: "disqualified"},
            state="draft",
        )
        make_remote_person(row, make_rep(), there.known_owner)
        make_remote_person(row, None, there.left_owner, how="hand")
        yield there, row
