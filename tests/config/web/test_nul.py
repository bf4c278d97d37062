"""NUL characters, which PostgreSQL cannot take, are answered before anything is done."""

import pytest

from tests.clients import NOT_FOUND, UNREADABLE, nothing_changes, refusal
from tests.factories import QueueFactory, make_rep

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/desk/?queue=%00", "/search/?q=a%00"])
def test_a_nul_in_an_address_is_a_bad_request_and_no_error_in_the_log(client, address, caplog):
    client.force_login(make_rep())
    with caplog.at_level("WARNING"):
        assert refusal(client.get(address)) == UNREADABLE
    assert [(line.levelname, line.exc_info) for line in caplog.records] == [("WARNING", None)]


def test_a_nul_in_a_form_is_a_bad_request(client):
    client.force_login(make_rep())
    QueueFactory(slug="smb")
    with nothing_changes():
        assert refusal(client.post("/take-next/", "queue=smb%00", "application/x-www-form-urlencoded")) == UNREADABLE


def test_a_huge_number_in_an_address_finds_nothing(client):
    client.force_login(make_rep())
    assert refusal(client.get(f"/desk/clock/{'9' * 25}/")) == NOT_FOUND
    assert client.post(f"/leads/{'9' * 25}/note/", {"text": "x"}).status_code == 404
