"""Bodies as programs send them: what is read whatever it is called, and what is refused in words, never with a 5xx."""

import gzip
import json

import pytest

from leads.models import Capture, Lead

pytestmark = pytest.mark.django_db
SARI = {"email": "sari@nila.co.id"}


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "text/plain", "application/x-www-form-urlencoded", "application/octet-stream", "", "nonsense"],
)
def test_json_is_read_whatever_it_is_called(send, content_type):
    assert send("leads", SARI, content_type=content_type)[0] == 201


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + json.dumps(SARI).encode(),
        json.dumps(SARI).encode("utf-16"),
        b'\r\n {"email" : "sari@nila.co.id"}\n',
    ],
)
def test_a_byte_order_mark_and_spaces_do_not_matter(send, body):
    assert send("leads", body)[0] == 201
    assert Lead.objects.get().email == SARI["email"]


@pytest.mark.parametrize("path", ["leads", "leads/batch"])
@pytest.mark.parametrize(
    ("body", "content_type", "status", "detail"),
    [
        ("{", "application/json", 400, "The body is not valid JSON. Look at line and column 1:2."),
        ('{"email": }', "application/json", 400, "The body is not valid JSON. Look at line and column 1:11."),
        (b'{"name": "M\xfcller"}', "application/json", 400, "The body is not valid JSON: byte 12 is no UTF-8."),
        ('{"score": NaN}', "text/plain", 400, "The body is not valid JSON: it has no NaN. Send null instead."),
        ('{"score": -Infinity}', "x/y", 400, "The body is not valid JSON: it has no -Infinity. Send null instead."),
        ('{"x":' * 5_000 + "1" + "}" * 5_000, "application/json", 400, "The body is nested too deep to be read."),
        (gzip.compress(b"{}", mtime=0), "application/json", 400, "The body is compressed. Send it as plain JSON."),
        ("", "application/json", 422, "The body is empty. Send JSON."),
        (
            "email=sari%40nila.co.id",
            "application/x-www-form-urlencoded",
            415,
            "This is a form. Send JSON instead, with “Content-Type: application/json”.",
        ),
        (
            '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nsari@nila.co.id\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            415,
            "This is a form. Send JSON instead, with “Content-Type: application/json”.",
        ),
    ],
)  # fmt: skip
def test_a_body_that_is_no_json_is_refused_with_what_to_send(send, path, body, content_type, status, detail):
    answer = send(path, body, content_type=content_type)
    assert (answer[0], answer[1]["detail"], Capture.objects.count()) == (status, detail, 0)


def test_a_compressed_body_is_refused(send):
    body = gzip.compress(json.dumps(SARI).encode())
    status, answer = send("leads", body, **{"Content-Encoding": "gzip"})
    assert (status, answer["detail"]) == (415, "The body is compressed. Send it without Content-Encoding.")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ([SARI], 'Send one lead as a JSON object. Several go to /api/leads/batch, as {"leads": [...]}.'),
        ('"text"', 'Send one lead as a JSON object, such as {"email": "dewi@example.com"}.'),
        ("5", 'Send one lead as a JSON object, such as {"email": "dewi@example.com"}.'),
        ("null", 'Send one lead as a JSON object, such as {"email": "dewi@example.com"}.'),
    ],
)
def test_a_value_that_is_no_object_is_refused_with_an_example(send, body, detail):
    errors = [{"field": "", "problem": "is no JSON object"}]
    assert send("leads", body) == (422, {"detail": detail, "errors": errors})


def test_many_equal_keys_are_read_in_time_that_grows_with_their_number(send):
    """Each is a value of its own; 20,000 of them once cost as much as their square."""
    body = "{" + ",".join(f'"a":{number}' for number in range(20_000)) + "}"
    status, _answer = send("leads", body)
    assert (status, len(Capture.objects.get().raw)) == (201, 20_000)


@pytest.mark.parametrize(("with_slash", "sent"), [("leads/", SARI), ("leads/batch/", {"leads": [SARI]})])
def test_an_address_may_end_with_a_slash(send, client, key, with_slash, sent):
    status, _answer = send(with_slash, sent)
    lead = Lead.objects.get()
    seen = client.get(f"/api/leads/{lead.pk}/", headers={"X-API-Key": key})
    assert (status, seen.status_code, seen.json()["id"]) == (201 if sent is SARI else 200, 200, lead.pk)


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_description_may_end_with_a_slash(client, slash):
    assert [client.get(f"/api/{page}{slash}").status_code for page in ("docs", "openapi.json")] == [200, 200]


@pytest.mark.parametrize(
    ("path", "allowed"), [("leads", "POST"), ("leads/", "POST"), ("leads/batch", "POST"), ("leads/1", "GET")]
)
@pytest.mark.parametrize("method", ["head", "options", "put", "patch", "delete", "trace"])
def test_another_method_is_refused_with_those_that_are_taken(client, path, allowed, method):
    answer = getattr(client, method)(f"/api/{path}")
    assert (answer.status_code, answer["Allow"]) == (405, allowed)
    if method != "head":
        assert answer.json()["detail"] == f"This address takes {allowed}."
