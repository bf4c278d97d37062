"""What is sent is read as far as its address and sender may, the same by a real server of each kind."""

import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from leads.actions.api.keys import make_key
from leads.models import Lead, Upload
from tests.factories import make_ops, make_rep
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)

MB = 1_048_576
EDGE = "edge-of-parts"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module", params=["asgi", "wsgi"])
def server(request: pytest.FixtureRequest, start_site: Callable[..., str]) -> str:
    return start_site(kind=request.param)


def send(server: str, path: str, pieces: list[bytes], headers: dict[str, str], *, chunked: bool) -> tuple[int, str]:
    place = HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)
    length = {} if chunked else {"Content-Length": str(sum(map(len, pieces)))}
    place.request("POST", path, body=iter(pieces), headers=headers | length, encode_chunked=chunked)
    answer: HTTPResponse = place.getresponse()
    text = answer.read().decode()
    place.close()
    return answer.status, text


def file_form(size: int, *, token: str = "") -> list[bytes]:
    start = f'--{EDGE}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
    start += f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="leads.csv"\r\n\r\n'
    rows = (b"email,company\n" + b"dewi@maju.example,Maju Jaya\n" * (size // 28)) if size else b""
    pieces = [rows[place : place + 65_536] for place in range(0, len(rows), 65_536)]
    return [start.encode(), *pieces, f"\r\n--{EDGE}--\r\n".encode()]


def signed_in(person: User) -> tuple[dict[str, str], str]:
    """The cookies of a browser, and the token for its forms."""
    client = Client()
    client.force_login(person, backend="routing.backends.RoutingBackend")
    client.get("/profile/")
    cookies = "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())
    return {"Cookie": cookies}, client.cookies["csrftoken"].value


@pytest.fixture
def key(transactional_db: None) -> Iterator[dict[str, str]]:
    _row, secret = make_key("Zapier", per_minute=60, by=None, at=timezone.now())
    yield {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}


def test_a_chunked_call_of_a_program_is_read_as_others_are(server: str, key: dict[str, str]):
    lead = json.dumps({"email": "dewi@example.com"}).encode()
    status, text = send(server, "/api/leads", [lead[:9], lead[9:]], key, chunked=True)
    assert (status, json.loads(text)["state"], Lead.objects.get().email) == (201, "made", "dewi@example.com")


@pytest.mark.parametrize("chunked", [True, False])
def test_a_call_that_is_too_large_is_refused_in_the_words_of_the_api(server: str, key: dict[str, str], chunked: bool):
    pieces = [b'{"email": "', *[b"x" * 65_536] * 10, b'"}']
    status, text = send(server, "/api/leads", pieces, key, chunked=chunked)
    assert (status, json.loads(text)["errors"]) == (413, [])
    assert json.loads(text)["detail"] == "The body is larger than 256 kB. Send fewer leads at once."
    assert send(server, "/api/leads", pieces, {}, chunked=chunked)[0] == 401


@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize("path", ["/sign-in/", "/password/", "/imports/new", "/profile/me/"])
def test_a_visitor_cannot_send_much(server: str, transactional_db: None, path: str, chunked: bool):
    status, text = send(server, path, file_form(2 * MB), MULTIPART, chunked=chunked)
    assert (status, "What was sent is larger than allowed." in text) == (413, True)


def test_hundreds_of_megabytes_are_not_waited_for(server: str, transactional_db: None):
    place = HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)
    place.putrequest("POST", "/sign-in/")
    for name, value in {**MULTIPART, "Content-Length": str(200 * MB)}.items():
        place.putheader(name, value)
    place.endheaders()
    for _piece in range(17):
        place.send(b"x" * MB)
    assert place.getresponse().status == 413
    place.close()


@pytest.mark.parametrize("chunked", [True, False])
def test_files_are_taken_from_who_may_bring_them(server: str, transactional_db: None, chunked: bool):
    cookies, token = signed_in(make_ops())
    status, _text = send(server, "/imports/new", file_form(6 * MB, token=token), MULTIPART | cookies, chunked=chunked)
    assert (status, Upload.objects.count()) == (302, 1)
    cookies, token = signed_in(make_rep())
    status, text = send(server, "/imports/new", file_form(6 * MB, token=token), MULTIPART | cookies, chunked=chunked)
    assert (status, "What was sent is larger than allowed." in text, Upload.objects.count()) == (413, True, 1)


def test_a_long_form_of_somebody_who_is_signed_in_arrives(server: str, transactional_db: None):
    person = make_rep()
    cookies, token = signed_in(person)
    form = f"csrfmiddlewaretoken={token}&name=Dewi+Lestari&more={'x' * MB}".encode()
    assert send(server, "/profile/me/", [form], URLENCODED | cookies, chunked=False)[0] == 302
    person.refresh_from_db()
    assert person.get_full_name() == "Dewi Lestari"
