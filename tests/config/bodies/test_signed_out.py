"""A file that is brought after the session ended leads to the sign-in, not to a refusal for its size (M7)."""

import pytest
from django.test import Client

from config.bodies.limits import TOO_LARGE
from config.models import Session
from tests.factories import make_ops

pytestmark = pytest.mark.django_db
UPLOADS = "/imports/"


def bring(client: Client, path: str = "/imports/new") -> tuple[int, str]:
    """As the doors of a server hand it on after they did not read it."""
    answer = client.post(path, {}, headers={"Referer": f"http://testserver{UPLOADS}"}, **{TOO_LARGE: True})
    return answer.status_code, answer.headers.get("Location", "")


def test_a_large_file_after_the_end_of_the_session_leads_to_the_sign_in(client: Client):
    client.force_login(make_ops(), backend="routing.backends.RoutingBackend")
    client.get(UPLOADS)
    assert bring(client) == (413, "")
    Session.objects.all().delete()
    assert bring(client) == (302, f"/sign-in/?next={UPLOADS}")
    assert bring(client, "/profile/me/") == (413, "")
    assert bring(Client()) == (413, "")
