"""Too much and unreadable requests get a kind answer in the right form."""

import json

import pytest
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.test import RequestFactory

from config.web.errors import bad_request


@pytest.mark.parametrize(
    ("trouble", "status", "detail"),
    [
        (RequestDataTooBig("2.5 MB"), 413, "The request is too large."),
        (BadRequest("odd"), 400, "The request could not be read."),
    ],
)
def test_programs_get_json(trouble: Exception, status: int, detail: str):
    answer = bad_request(RequestFactory().post("/api/leads"), trouble)
    assert (answer.status_code, json.loads(answer.content)) == (status, {"detail": detail})


@pytest.mark.parametrize(("trouble", "status"), [(RequestDataTooBig("2.5 MB"), 413), (BadRequest("odd"), 400)])
def test_people_get_a_page(trouble: Exception, status: int):
    answer = bad_request(RequestFactory().post("/leads/import"), trouble)
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
