"""NUL characters, which PostgreSQL cannot take, are answered before anything is done."""

import pytest

from tests.clients import NOT_FOUND, UNREADABLE, nothing_changes, refusal
from tests.factories import QueueFactory, make_rep, make_web_form

pytestmark = pytest.mark.django_db
IN_PARTS = "multipart/form-data; boundary=x"


@pytest.mark.parametrize("address", ["/desk/?queue=%00", "/search/?q=a%00", "/leads/%00/", "/forms/a%00/"])
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


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("queue=smb\0", "application/x-www-form-urlencoded"),
        ("queue=smb&%00=1", "application/x-www-form-urlencoded"),
        ('--x\r\nContent-Disposition: form-data; name="queue"\r\n\r\nsmb\0\r\n--x--\r\n', IN_PARTS),
        ('--x\r\nContent-Disposition: form-data; name="a\0"\r\n\r\nsmb\r\n--x--\r\n', IN_PARTS),
    ],
)
@pytest.mark.parametrize("address", ["/take-next/", "/profile/me/", "/sign-in/", "/password/", "/language"])
def test_a_nul_is_refused_in_every_field_however_it_is_sent(client, address: str, body: str, kind: str):
    client.force_login(make_rep())
    QueueFactory(slug="smb")
    with nothing_changes():
        assert refusal(client.post(address, body, kind)) == UNREADABLE


@pytest.mark.parametrize("name", ["email", "message", "token", "from_page", "topic", "consent", "more\0"])
def test_a_public_form_answers_a_nul_in_any_field_in_its_own_words(client, name: str):
    form = make_web_form()
    answer = client.post(f"/forms/{form.slug}/", {"email": "dewi@example.com", name: "a\0b"})
    assert answer.status_code in (303, 409, 422)
