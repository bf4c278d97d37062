"""Members come from a file: looked at first, then a draft of each rotation (F11b)."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.rotation.versions import publish, schedule
from routing.models import MembershipRule, Rotation, RotationDraft, RotationMember
from routing.queries.rotation.versions import latest_version
from tests.clients import nothing_changes
from tests.factories import TeamFactory, make_lead, make_manager, make_rep, make_rotation
from tests.factories.member_files import PLACE, again, draft, drafts, look, members, notes
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db
NAMES = (("Rina", "Hartono"), ("Budi", "Santoso"), ("Citra", "Lestari"), ("Dewi", "Anggraini"))


@pytest.fixture
def people() -> list[User]:
    return [make_rep(first_name=one, last_name=two, email=f"{one.lower()}@x.id") for one, two in NAMES]


@pytest.fixture
def rotation(people: list[User]) -> Rotation:
    """Rina, Budi and Citra, with weight 1 each."""
    return make_rotation(*people[:3])


def test_a_file_becomes_a_draft_and_nothing_in_force_changes(client, as_ops, people, rotation):
    take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(2)], at=timezone.now())
    rows = RotationMember.objects.order_by("pk").values("pk", "balance", "weight", "turns_given", "position")
    stood = list(rows)
    text = "E-mail,Weight,Order,Cap per day\nDEWI@x.id,0.5,1,8\nbudi@x.id,2,2,\n"
    with nothing_changes():
        page = look(client, text, into=rotation.pk)
    target = page.context["shown"].targets[0]
    assert [(m.place, m.place_was, m.name, m.state, m.weight, m.weight_was) for m in target.members] == [
        ("1", "", "Dewi Anggraini", "joins", "0.5", ""),
        ("2", "", "Budi Santoso", "changes", "2", "1"),
        ("3", "1", "Rina Hartono", "changes", "1", ""),
        ("4", "3", "Citra Lestari", "stays as now", "1", ""),
    ]
    assert target.members[0].caps == "8 a day"
    answer = draft(client, page)
    made = drafts()[0]
    assert (answer.status_code, answer.url) == (302, f"/admin/routing/rotation/{rotation.pk}/versions/?draft={made.pk}")
    assert members(made.snapshot) == [("Dewi", "0.50"), ("Budi", "2.00"), ("Rina", "1.00"), ("Citra", "1.00")]
    assert (made.by, made.base, Rotation.objects.get().version) == (as_ops, 1, 1)
    assert (
        list(RotationMember.objects.order_by("pk").values("pk", "balance", "weight", "turns_given", "position"))
        == stood
    )
    compared = client.get(answer.url)
    lines = [(line.label, line.new) for line in compared.context["lines"]]
    assert ("Dewi Anggraini", "joins with weight 0.5") in lines
    assert ("Budi Santoso, weight", "2.00") in lines
    publish(made, version=1, by=as_ops, at=timezone.now())
    names = RotationMember.objects.order_by("position").values_list("rep__user__first_name", "weight", "cap_day")
    assert [(name, float(weight), cap) for name, weight, cap in names] == [
        *(("Dewi", 0.5, 8), ("Budi", 2, None), ("Rina", 1, None), ("Citra", 1, None))
    ]


def test_the_draft_opens_in_the_form_of_the_rotation_and_can_be_changed_there(client, as_ops, rotation):
    draft(client, look(client, "E-mail,Weight\ndewi@x.id,3\ncitra@x.id,2\n", into=rotation.pk, how="replace"))
    made = drafts()[0]
    assert members(made.snapshot) == [("Citra", "2.00"), ("Dewi", "3.00")]
    page = client.get(f"/admin/routing/rotation/{rotation.pk}/versions/?draft={made.pk}")
    sent = {**dict(page.context["sent"]), "of_draft": made.pk, "change_again": "1"}
    place = f"/admin/routing/rotation/{rotation.pk}/change/"
    form = form_of(client.post(place, sent), "rotation_form")
    assert (form["members-3-weight"], form["members-2-weight"]) == (["3.00"], ["2.00"])
    client.post(place, typed(form, **{"members-2-weight": "4", "routing_rotation_save_draft": ""}))
    made.refresh_from_db()
    assert members(made.snapshot) == [("Citra", "4.00"), ("Dewi", "3.00")]
    assert made.snapshot["fields"]["name"] == rotation.name
    assert RotationDraft.objects.count() == 1


def test_a_new_rotation_is_made_switched_off_with_its_members_in_a_draft(client, as_ops, people):
    page = look(client, "Rina Hartono,50%\nbudi@x.id,50%\n", into="new", name="  Inbound   AE ")
    assert "It is made switched off and empty" in page.context["shown"].targets[0].notes[0]
    answer = draft(client, page)
    made = Rotation.objects.get()
    assert (made.name, made.is_active, made.version, made.members.count()) == ("Inbound AE", False, 1, 0)
    assert members(drafts()[0].snapshot) == [("Rina", "1.00"), ("Budi", "1.00")]
    assert "Publish now" in client.get(answer.url).content.decode()
    publish(drafts()[0], version=1, by=as_ops, at=timezone.now())
    made.refresh_from_db()
    assert (made.is_active, made.order, made.members.count()) == (False, "hand", 2)
    assert made.history.first().history_user == as_ops


def test_several_rotations_of_one_file_become_a_draft_each_or_none(client, as_ops, people, rotation):
    text = "Pool Name;User: Email;Weight\nSMB rotation;dewi@x.id;2\nEnterprise;rina@x.id;1\nOld;budi@x.id;1\n"
    page = look(client, text)
    assert [(each.name, each.rows, each.to) for each in page.context["plan"].groups] == [
        *(("SMB rotation", 1, str(rotation.pk)), ("Enterprise", 1, "new"), ("Old", 1, "new"))
    ]
    page = again(client, page, **{"group-2": ""})
    assert page.context["act_text"] == "Make 2 drafts"
    answer = draft(client, page)
    made = drafts()
    assert [each.rotation.name for each in made] == ["SMB rotation", "Enterprise"]
    assert [members(each.snapshot)[-1] for each in made] == [("Dewi", "2.00"), ("Rina", "1.00")]
    listed = client.get(answer.url).context["made"]
    assert [name for name, _place in listed] == ["Enterprise", "SMB rotation"]
    assert list(Rotation.objects.order_by("pk").values_list("name", "is_active")) == [
        *(("SMB rotation", True), ("Enterprise", False))
    ]


def test_one_of_several_rotations_is_chosen_for_the_rotation_of_the_page(client, as_ops, people, rotation):
    text = "Team,Email\nSMB,dewi@x.id\nEnterprise,rina@x.id\n"
    page = look(client, text, into=rotation.pk)
    assert page.context["problems"] == ["Choose the rotation that gets the members."]
    draft(client, page)
    assert drafts() == []
    page = again(client, page, **{"group-0": rotation.pk})
    draft(client, page)
    assert members(drafts()[0].snapshot)[3:] == [("Dewi", "1.00")]


def test_an_open_draft_is_replaced_only_when_somebody_says_so(client, as_ops, people, rotation):
    draft(client, look(client, "dewi@x.id", into=rotation.pk))
    first = drafts()[0]
    schedule(first, publish_at=timezone.now() + timedelta(days=1), by=as_ops, at=timezone.now())
    page = look(client, "E-mail,Weight\ndewi@x.id,4\n", into=rotation.pk)
    assert "It has a draft already." in notes(page)[0]
    assert f"/versions/?draft={first.pk}" in page.content.decode()
    with nothing_changes():
        refused = draft(client, page)
    assert (refused.status_code, "No draft is made yet" in refused.content.decode()) == (422, True)
    page = again(client, page, **{f"draft-{rotation.pk}": first.pk})
    assert (page.context["act_text"], notes(page)) == ("Replace the draft", [])
    draft(client, page)
    made = drafts()
    assert [(each.pk, members(each.snapshot)[-1], each.publish_at) for each in made] == [
        (first.pk, ("Dewi", "4.00"), None)
    ]


def test_people_are_found_by_address_then_by_name_and_named_by_hand(client, as_ops, people, rotation):
    make_rep(first_name="Sari", last_name="Dewi", email="sari@x.id")
    make_rep(first_name="Sari", last_name="Dewi", email="sari2@x.id")
    make_manager(first_name="Ayu", last_name="", email="ayu@x.id")
    gone = make_rep(first_name="Eko", last_name="", email="eko@x.id")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    text = "Name,Email\nDewi Anggraini,d.anggraini@old.id\nSari Dewi,\n,ayu@x.id\nEko,eko@x.id\nZorro,zorro@x.id\n"
    page = look(client, text, into=rotation.pk)
    shown = page.context["shown"]
    assert [(row.line, row.why) for row in shown.nobody] == [
        (3, "Several people have this name or address"),
        (4, "Has an account, but takes no leads"),
        (5, "Switched off in Alur"),
        (6, "Not in Alur"),
    ]
    assert [each.about for each in shown.targets[0].members[3:]] == [
        "line 2 · found by name, with another address here"
    ]
    assert (list(shown.addresses), "/invitations/?role=Reps" in page.content.decode()) == (["zorro@x.id"], True)
    page = again(client, page, **{"person-3": "sari2@x.id", "person-6": "Nobody Known", "person-4": "Eko"})
    shown = page.context["shown"]
    assert [(row.line, row.typed) for row in shown.nobody] == [
        (3, "sari2@x.id"),
        (4, "Eko"),
        (5, ""),
        (6, "Nobody Known"),
    ]
    assert (shown.nobody[0].why, shown.summary) == ("You say: Sari Dewi", "5 rows are read, 3 are not found here")
    assert shown.nobody[3].to_do == "There is no “Nobody Known” in Alur. Choose somebody from the list."
    assert shown.targets[0].members[-1].about == "line 3 · named by you"
    draft(client, page)
    reps = [each["rep"] for each in drafts()[0].snapshot["members"]]
    assert reps[3:] == [people[3].rep.pk, User.objects.get(email="sari2@x.id").rep.pk]


def test_members_of_a_rule_stay_when_the_others_are_replaced(client, as_ops, people, rotation):
    team = TeamFactory(name="Bandung")
    people[0].rep.teams.add(team)
    MembershipRule.objects.create(rotation=rotation, team=team)
    edit_rotation(rotation, members=[], by=None, at=timezone.now())
    page = look(client, "dewi@x.id", into=rotation.pk, how="replace")
    assert [(each.name, each.about) for each in page.context["shown"].targets[0].members] == [
        ("Rina Hartono", "a rule adds this member"),
        ("Dewi Anggraini", "line 1"),
    ]


def test_columns_and_the_line_of_titles_are_changed_on_the_page(client, as_ops, people, rotation):
    page = look(client, "Who,Figure\ndewi@x.id,3\n", into=rotation.pk)
    columns = [(each.title, each.field) for each in page.context["shown"].columns]
    assert columns == [("Who", "email"), ("Figure", "")]
    page = again(client, page, **{"column-1": "weight"})
    assert page.context["shown"].targets[0].members[-1].weight == "3"
    page = again(client, page, **{"column-1": "email"})
    assert page.context["problems"] == ["E-mail is chosen for more than one column."]
    page = again(client, page, **{"column-0": "", "column-1": ""})
    assert page.context["problems"] == ["No column says who it is. Choose one for the e-mail or the name."]
    beyond = again(client, page, header_line="99")
    assert (beyond.status_code, beyond.context["refused"]) == (422, "There is no line 99.")
    page = again(client, beyond, header_line="0")  # other columns: guessed again
    assert [(each.title, each.field) for each in page.context["shown"].columns] == [
        ("Column 1", "name"),  # "Who" is one of its cells now
        ("Column 2", ""),
    ]
    assert page.context["plan"].rows[0].row.line == 1


def test_a_rotation_like_the_file_gets_no_draft(client, as_ops, people, rotation):
    exported = client.get(f"{PLACE}template/?rotation={rotation.pk}").content.decode()
    page = look(client, exported, how="replace")
    assert notes(page) == ["It is like the file already, so there is nothing to draft."]
    assert page.context["act_text"] == ""
    with nothing_changes():
        assert draft(client, page).status_code == 422
    more = exported + "Enterprise,,dewi@x.id,2,,,,,,yes\n"
    draft(client, look(client, more, how="replace"))
    assert [each.rotation.name for each in drafts()] == ["Enterprise"]


def test_the_template_is_read_without_a_question(client, as_ops, people):
    text = client.get(f"{PLACE}template/").content.decode()
    assert text.splitlines()[1] == "SMB,Rina Hartono,rina@example.com,1,1,,8,,,yes"
    page = look(client, text)
    members = [(each.name, each.weight, each.caps) for each in page.context["shown"].targets[0].members]
    assert members == [("Rina Hartono", "1", "8 a day"), ("Budi Santoso", "0.5", "4 a day")]  # by their names


def statements(client: Client, act) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def test_the_number_of_statements_does_not_grow_with_the_rows(client, as_ops, rotation):
    asked = {}
    latest_version(rotation, at=timezone.now())
    for count in (3, 300):
        reps = [make_rep(email=f"m{count}-{number}@x.id") for number in range(count)]
        text = "Email,Weight,Order\n" + "".join(f"{rep.email},2,{place}\n" for place, rep in enumerate(reps, start=1))
        text += "".join(f"unknown{number}@x.id,1,\n" for number in range(count))
        client.get(PLACE)
        pages = []
        looked = statements(client, lambda text=text, pages=pages: pages.append(look(client, text, into=rotation.pk)))
        made = statements(client, lambda pages=pages: draft(client, pages[0]))
        RotationDraft.objects.all().delete()
        asked[count] = (looked, made)
    assert asked[3] == asked[300]
    assert asked[3][0] <= 15
    assert asked[3][1] <= 30


def test_the_page_is_reached_from_the_rotation_and_from_the_lists(client, as_ops, rotation):
    link = f"{PLACE}?rotation={rotation.pk}"
    assert link in client.get(f"/rotations/{rotation.pk}/").content.decode()
    assert client.get(link).context["form"]["into"].value() == str(rotation.pk)
    listed = client.get("/admin/routing/rotation/").content.decode()
    place = re.search(r'href="([^"]*members_from_file[^"]*)"', listed)
    assert place is not None
    assert client.get(place[1]).url == PLACE
    assert client.get(f"/admin/routing/rotation/{rotation.pk}/members/").url == link
