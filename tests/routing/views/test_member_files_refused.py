"""Files of members that cannot be used, pages that are too old, and people who may not (F11b)."""

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from routing.actions.rotation.editing import edit_rotation
from routing.models import Rep, Rotation
from tests.clients import FORBIDDEN, nothing_changes, refusal
from tests.factories import make_manager, make_rep, make_rotation
from tests.factories.member_files import PLACE, again, draft, drafts, look, members, notes

pytestmark = pytest.mark.django_db
PERCENT = "If these are percentages, choose “Weight in percent” for the column."
NAMES = (("Rina", "Hartono"), ("Budi", "Santoso"), ("Citra", "Lestari"), ("Dewi", "Anggraini"))


@pytest.fixture
def people() -> list[User]:
    return [make_rep(first_name=one, last_name=two, email=f"{one.lower()}@x.id") for one, two in NAMES]


@pytest.fixture
def rotation(people: list[User]) -> Rotation:
    """Rina, Budi and Citra, with weight 1 each."""
    return make_rotation(*people[:3])


def test_a_second_press_makes_no_second_draft(client, as_ops, people, rotation):
    for into, name in ((rotation.pk, ""), ("new", "Enterprise")):
        page = look(client, "dewi@x.id", into=into, name=name)
        first, second = draft(client, page), draft(client, page)
        assert (first.status_code, second.status_code, first.url) == (302, 302, second.url)
    assert [each.rotation.name for each in drafts()] == ["SMB rotation", "Enterprise"]


def test_what_changed_since_the_page_was_shown_is_shown_before_anything_is_made(client, as_ops, people, rotation):
    page = look(client, "E-mail,Weight\ndewi@x.id,4\n", into=rotation.pk)
    edit_rotation(rotation, fields={"owed_limit": 9}, by=None, at=timezone.now())
    with nothing_changes():
        stale = draft(client, page)
    assert (stale.status_code, "has changed since you looked" in stale.content.decode()) == (409, True)
    assert draft(client, stale).status_code == 302
    assert (drafts()[0].base, drafts()[0].snapshot["fields"]["owed_limit"]) == (2, 9)


def test_a_name_that_is_taken_meanwhile_makes_nothing(client, as_ops, people):
    page = look(client, "dewi@x.id", into="new", name="Enterprise")
    make_rotation(name="Enterprise")
    with nothing_changes():
        refused = draft(client, page)
    assert refused.status_code == 422
    assert "There is a rotation called “Enterprise” already." in notes(refused)[0]


def test_refused_rows_have_their_lines_and_reasons_and_remove_nobody(client, as_ops, people, rotation):
    text = "Email,Weight\nrina@x.id,-1\nbudi@x.id,many\ndewi@x.id,1\nDEWI@X.ID,2\ncitra@x.id,0\n,3\neko@x.id,200\n"
    page = look(client, text, into=rotation.pk, how="replace")
    shown = page.context["shown"]
    assert [(row.line, row.why) for row in shown.refused] == [
        (2, "Weight “-1”: A weight cannot be negative. 0 gives no leads."),
        (3, "Weight “many”: Write a number such as 2, 0.5 or 1/2, or a percentage such as 150 %."),
        (5, "The same person as in line 4, which counts."),
        (7, "No name and no e-mail address."),
        (8, f"Weight “200”: A weight is at most 100. {PERCENT}"),
    ]
    states = {each.name: each.state for each in shown.targets[0].members}
    assert states == {
        "Rina Hartono": "stays as now",
        "Budi Santoso": "stays as now",
        "Citra Lestari": "changes, paused",
        "Dewi Anggraini": "joins",
    }
    rows = again(client, page, act="left_out").content.decode().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["2", "3", "5", "7", "8"]


def test_letters_in_doubt_are_asked_before_a_draft(client, as_ops, rotation):
    make_rep(first_name="Ayşe", last_name="Yılmaz", email="ayse@x.id")
    content = "Name\nAyşe Yılmaz\n".encode("cp1254")
    page = client.post(PLACE, {"into": rotation.pk, "how": "add", "file": SimpleUploadedFile("members.csv", content)})
    assert page.context["problems"] == [
        "Choose how the letters are written, above. Alur does not guess the names of people."
    ]
    assert "cp1254" in [value for value, _name, _cells in page.context["shown"].ways]
    page = again(client, page, encoding="cp1254")
    assert page.context["shown"].targets[0].members[-1].name == "Ayşe Yılmaz"
    assert draft(client, page).status_code == 302


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "The file is empty."),
        (b"Email,Weight\n", "The file has a header but no rows."),
        (b"%PDF-1.7", "This is a PDF document, not a CSV file."),
        (b"a@x.id\n" * 20_001, "The file is too large: at most 20\xa0000 rows and 4 MB."),
        (b"\0" * 4_000_001, "The file is too large: at most 20\xa0000 rows and 4 MB."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(client, as_ops, rotation, content: bytes, text: str):
    with nothing_changes():
        page = client.post(
            PLACE, {"into": rotation.pk, "how": "add", "file": SimpleUploadedFile("members.csv", content)}
        )
    assert (page.status_code, text in page.context["form"].errors["file"][0]) == (422, True)


def test_a_form_without_a_file_or_with_a_broken_one_is_refused(client, as_ops, rotation):
    refused = {
        "Choose a file, or paste its rows below.": {},
        "The file did not arrive whole. Choose it again.": {"kept": "QUJD"},
        "Choose a file or paste its rows, not both.": {
            "pasted": "rina@x.id",
            "file": SimpleUploadedFile("members.csv", b"budi@x.id"),
        },
    }
    for text, sent in refused.items():
        page = client.post(PLACE, {"into": rotation.pk, "how": "add", **sent})
        errors = page.context["form"].errors
        assert (page.status_code, [text in each for each in errors.values()]) == (422, [True])
    strange = client.post(PLACE, {"into": "999999", "how": "wipe", "pasted": "rina@x.id"})
    assert (strange.status_code, sorted(strange.context["form"].errors)) == (422, ["how", "into"])


def test_ten_thousand_rows_stay_within_the_request_and_a_bounded_page(client, as_ops, people, rotation):
    text = (
        "Email,Weight\n" + "".join(f"nobody{number}@x.id,{number % 3}\n" for number in range(9_999)) + "dewi@x.id,2\n"
    )
    page = look(client, text, into=rotation.pk)
    shown = page.context["shown"]
    assert (len(shown.nobody), shown.more_nobody, len(shown.addresses)) == (50, 9_949, 500)
    assert shown.summary == "10\xa0000 rows are read, 9\xa0999 are not found here"
    assert len(page.content) < 400_000
    assert draft(client, page).status_code == 302
    assert members(drafts()[0].snapshot)[-1] == ("Dewi", "2.00")


def test_more_members_than_a_rotation_takes_are_refused(client, as_ops, rotation):
    many = [User(username=f"u{number}@x.id", email=f"u{number}@x.id") for number in range(998)]
    Rep.objects.bulk_create([Rep(user=user) for user in User.objects.bulk_create(many)])
    page = look(client, "".join(f"{user.email}\n" for user in many), into=rotation.pk)
    assert notes(page) == ["It would have 1\xa0001 members, and a rotation takes 1\xa0000 at most."]
    assert (len(page.context["shown"].targets[0].members), page.context["shown"].targets[0].more) == (200, 801)
    with nothing_changes():
        assert draft(client, page).status_code == 422


def test_only_who_edits_rotations_brings_members(client, people, rotation):
    clerk = make_manager()
    clerk.user_permissions.add(Permission.objects.get(codename="change_rotation"))  # but not among the settings
    for person in (people[0], make_manager(), clerk):
        client.force_login(person)
        assert refusal(client.get(PLACE)) == FORBIDDEN
        assert refusal(client.get(f"{PLACE}template/?rotation={rotation.pk}")) == FORBIDDEN
        with nothing_changes():
            assert refusal(look(client, "dewi@x.id", into=rotation.pk, act="draft")) == FORBIDDEN
        assert PLACE not in client.get(f"/rotations/{rotation.pk}/").content.decode()


def test_who_may_not_add_rotations_makes_none_from_a_file(client, people, rotation):
    editor = make_manager(is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="change_rotation"))
    client.force_login(editor)
    values = [value for value, _label in client.get(PLACE).context["form"].fields["into"].choices]
    assert values == ["file", str(rotation.pk)]
    with nothing_changes():
        assert look(client, "dewi@x.id", into="new", name="Enterprise").status_code == 422
        assert refusal(look(client, "Team,Email\nEnterprise,dewi@x.id\n")) == FORBIDDEN
    assert draft(client, look(client, "dewi@x.id", into=rotation.pk)).status_code == 302
