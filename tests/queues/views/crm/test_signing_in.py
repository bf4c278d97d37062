"""A sign-in at the CRM: by a link, and back in the same browser only (I4)."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as django_settings
from time_machine import TimeMachineFixture

from config.kept.form import SECRET
from queues.forms.crm.sign_in import WAYS
from queues.models import Connection
from tests.factories import MORNING
from tests.factories.crm import make_connection_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
APP = {"client_id": "app-1", "client_secret": "very-secret"}


@pytest.fixture
def draft() -> Connection:
    return make_connection_row(state="draft", account_id="", credentials="", base_url="")


def begin(client, draft: Connection) -> dict[str, list[str]]:
    """What the CRM is asked for."""
    address = f"/connections/{draft.pk}/sign-in/"
    ready = client.post(f"{address}?way=sign-in", APP, follow=True).content.decode()
    assert f'href="{address}go/"' in ready and "very-secret" not in ready
    away = client.get(f"{address}go/")
    assert (away.status_code, urlsplit(away["Location"]).netloc) == (302, "app.hubspot.com")
    return parse_qs(urlsplit(away["Location"]).query)


def test_the_page_of_the_crm_gets_no_secret_and_a_state(client, as_ops, draft):
    asked = begin(client, draft)
    assert asked["client_id"] == ["app-1"]
    assert asked["redirect_uri"] == ["http://testserver/connections/signed-in/"]
    assert len(asked["state"][0]) > 30 and "client_secret" not in asked
    assert "very-secret" not in json.dumps(dict(client.session))


def test_another_browser_cannot_end_it(client, as_ops, draft, page_text):
    begin(client, draft)
    page = page_text(client.get("/connections/signed-in/?state=stolen&code=1", follow=True))
    assert "This sign-in was not begun in this browser, or too long ago." in page
    draft.refresh_from_db()
    assert (draft.credentials, draft.account_id) == ("", "")


def test_it_ends_within_a_quarter_of_an_hour(client, as_ops, draft, page_text, time_machine: TimeMachineFixture):
    state = begin(client, draft)["state"][0]
    time_machine.move_to(MORNING + timedelta(minutes=16), tick=False)
    page = page_text(client.get(f"/connections/signed-in/?state={state}&code=1", follow=True))
    assert "too long ago" in page


def test_a_person_who_does_not_allow_it_changes_nothing(client, as_ops, draft, page_text):
    state = begin(client, draft)["state"][0]
    page = page_text(client.get(f"/connections/signed-in/?state={state}&error=access_denied", follow=True))
    assert "HubSpot did not let Alur in, because it was not allowed there. Nothing has changed." in page
    draft.refresh_from_db()
    assert draft.account_id == ""


def test_an_address_that_is_not_that_of_the_crm_is_refused(client, as_ops, page_text):
    dynamics = make_connection_row("dynamics", state="draft", account_id="", credentials="", base_url="")
    typed = {"tenant": "arunika.example", "client_id": "1", "client_secret": "x"}
    for address in ("https://evil.example", "http://a.crm5.dynamics.com", "https://a.dynamics.com.evil.example", "x"):
        answer = client.post(f"/connections/{dynamics.pk}/sign-in/", typed | {"base_url": address})
        assert (answer.status_code, "This is no address of this CRM." in page_text(answer)) == (422, True)
    salesforce = make_connection_row("salesforce", state="draft", account_id="", credentials="", base_url="")
    own = {"own_domain": "https://evil.example", **APP}
    answer = client.post(f"/connections/{salesforce.pk}/sign-in/?way=client", own)
    assert (answer.status_code, "This is no address of this CRM." in page_text(answer)) == (422, True)


def test_no_secret_of_these_forms_is_kept_for_later():
    fields = {name for ways in WAYS.values() for _label, form in ways.values() for name in form.SECRETS}
    assert fields == {"token", "client_secret", "private_key"}
    assert all(SECRET.search(name) for name in fields)
    assert django_settings.CRM_TRUSTED_HOSTS == []
