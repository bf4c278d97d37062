"""The doors of versions and drafts: the form keeps a draft, pages publish, plan, discard and bring back (F11b)."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from routing.actions.rotation.editing import edit_rotation, reorder_rotations
from routing.admin.versions import DRAFT_BUTTON
from routing.models import Rotation, RotationDraft, RotationVersion
from tests.clients import FORBIDDEN, NOT_FOUND, nothing_changes, refusal
from tests.factories import make_manager, make_rep, make_rotation
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def rotation():
    return make_rotation(*(make_rep(last_name=name, first_name="") for name in ("Adi", "Budi", "Citra")))


def form_place(rotation) -> str:
    return reverse("admin:routing_rotation_change", args=[rotation.pk])


def place(rotation) -> str:
    return reverse("admin:routing_rotation_versions", args=[rotation.pk])


def keep(client, rotation, **changes):
    """Press "Save as a draft" in the form of the page, with these fields changed."""
    sent = form_of(client.get(form_place(rotation)), "rotation_form")
    return client.post(form_place(rotation), typed(sent, **changes, **{DRAFT_BUTTON: ""}))


def drafted(client, rotation, **changes) -> RotationDraft:
    answer = keep(client, rotation, **changes)
    draft = RotationDraft.objects.latest("pk")
    assert (answer.status_code, answer.url) == (302, f"{place(rotation)}?draft={draft.pk}")
    return draft


def act(client, rotation, act, **values):
    return client.post(place(rotation), {"act": act, "reason": "Budi asked for it", **values}, follow=True)


def said(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def test_the_form_keeps_a_draft_and_changes_nothing(client, as_ops, rotation):
    draft = drafted(client, rotation, owed_limit="9", **{"members-0-weight": "2.5"})
    rotation.refresh_from_db()
    assert (rotation.owed_limit, rotation.version, draft.by, draft.state) == (5, 1, as_ops, "open")
    page = client.get(f"{place(rotation)}?draft={draft.pk}")
    lines = [(line.label, line.old, line.new) for line in page.context["lines"]]
    assert lines == [("Owed at most", "5", "9"), ("Adi, weight", "1.00", "2.50")]
    assert "Publish now" in page.content.decode()


def test_a_draft_is_published_and_the_list_shows_it(client, as_ops, rotation):
    draft = drafted(client, rotation, owed_limit="9")
    answer = act(client, rotation, "publish", draft=draft.pk, version=1)
    rotation.refresh_from_db()
    assert (rotation.owed_limit, rotation.version) == (9, 2)
    assert "in force as version 2" in said(answer)
    newest, first = answer.context["version_rows"]
    assert [(line.label, line.old, line.new) for line in newest.lines] == [("Owed at most", "5", "9")]
    assert (newest.row.by, newest.row.draft, first.lines) == (as_ops, draft, [])
    assert "already published or discarded" in said(act(client, rotation, "publish", draft=draft.pk, version=2))
    rotation.refresh_from_db()
    assert rotation.version == 2


def test_what_was_opened_before_somebody_else_saved_publishes_nothing(client, as_ops, rotation):
    draft = drafted(client, rotation, owed_limit="9")
    edit_rotation(rotation, fields={"owed_a_day": 4}, by=None, at=timezone.now())
    assert "was changed since" in said(act(client, rotation, "publish", draft=draft.pk, version=1))
    edit_rotation(rotation, fields={"owed_limit": 7}, by=None, at=timezone.now())
    page = client.get(f"{place(rotation)}?draft={draft.pk}")
    assert "Owed at most" in page.context["conflicts"] and "Publish now" not in page.content.decode()
    assert "“Owed at most” was changed by somebody else" in said(
        act(client, rotation, "publish", draft=draft.pk, version=3)
    )
    rotation.refresh_from_db()
    assert (rotation.owed_limit, rotation.version) == (7, 3)


def test_a_draft_is_opened_again_as_it_was_typed_and_kept_as_the_same_one(client, as_ops, rotation):
    draft = drafted(client, rotation, owed_limit="9")
    page = client.get(f"{place(rotation)}?draft={draft.pk}")
    sent = {**dict(page.context["sent"]), "of_draft": draft.pk, "change_again": "1"}
    again = client.post(form_place(rotation), sent)
    form = form_of(again, "rotation_form")
    assert (again.status_code, form["owed_limit"], form["of_draft"]) == (200, ["9"], [str(draft.pk)])
    client.post(form_place(rotation), typed(form, owed_limit="8", **{DRAFT_BUTTON: ""}))
    draft.refresh_from_db()
    assert (RotationDraft.objects.count(), draft.snapshot["fields"]["owed_limit"]) == (1, 8)
    rotation.refresh_from_db()
    assert rotation.owed_limit == 5


def test_a_time_is_planned_taken_back_and_refused_when_it_is_past(client, as_ops, rotation):
    draft = drafted(client, rotation, owed_limit="9")
    then = timezone.localtime(timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    answer = act(client, rotation, "plan", draft=draft.pk, publish_at=then.strftime("%Y-%m-%dT%H:%M"))
    draft.refresh_from_db()
    assert (draft.publish_at, draft.publish_by) == (then, as_ops)
    assert "will be published at" in answer.content.decode()
    act(client, rotation, "unplan", draft=draft.pk)
    draft.refresh_from_db()
    assert draft.publish_at is None
    for wrong in ("2020-01-01T10:00", "9999-01-01T10:00", "soon", ""):
        refused = act(client, rotation, "plan", draft=draft.pk, publish_at=wrong)
        assert (refused.status_code, bool(refused.context["form"].errors)) == (422, True)
    draft.refresh_from_db()
    assert draft.publish_at is None


def test_a_version_is_restored_after_a_confirmation(client, as_ops, rotation):
    edit_rotation(rotation, fields={"owed_limit": 9}, by=as_ops, at=timezone.now())
    asked = client.get(f"{place(rotation)}?back=1")
    assert [(line.old, line.new) for line in asked.context["lines"]] == [("9", "5")]
    answer = act(client, rotation, "back", number=1, version=2)
    rotation.refresh_from_db()
    assert (rotation.owed_limit, rotation.version) == (5, 3)
    assert "Version 1 is restored, as version 3" in said(answer) and "Restored version 1" in answer.content.decode()
    assert "was changed since" in said(act(client, rotation, "back", number=2, version=2))


def test_a_draft_is_discarded_once(client, as_ops, rotation):
    draft = drafted(client, rotation, owed_limit="9")
    act(client, rotation, "discard", draft=draft.pk)
    draft.refresh_from_db()
    assert (draft.state, draft.ended_by) == ("discarded", as_ops)
    assert "never in force" in client.get(f"{place(rotation)}?draft={draft.pk}").content.decode()
    assert "already published or discarded" in said(act(client, rotation, "discard", draft=draft.pk))


def test_nothing_changed_is_no_draft_and_mistakes_stay_at_their_fields(client, as_ops, rotation):
    assert keep(client, rotation).url == form_place(rotation)
    refused = keep(client, rotation, **{"members-0-weight": "-1"})
    assert refused.status_code == 200 and b"A weight cannot be negative" in refused.content
    assert RotationDraft.objects.count() == 0


def test_a_rotation_that_is_not_there_yet_has_no_draft(client, as_ops):
    assert DRAFT_BUTTON not in client.get(reverse("admin:routing_rotation_add")).content.decode()


def test_warnings_of_the_draft_are_shown_before_it_is_published(client, as_ops, rotation):
    draft = drafted(client, rotation, cap_day="0")
    page = client.get(f"{place(rotation)}?draft={draft.pk}")
    assert any("is 0" in text for text in page.context["warnings"])
    assert Rotation.objects.get(pk=rotation.pk).cap_day is None


@pytest.mark.parametrize("wrong", ["0", "99", "x", "-1", "9" * 30, "²"])
def test_unknown_drafts_and_versions_do_not_exist(client, as_ops, rotation, wrong):
    for address in (f"{place(rotation)}?draft={wrong}", f"{place(rotation)}?back={wrong}"):
        assert refusal(client.get(address)) == NOT_FOUND
    for values in ({"act": "publish", "draft": wrong, "version": 1}, {"act": "back", "number": wrong, "version": 1}):
        assert refusal(client.post(place(rotation), values)) == NOT_FOUND
    assert refusal(client.post(place(rotation), {"act": "burn"})) == NOT_FOUND


def test_a_draft_of_another_rotation_does_not_exist(client, as_ops, rotation):
    draft = drafted(client, rotation, owed_limit="9")
    other = make_rotation(make_rep(), name="Other")
    assert refusal(client.get(f"{place(other)}?draft={draft.pk}")) == NOT_FOUND
    with nothing_changes():
        assert refusal(client.post(place(other), {"act": "publish", "draft": draft.pk, "version": 1})) == NOT_FOUND


def test_versions_are_for_sales_ops(client, rotation):
    for person in (make_rep(), make_manager()):
        client.force_login(person)
        assert refusal(client.get(place(rotation), follow=True)) == FORBIDDEN
        with nothing_changes():
            answer = client.post(place(rotation), {"act": "back", "number": 1, "version": 1}, follow=True)
            assert refusal(answer) == FORBIDDEN


def test_the_list_is_bounded_and_its_csv_has_every_line(client, as_ops, rotation):
    for number in range(24):
        edit_rotation(rotation, fields={"owed_limit": 6 + number}, by=as_ops, at=timezone.now())
    page = client.get(place(rotation))
    assert len(page.context["version_rows"]) == 20
    second = client.get(f"{place(rotation)}?page=2")
    assert [each.row.number for each in second.context["version_rows"]] == [5, 4, 3, 2, 1]
    rows = list(csv.reader(StringIO(client.get(f"{place(rotation)}?csv=1").content.decode("utf-8-sig"))))
    assert len(rows) == 1 + 25 and rows[1][3:] == ["Owed at most", "28", "29", ""]
    assert RotationVersion.objects.filter(rotation=rotation).count() == 25


def test_the_page_of_the_rotation_leads_sales_ops_there(client, as_ops, rotation):
    address = reverse("routing:rotation", args=[rotation.pk])
    assert f'href="{place(rotation)}"' in client.get(address).content.decode()
    client.force_login(make_manager())
    assert place(rotation) not in client.get(address).content.decode()


def test_a_version_that_only_moved_members_says_how(client, as_ops, rotation):
    edit_rotation(rotation, fields={"order": "name"}, by=as_ops, at=timezone.now())
    User.objects.filter(last_name="Adi").update(last_name="Zul")
    reorder_rotations(at=timezone.now())
    newest = client.get(place(rotation)).context["version_rows"][0]
    assert [(line.old, line.new) for line in newest.lines] == [("Zul, Budi, Citra", "Budi, Citra, Zul")]
    assert (newest.is_first, newest.row.by) == (False, None)
