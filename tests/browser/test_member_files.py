"""Members from a file in a real browser: chosen, looked at, named by hand, drafted; axe by day and by night (F11b)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from routing.models import Rotation, RotationDraft
from tests.browser.pages import OpenPage, faults, open_as
from tests.factories import make_ops, make_rep, make_rotation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILE = """Pool Name,User: Full Name,User: Email,Weight,Order,Daily Cap,Active
SMB rotation,Rina Hartono,rina@x.id,50%,2,8,yes
SMB rotation,Budi Santoso,budi@x.id,25%,1,,yes
SMB rotation,Citra Lestari,,25%,3,unlimited,no
SMB rotation,Dewi Anggraini,dewi@x.id,-1,4,x,yes
SMB rotation,Dewi A.,d.a@old.id,1,5,,yes
Enterprise,Eko Prasetyo,eko@x.id,2,,,yes
"""


@pytest.fixture
def people() -> list[User]:
    names = ("Rina Hartono", "Budi Santoso", "Dewi Anggraini", "Citra Lestari", "Eko Prasetyo")
    pairs = [name.split() for name in names]
    return [make_rep(first_name=one, last_name=two, email=f"{one.lower()}@x.id") for one, two in pairs]


@pytest.fixture
def rotation(people: list[User]) -> Rotation:
    return make_rotation(*people[:3])


@pytest.fixture
def open_page(site: str, browser: Browser) -> Iterator[OpenPage]:
    def open_one(path: str, **options: Any) -> Page:
        return open_as(browser, site, make_ops(), path, reduced_motion="reduce", **options)

    yield open_one
    for context in browser.contexts:
        context.close()


def test_a_file_is_chosen_a_person_is_named_and_the_draft_is_made_without_a_mouse(open_page: OpenPage, rotation):
    page = open_page(f"/rotations/{rotation.pk}/")
    page.get_by_role("link", name="Bring members from a file").press("Enter")
    expect(page.get_by_label("Into")).to_have_value(str(rotation.pk))
    expect(page.get_by_label("Name of the new rotation")).to_be_hidden()
    lines = "".join(line for line in FILE.splitlines(keepends=True) if "Enterprise" not in line)
    page.get_by_label("CSV file").set_input_files(
        {"name": "pool.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    )
    page.get_by_role("button", name="Look at the file").press("Enter")
    plan = page.get_by_role("table", name="Members of SMB rotation as they would be")
    expect(plan.get_by_role("row", name="Budi Santoso")).to_contain_text("was 2")
    person = page.get_by_label("Person of line 6")
    person.fill("citra@x.id")
    person.press("Enter")  # looks again, and makes nothing
    expect(page.get_by_role("region", name="Who is this?")).to_contain_text("You say: Citra Lestari")
    assert RotationDraft.objects.count() == 0
    expect(page.get_by_role("region", name="Refused rows")).to_contain_text("The same person as in line 4")
    page.get_by_role("button", name="Make the draft").press("Enter")
    expect(page.get_by_role("heading", name="What changes when it is published")).to_be_visible()
    assert [len(draft.snapshot["members"]) for draft in RotationDraft.objects.all()] == [4]


def test_two_presses_at_once_make_one_draft(open_page: OpenPage, rotation):
    page = open_page(f"/rotations/members/?rotation={rotation.pk}")
    page.get_by_label("Or paste its rows").fill("citra@x.id")
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Make the draft").dblclick()
    expect(page.get_by_role("heading", name="What changes when it is published")).to_be_visible()
    assert RotationDraft.objects.count() == 1


@pytest.mark.parametrize("into", ["file", "new"])
def test_axe_finds_nothing_on_the_form_and_the_preview(open_page: OpenPage, rotation, into: str):
    page = open_page("/rotations/members/")
    found = {"form": faults(page)}
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_text("Choose a file, or paste its rows below.")).to_be_visible()
    found["refused"] = faults(page)
    page.get_by_label("Into").select_option(into)
    page.get_by_label("Or paste its rows").fill(FILE if into == "file" else "citra@x.id\nzorro@x.id\n")
    page.get_by_role("button", name="Look at the file").click()
    if into == "new":
        page.get_by_label("Name of the new rotation").fill("SMB rotation")
        page.get_by_role("button", name="Look again").first.click()
        expect(page.get_by_text("There is a rotation called “SMB rotation” already.")).to_be_visible()
    page.get_by_text("Invite who is not in Alur yet").click()
    found["preview"] = faults(page)
    if into == "file":
        page.get_by_role("button", name="Make 2 drafts").click()
        expect(page.get_by_role("link", name="Draft of Enterprise")).to_be_visible()
        found["made"] = faults(page)
        page.get_by_label("Or paste its rows").fill(FILE.replace("8,yes", "9,yes"))
        page.get_by_role("button", name="Look at the file").click()
        expect(page.get_by_text("Replace the draft of").first).to_be_visible()
        found["replacing"] = faults(page)
    assert found == dict.fromkeys(found, [])
