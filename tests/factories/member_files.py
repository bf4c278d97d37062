"""Sends files of members to their page, as a browser does, and reads what came of them."""

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from routing.models import RotationDraft
from tests.factories.pages import form_of, typed

PLACE = "/rotations/members/"


def look(client: Client, text: str, *, into: object = "file", **more: object) -> HttpResponse:
    """The file on the page, as it was pasted."""
    return client.post(PLACE, {"into": into, "how": "add", "pasted": text, **more})


def again(client: Client, page: HttpResponse, **changes: object) -> HttpResponse:
    """Send the form of a preview with these fields changed."""
    return client.post(PLACE, typed(form_of(page, "members"), **changes))


def draft(client: Client, page: HttpResponse, **changes: object) -> HttpResponse:
    return again(client, page, **changes, act="draft")


def drafts() -> list[RotationDraft]:
    return list(RotationDraft.objects.filter(state="open").order_by("pk"))


def members(snapshot: dict) -> list[tuple[str, str]]:
    """First names with weights, in order."""
    names = dict(User.objects.filter(rep__isnull=False).values_list("rep", "first_name"))
    return [(names[each["rep"]], each["weight"]) for each in snapshot["members"]]


def notes(page: HttpResponse) -> list[str]:
    return [text for target in page.context["shown"].targets for text in target.problems]
