"""Endpoints are made, changed and removed; their addresses are judged, and their secrets are kept (I3)."""

import pytest

from config.sealing import unseal
from config.web.safe_fetch import Network
from leads.actions.api.keys import make_key
from leads.actions.webhooks import endpoints
from leads.actions.webhooks.addresses import AddressRefused
from leads.actions.webhooks.endpoints import (
    EndpointIsOff,
    EndpointIsOn,
    EndpointIsRemoved,
    HeaderRefused,
    TooManyHooks,
    change_endpoint,
    make_endpoint,
    remove_endpoint,
    rotate_secret,
    switch_off,
    switch_on,
    try_now,
)
from leads.decisions.webhooks.events import UnknownEvents
from leads.models import Endpoint
from tests.factories import MORNING, make_ops
from tests.factories.outside import PUBLIC, Outside

pytestmark = pytest.mark.django_db
HOSTS = {
    "hooks.example": [PUBLIC],
    "n8n.inside": ["10.0.0.9"],
    "leads.example.com": [PUBLIC],
    "meta.example": ["169.254.169.254"],
}
WORLD: Network = Outside({}, HOSTS).network


def make(address: str = "https://hooks.example/a", **more) -> tuple[Endpoint, str]:
    return make_endpoint(
        "Sheet", address, **{"events": ["lead.captured"], "by": None, "at": MORNING, **more}, network=WORLD
    )


def refusal(address: str) -> str:
    with pytest.raises(AddressRefused) as problem:
        make(address)
    assert not Endpoint.objects.exists()
    return problem.value.code


@pytest.fixture
def in_public(settings):
    settings.IN_PUBLIC = True
    settings.SITE_URL = "https://leads.example.com"
    settings.ALLOWED_HOSTS = ["leads.example.com", ".alur.example"]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://hooks.example/a", "not_https"),
        ("https://hooks.example:8080/a", "not_this_port"),
        ("https://hooks.example:22/", "not_this_port"),
        ("https://n8n.inside/", "not_public"),
        ("https://meta.example/latest", "not_public"),
        ("https://127.0.0.1/", "no_such_host"),
        ("https://leads.example.com/api/leads", "own_address"),
        ("https://a.alur.example/", "own_address"),
        ("https://nowhere.example/", "no_such_host"),
        ("https://user:secret@hooks.example/", "not_an_address"),
        ("ftp://hooks.example/", "not_an_address"),
        ("hooks.example", "not_an_address"),
        ("", "not_an_address"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused_when_it_is_saved(in_public, address, code):
    assert refusal(address) == code


@pytest.mark.parametrize(
    "address", ["https://hooks.example/a?b=1", "https://hooks.example:8443/", " https://hooks.example "]
)
def test_an_address_in_public_is_stored_as_it_was_typed(in_public, address):
    assert make(address)[0].address == address.strip()


def test_a_receiver_in_house_may_have_any_port_and_plain_http_if_it_is_listed(in_public, settings):
    assert refusal("http://n8n.inside:5678/webhook/1") == "not_public"
    settings.WEBHOOK_NETWORKS = ["10.0.0.0/24"]
    assert make("http://n8n.inside:5678/webhook/1")[0].address == "http://n8n.inside:5678/webhook/1"


def test_plain_http_is_for_machines_of_developers(settings):
    settings.IN_PUBLIC = False
    assert make("http://hooks.example/a")[0].address == "http://hooks.example/a"
    with pytest.raises(AddressRefused, match="not_https"):
        make("http://hooks.example:8000/a")


def test_secrets_are_stored_sealed_and_in_no_version():
    endpoint, secret = make(header=("X-Key", "hunter2"), by=make_ops())
    old = secret
    new = rotate_secret(endpoint, by=None, at=MORNING)
    row = Endpoint.objects.get()
    assert (unseal(row.secret), unseal(row.former_secret), unseal(row.header_value)) == (new, old, "hunter2")
    stored = f"{Endpoint.objects.values().get()} {list(row.history.values())}"
    assert [word for word in (old, new, "hunter2") if word in stored] == []
    assert [hasattr(row.history.first(), name) for name in ("secret", "former_secret", "header_value")] == [False] * 3


def test_versions_say_who_changed_what():
    ops = make_ops()
    endpoint, _secret = make(by=ops)
    change_endpoint(
        endpoint,
        name="Sheet 2",
        address="https://hooks.example/b",
        events=["lead.closed", "lead.captured"],
        may_see_person=True,
        by=ops,
        at=MORNING,
        network=WORLD,
    )
    found = endpoint.history.order_by("history_id").values_list("name", "events", "may_see_person", "history_user")
    assert list(found) == [
        ("Sheet", ["lead.captured"], False, ops.pk),
        ("Sheet 2", ["lead.captured", "lead.closed"], True, ops.pk),
    ]


def test_a_fixed_header_stays_until_it_is_changed_or_taken_away():
    endpoint, _secret = make(header=("X-Key", "hunter2"))
    same = {"name": "S", "address": endpoint.address, "events": endpoint.events, "may_see_person": False, "by": None}
    kept = change_endpoint(endpoint, **same, at=MORNING, network=WORLD)
    assert (kept.header_name, unseal(kept.header_value)) == ("X-Key", "hunter2")
    gone = change_endpoint(endpoint, **same, header=("", ""), at=MORNING, network=WORLD)
    assert (gone.header_name, gone.header_value) == ("", "")


@pytest.mark.parametrize(
    "header", [("Host", "a"), ("webhook-id", "a"), ("X-Key", ""), ("", "a"), ("X-Key", "a\r\nB: c")]
)
def test_a_header_that_would_break_messages_is_refused(header):
    with pytest.raises(HeaderRefused):
        make(header=header)
    assert not Endpoint.objects.exists()


def test_unknown_events_are_refused():
    with pytest.raises(UnknownEvents):
        make(events=["lead.eaten"])
    assert not Endpoint.objects.exists()


def test_a_key_has_a_bounded_number_of_hooks(monkeypatch):
    monkeypatch.setattr(endpoints, "MOST_HOOKS", 2)
    key, _secret = make_key("Zapier", per_minute=9, by=None, at=MORNING)
    first = [make(f"https://hooks.example/{number}", api_key=key)[0] for number in range(2)][0]
    with pytest.raises(TooManyHooks):
        make(api_key=key)
    remove_endpoint(first, by=None, at=MORNING)
    assert make(api_key=key)[0].origin == "rest_hook"


def test_a_hook_of_a_program_sees_no_more_than_its_key():
    key, _secret = make_key("Zapier", per_minute=9, by=None, at=MORNING)
    own, hook = make(may_see_person=True)[0], make(may_see_person=True, api_key=key)[0]
    assert (own.sees_person, hook.sees_person) == (True, False)


def test_what_is_off_on_or_removed_says_so():
    endpoint, _secret = make()
    with pytest.raises(EndpointIsOn):
        switch_on(endpoint, by=None, at=MORNING)
    switch_off(endpoint, by=None, at=MORNING)
    for act in (lambda: switch_off(endpoint, by=None, at=MORNING), lambda: try_now(endpoint, by=None, at=MORNING)):
        with pytest.raises(EndpointIsOff):
            act()
    remove_endpoint(endpoint, by=None, at=MORNING)
    with pytest.raises(EndpointIsRemoved):
        switch_on(endpoint, by=None, at=MORNING)


def test_the_change_log_of_settings_names_who_changed_a_webhook_and_no_secret(client, as_ops, page_text):
    endpoint, secret = make(by=as_ops, header=("X-Key", "hunter2"))
    new = rotate_secret(endpoint, by=as_ops, at=MORNING)
    switch_off(endpoint, by=as_ops, at=MORNING)
    page = page_text(client.get("/changes/?kind=webhooks"))
    assert ("Sheet" in page, "/connections/webhooks/" in page, as_ops.get_full_name() in page) == (True, True, True)
    assert [word for word in (secret, new, "hunter2") if word in page] == []
