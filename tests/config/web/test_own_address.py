"""Where a form leads back to: only to a page of this site, whatever its `next` says."""

import pytest
from django.shortcuts import redirect
from django.test import RequestFactory

from config.web.responses import back_to


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/leads/7/?page=2", "/leads/7/?page=2"),
        ("http://testserver/leads/7/", "http://testserver/leads/7/"),
        *(
            (wanted, "/")
            for wanted in ("", "x", "queues:connections", "?page=2", "https://else.example/", "//else.example")
        ),
    ],
)
def test_a_form_leads_back_to_a_page_of_this_site_or_to_the_usual_one(wanted, leads_to):
    request = RequestFactory().post("/", {"next": wanted})
    assert redirect(back_to(request, "/"))["Location"] == leads_to
