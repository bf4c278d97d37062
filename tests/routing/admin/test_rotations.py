"""Rotations in the admin: members in order, turns that go on, messages at the field."""

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Lead
from queues.models import Queue
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import Rotation, RotationMember
from routing.presenters.rotation_warnings import rotation_warnings
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_rep, make_rotation
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [make_rep(last_name=name, first_name="") for name in ("Adi", "Budi", "Citra")]


def lines(rotation: Rotation | None, *added: dict, **changes: dict) -> dict[str, object]:
    """What the lines of the members send; changes by last name."""
    listed = list(rotation.members.select_related("rep__user")) if rotation else []
    sent: dict[str, object] = {
        "members-TOTAL_FORMS": len(listed) + len(added),
        "members-INITIAL_FORMS": len(listed),
        "members-MIN_NUM_FORMS": 0,
        "members-MAX_NUM_FORMS": 1000,
    }
    for number, member in enumerate(listed):
        line = {"id": member.pk, "position": number + 1, "rep": member.rep_id, "rotation": rotation.pk}
        line |= {"is_paused": "on"} if member.is_paused else {}
        line |= changes.get(member.rep.user.last_name, {})
        sent |= {f"members-{number}-{name}": value for name, value in line.items()}
    for number, line in enumerate(added, start=len(listed)):
        sent |= {f"members-{number}-{name}": value for name, value in line.items()}
    return sent


def settings(rotation: Rotation | None, **fields: object) -> dict[str, object]:
    """What the fields of the rotation send; None is a box without its tick."""
    named = {"name": rotation.name if rotation else "New", "is_active": "on", "when_nobody": "hold"}
    named |= {"skips_on_leave": "on", "skips_all_day_meeting": "on", "skips_switched_off": "on"}
    named |= {"way": "smooth", "value_of": "score", "shuffle_days": 30, "skipped_means": "forgone", "resets": "never"}
    named |= {"owed_limit": 5, "owed_a_day": 1, "made_up_percent": 100, "time_zone": "Asia/Jakarta"}
    named |= {"order": rotation.order if rotation else "name"} | fields
    return {name: value for name, value in named.items() if value is not None}


def save(client: Client, rotation: Rotation | None, *added: dict, fields: dict | None = None, **changes: dict):
    place = ["admin:routing_rotation_change", [rotation.pk]] if rotation else ["admin:routing_rotation_add", []]
    sent = settings(rotation, **(fields or {})) | lines(rotation, *added, **changes)
    return client.post(reverse(place[0], args=place[1]), sent)


def names(rotation: Rotation) -> list[str]:
    return [member.rep.user.last_name for member in rotation.members.order_by("position", "pk")]


def turn(rotation: Rotation) -> str:
    return take_turns(rotation, [TurnRequest(make_lead())], at=MORNING)[0].holder.last_name


def test_a_rotation_is_made_with_its_members(client: Client, as_ops, people):
    save(client, None, {"rep": people[1].rep.pk}, {"rep": people[0].rep.pk, "position": 1})
    rotation = Rotation.objects.get()
    assert (rotation.version, names(rotation)) == (1, ["Adi", "Budi"])


def test_dragged_members_take_turns_in_their_new_order(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    save(client, rotation, Citra={"position": 1}, Adi={"position": 2}, Budi={"position": 3})
    assert (names(rotation), [turn(rotation) for _turn in range(3)]) == (["Citra", "Adi", "Budi"],) * 2


def test_one_save_is_one_version(client: Client, as_ops, people):
    rotation, fourth = make_rotation(*people), make_rep(last_name="Dewi")
    save(
        client,
        rotation,
        {"rep": fourth.rep.pk},
        fields={"name": "Renamed", "skips_over_capacity": "on"},
        Adi={"DELETE": "on"},
        Budi={"is_paused": "on"},
        Citra={"position": 1},
    )
    rotation.refresh_from_db()
    assert (rotation.version, rotation.name, names(rotation)) == (2, "Renamed", ["Citra", "Budi", "Dewi"])
    assert rotation.history.latest().history_user == as_ops


def test_saving_without_a_change_makes_no_version(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    save(client, rotation)
    rotation.refresh_from_db()
    assert (rotation.version, rotation.history.count()) == (1, 1)


def test_turns_taken_while_the_page_is_open_are_kept(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    sent = lines(rotation, Adi={"position": 1})
    assert turn(rotation) == "Adi"
    sent |= settings(rotation, name="Renamed")
    client.post(reverse("admin:routing_rotation_change", args=[rotation.pk]), sent)
    rotation.refresh_from_db()
    given = list(RotationMember.objects.order_by("position").values_list("turns_given", flat=True))
    assert (rotation.name, rotation.turns_taken, given, turn(rotation)) == ("Renamed", 1, [1, 0, 0], "Budi")


def test_another_rep_in_a_line_takes_the_place(client: Client, as_ops, people):
    rotation, fourth = make_rotation(*people), make_rep(last_name="Dewi")
    save(client, rotation, Budi={"rep": fourth.rep.pk})
    assert names(rotation) == ["Adi", "Dewi", "Citra"]


def test_a_rep_twice_is_said_at_the_line(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    answer = save(client, rotation, {"rep": people[0].rep.pk})
    formset = answer.context["inline_admin_formsets"][-1].formset
    assert (formset.errors[3], rotation.members.count()) == ({"rep": ["Adi is in the list already."]}, 3)


def test_a_line_without_a_rep_is_said_at_the_line(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    answer = save(client, rotation, {"position": 2})
    assert list(answer.context["inline_admin_formsets"][-1].formset.errors[3]) == ["rep"]


@pytest.mark.parametrize("typed", ["-1", "first", "99999"])
def test_a_place_that_is_none_is_said_at_the_line(client: Client, as_ops, people, typed):
    answer = save(client, make_rotation(*people), Adi={"position": typed})
    assert list(answer.context["inline_admin_formsets"][-1].formset.errors[0]) == ["position"]


def test_fallback_needs_a_person(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    answer = save(client, rotation, fields={"when_nobody": "fallback"})
    assert list(answer.context["adminform"].form.errors) == ["fallback"]


def test_a_new_member_gets_the_waiting_leads(client: Client, as_ops, people, django_capture_on_commit_callbacks):
    rotation = make_rotation()
    entry = make_entry(QueueFactory(dispatch=Queue.Dispatch.PUSH, rotation=rotation))
    with django_capture_on_commit_callbacks(execute=True):
        save(client, rotation, {"rep": people[0].rep.pk})
    assert Lead.objects.get(pk=entry.lead_id).stage == Lead.Stage.HELD


def test_an_unpaused_member_gets_the_waiting_leads(client: Client, as_ops, people, django_capture_on_commit_callbacks):
    rotation = make_rotation(people[0])
    RotationMember.objects.update(is_paused=True)
    entry = make_entry(QueueFactory(dispatch=Queue.Dispatch.PUSH, rotation=rotation))
    with django_capture_on_commit_callbacks(execute=True):
        save(client, rotation, Adi={"is_paused": ""})
    assert Lead.objects.get(pk=entry.lead_id).stage == Lead.Stage.HELD


def test_settings_that_leave_leads_waiting_cause_a_warning(people):
    away = make_rep(first_name="", last_name="Dina")
    away.rep.is_available = False
    away.rep.save()
    rotation = make_rotation(people[0], name="SMB", is_active=False, when_nobody="fallback", fallback=away.rep)
    unused = rotation_warnings(rotation, at=MORNING)
    QueueFactory(name="Small", dispatch="push", rotation=rotation)
    assert unused == ["Dina, the fallback, is not available now."]
    assert rotation_warnings(rotation, at=MORNING) == [
        "SMB is off, but Small gives its leads to it: they wait.",
        "Dina, the fallback, is not available now.",
    ]


@pytest.mark.parametrize("pausing", [True, False])
def test_a_rotation_that_can_give_nothing_warns(client: Client, as_ops, people, pausing):
    rotation = make_rotation(people[0]) if pausing else make_rotation()
    save(client, rotation, fields={"name": "SMB"}, Adi={"is_paused": "on"})
    texts = client.get("/admin/").content.decode()
    text = "Nobody in SMB is available now." if pausing else "SMB has no members: its leads wait until you add some."
    assert text in texts


@pytest.mark.parametrize("is_used_by", ["queue", "turn"])
def test_a_rotation_in_use_is_not_deleted(client: Client, as_ops, people, is_used_by):
    rotation = make_rotation(*people)
    if is_used_by == "queue":
        QueueFactory(name="SMB", dispatch=Queue.Dispatch.PUSH, rotation=rotation)
    else:
        turn(rotation)
    address = reverse("admin:routing_rotation_delete", args=[rotation.pk])
    answer = client.post(address, {"post": "yes"}, follow=True)
    texts = [str(message) for message in answer.context["messages"]]
    text = {"queue": "SMB gives its leads to this rotation.", "turn": "It has given out leads"}[is_used_by]
    assert (Rotation.objects.count(), answer.status_code, texts[0].startswith(text)) == (1, 200, True)


def test_an_unused_rotation_is_deleted(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    client.post(reverse("admin:routing_rotation_delete", args=[rotation.pk]), {"post": "yes"})
    assert (Rotation.objects.count(), RotationMember.objects.count()) == (0, 0)


def test_the_history_shows_what_changed_on_the_members(client: Client, as_ops, people):
    save(client, None, *({"rep": person.rep.pk} for person in people))
    rotation = Rotation.objects.get()
    save(client, rotation, Citra={"position": 1}, Budi={"DELETE": "on"}, fields={"name": "Renamed"})
    page = client.get(reverse("admin:routing_rotation_history", args=[rotation.pk]))
    newest = page.context["page_obj"].object_list[0]
    assert [(each.label, each.old, each.new) for each in newest.differences] == [
        ("Name", "New", "Renamed"),
        ("Order", "By last name", "By hand"),
        ("Budi", "", "left"),
        ("Citra, place", "3", "1"),
        ("Adi, place", "1", "2"),
    ]


def test_a_time_zone_that_does_not_exist_is_refused(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    answer = save(client, rotation, fields={"time_zone": "Mars/Olympus"})
    rotation.refresh_from_db()
    assert ("time_zone" in answer.context["adminform"].form.errors, rotation.time_zone) == (True, "Asia/Jakarta")


@pytest.mark.parametrize("weight", ["-1", "many", "1000"])
def test_a_weight_that_is_none_is_said_at_the_line(client: Client, as_ops, people, weight: str):
    rotation = make_rotation(*people)
    answer = save(client, rotation, Budi={"weight": weight})
    formset = answer.context["inline_admin_formsets"][-1].formset
    assert ("weight" in formset.errors[1], rotation.version) == (True, 1)


def test_weights_may_be_fractions_and_nought_is_paused(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    save(client, rotation, Adi={"weight": "0"}, Budi={"weight": "0.5"})
    assert [turn(rotation) for _turn in range(3)] == ["Citra", "Budi", "Citra"]


def test_what_counts_as_a_turn_and_the_skill_are_set_on_the_rotations_page(client: Client, as_ops):
    rotation = make_rotation(make_rep())
    address = reverse("admin:routing_rotation_change", args=[rotation.pk])
    sent = typed(
        form_of(client.get(address), "rotation_form"), counts_by_hand="on", counts_owner_match="on", skill="industry"
    )
    answer = client.post(address, sent, follow=True)
    rotation.refresh_from_db()
    assert (rotation.counts_by_hand, rotation.counts_owner_match, rotation.skill) == (True, True, "industry")
    assert rotation.version == 2
    texts = [str(message) for message in answer.context["messages"]]
    assert "SMB rotation asks for a skill, but none of its members has any." in texts


def test_where_days_of_caps_are_counted_is_chosen_beside_the_caps(client: Client, as_ops, people, page_text):
    rotation = make_rotation(*people)
    page = unescape(page_text(client.get(reverse("admin:routing_rotation_change", args=[rotation.pk]))))
    for words in ("At most in 60 minutes", "Days of caps are counted in", "Each member's own time zone", "second day"):
        assert words in page
    save(client, rotation, fields={"cap_zone": "member", "cap_hour": 3})
    rotation.refresh_from_db()
    assert (rotation.cap_zone, rotation.cap_hour, rotation.version) == ("member", 3, 2)
    save(client, rotation, fields={"cap_hour": 4})
    rotation.refresh_from_db()
    assert (rotation.cap_zone, rotation.cap_hour) == ("member", 4)
    answer = save(client, rotation, fields={"cap_zone": "moon"})
    assert "cap_zone" in answer.context["adminform"].form.errors
    changes = unescape(page_text(client.get(reverse("admin:routing_rotation_versions", args=[rotation.pk]))))
    assert "The rotation's time zone" in changes and "Each member's own time zone" in changes
