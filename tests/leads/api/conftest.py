"""A key, and calls with it."""

import json

import pytest

from leads.actions.api.keys import make_key
from tests.factories import MORNING, make_ops


@pytest.fixture
def key(db) -> str:
    return make_key("Website", per_minute=1000, by=make_ops(), at=MORNING)[1]


@pytest.fixture
def send(client, key):
    """POST to an address of the API with this key; returns status and the decoded body."""

    def call(path: str, body: object, *, content_type: str = "application/json", **headers: str):
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        response = client.post(
            f"/api/{path}",
            text,
            content_type=content_type,
            headers={"Authorization": f"Bearer {key}", **headers},
        )
        return response.status_code, response.json()

    return call
