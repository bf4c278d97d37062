"""Who publishes a draft or restores a version says why, and everybody can read it (F11b, C8)."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.versions import publish_due, save_draft
from routing.models import Rep, Rotation, RotationDraft, RotationVersion
from routing.queries.rotation.versions import snapshot_of
from tests.clients import nothing_changes
from tests.factories import MORNING, make_rep, make_rotation

pytestmark = pytest.mark.django_db
WHY = "The board asked for it"
DAY = timedelta(days=1)


@pytest.fixture
def rotation(as_ops) -> Rotation:
    rotation = make_rotation(make_rep(), make_rep(), name="SMB")
    edit_rotation(rotation, fields={"owed_limit": 7}, by=as_ops, at=timezone.now())
    return Rotation.objects.get()


@pytest.fixture
def draft(rotation, as_ops) -> RotationDraft:
    wanted = snapshot_of(rotation)
    wanted["fields"]["owed_limit"] = 9
    return save_draft(rotation, wanted, sent=[], by=as_ops, at=timezone.now())


def place(rotation) -> str:
    return reverse("admin:routing_rotation_versions", args=[rotation.pk])


def send(client, rotation, act: str, **values):
    return client.post(place(rotation), {"act": act, **values})


def tomorrow() -> str:
    return timezone.localtime(timezone.now() + DAY).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("reason", [None, "", "   ", "x" * 201], ids=["missing", "empty", "blanks", "too_long"])
@pytest.mark.parametrize("act", ["publish", "plan", "back"])
def test_without_a_reason_nothing_happens(client, rotation, draft, act, reason):
    values = {"draft": draft.pk, "version": 2, "number": 1, "publish_at": tomorrow()}
    values |= {} if reason is None else {"reason": reason}
    with nothing_changes():
        answer = send(client, rotation, act, **values)
    form = answer.context["now_form" if act == "publish" else "form"]
    assert (answer.status_code, list(form.errors)) == (422, ["reason"])
    assert str(form.errors["reason"][0]) in answer.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("act", ["publish", "back"])
def test_the_reason_is_in_the_history_and_in_the_log_of_changes(client, rotation, draft, act, page_text):
    send(client, rotation, act, draft=draft.pk, version=2, number=1, reason=f"  {WHY} ")
    assert RotationVersion.objects.get(number=3).reason == WHY
    assert f"Reason: {WHY}" in page_text(client.get(place(rotation)))
    assert client.get(f"{place(rotation)}?csv=1").content.decode().splitlines()[1].endswith(WHY)
    assert f"Reason: {WHY}" in page_text(client.get("/changes/?kind=rotations"))


def test_a_reason_is_shown_in_the_log_when_only_members_changed(client, rotation, as_ops, page_text):
    wanted = snapshot_of(rotation)
    wanted["members"][0]["weight"] = "2.00"
    draft = save_draft(rotation, wanted, sent=[], by=as_ops, at=timezone.now())
    send(client, rotation, "publish", draft=draft.pk, version=2, reason=WHY)
    assert f"Reason: {WHY}" in page_text(client.get("/changes/?kind=rotations"))


def test_the_reason_of_a_plan_is_kept_until_it_is_carried_out(client, rotation, draft, page_text):
    send(client, rotation, "plan", draft=draft.pk, publish_at=tomorrow(), reason=WHY)
    page = client.get(f"{place(rotation)}?draft={draft.pk}")
    assert (f"Reason: {WHY}" in page_text(page), page.context["form"]["reason"].value()) == (True, WHY)
    publish_due(at=timezone.now() + DAY)
    assert RotationVersion.objects.get(number=3).reason == WHY
    assert f"Reason: {WHY}" in page_text(client.get(f"{place(rotation)}?draft={draft.pk}"))


def test_a_plan_taken_back_forgets_its_reason(client, rotation, draft):
    send(client, rotation, "plan", draft=draft.pk, publish_at=tomorrow(), reason=WHY)
    send(client, rotation, "unplan", draft=draft.pk)
    assert RotationDraft.objects.get().reason == ""


def test_a_reason_is_shown_as_text(client, rotation, draft):
    send(client, rotation, "publish", draft=draft.pk, version=2, reason="<b>now</b>")
    pages = [client.get(address).content.decode() for address in (place(rotation), "/changes/")]
    assert [("&lt;b&gt;now&lt;/b&gt;" in page, "<b>now</b>" in page) for page in pages] == [(True, False)] * 2


def test_an_upgrade_takes_the_last_sign_in_for_the_last_use():
    known, seen, never = make_rep(last_login=MORNING), make_rep(last_login=MORNING), make_rep()
    Rep.objects.filter(user=seen).update(last_seen_at=MORNING + DAY)
    import_module("routing.migrations.0015_reasons_and_presence").see_who_signed_in(apps, None)
    found = dict(Rep.objects.values_list("user", "last_seen_at"))
    assert [found[user.pk] for user in (known, seen, never)] == [MORNING, MORNING + DAY, None]
