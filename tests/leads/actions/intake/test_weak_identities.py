"""A weak identity says "same", a strong one says "other": nobody is joined to a stranger, whatever the order (A3)."""

import itertools
import random
from datetime import timedelta

import pytest

from leads.actions.intake.capture import capture_lead, capture_leads, resolve_captures
from leads.actions.merging import merge_leads, split_leads
from leads.models import Capture, Identity, Lead, LeadAlias
from leads.queries.merging import possible_duplicates_of
from queues.actions.review.decisions import keep_both
from queues.models import EntryRule, ReviewItem
from tests.factories import MORNING, QueueFactory

pytestmark = pytest.mark.django_db

LATER = MORNING + timedelta(hours=1)
OFFICE = "+622155501234"
SARI = {"name": "Sari Ayu", "email": "sari@nila.co.id", "company_name": "Hotel Nila", "phone": OFFICE}
TOM = {"name": "Tom Becker", "email": "tom@becker-bau.de", "company_name": "Becker Bau", "phone": OFFICE}
ANI = {"name": "Ani Wijaya", "email": "ani@bumi.co.id", "company_name": "Bumi Hijau", "phone": OFFICE}


@pytest.fixture(autouse=True)
def queue():
    made = QueueFactory()
    EntryRule.objects.create(name="Everybody", position=9, outcome="queue", queue=made)
    return made


def arrive(at=LATER, **raw) -> Capture:
    return capture_lead(raw, channel="form", at=at)


def aliases() -> list[tuple[str, str, str]]:
    return sorted(LeadAlias.objects.order_by("pk").values_list("lead__email", "value", "why"))


def test_another_person_with_the_same_phone_is_on_the_desk_beside_the_one_it_resembles():
    sari = arrive(at=MORNING, **SARI).lead
    tom = arrive(**TOM).lead
    tom.refresh_from_db()
    item = ReviewItem.objects.get()
    assert (item.lead, item.reasons, tom.stage, tom.resembles) == (tom, ["same_but_other"], "review", sari)
    assert tom.problems == [{"field": "phone", "code": "same_but_other", "value": "email name"}]
    assert (possible_duplicates_of(tom), aliases()) == ([sari], [("tom@becker-bau.de", OFFICE, "claimed")])
    assert Identity.objects.get(kind="phone").lead == sari


def test_decided_once_it_is_not_asked_again():
    sari = arrive(at=MORNING, **SARI).lead
    tom = arrive(**TOM).lead
    keep_both(ReviewItem.objects.get(), by=None, at=LATER)
    for again in (TOM, TOM | {"email": "t.becker@becker-bau.de"}, {"name": "T. Becker", "phone": OFFICE}):
        assert arrive(at=LATER + timedelta(hours=1), **again).lead == tom
    assert (arrive(**SARI).lead, Lead.objects.count(), ReviewItem.objects.filter(closed_at=None).count()) == (
        sari,
        2,
        0,
    )


def test_merged_by_hand_both_names_and_addresses_are_one_person():
    sari, tom = arrive(at=MORNING, **SARI).lead, arrive(**TOM).lead
    merge_leads(tom, sari, picks={}, by=None, at=LATER)
    assert arrive(name="Tom Becker", email="tom@gmail.com", phone=OFFICE).lead == sari


def test_a_merge_taken_back_parts_what_each_is_known_by():
    sari, tom = arrive(at=MORNING, **SARI).lead, arrive(**TOM).lead
    split_leads(merge_leads(tom, sari, picks={}, by=None, at=LATER), by=None, at=LATER)
    assert (tom.aliases.get(kind="phone").why, sari.aliases.count()) == ("claimed", 0)
    assert arrive(name="Tom Becker", phone=OFFICE, email="tom@web.de").lead == tom


@pytest.mark.parametrize("together", [True, False])
def test_the_number_of_a_switchboard_joins_nobody(together: bool):
    people = [SARI, TOM, ANI, {"name": "Budi Santoso", "phone": OFFICE}, {"name": "Rina Hartono", "phone": OFFICE}]
    if together:
        capture_leads(people, channel="form", at=MORNING)
    else:
        for raw in people:
            arrive(**raw)
    assert Lead.objects.count() == 5
    assert Identity.objects.filter(kind="phone").count() == 0
    assert [why for _mail, _value, why in aliases()] == ["shared"] * 5
    assert arrive(phone=OFFICE).lead not in Lead.objects.filter(email__gt="")


def test_earlier_joins_of_a_switchboard_stay_and_its_own_addresses_still_join():
    sari = arrive(**SARI).lead
    assert arrive(name="Sari", phone=OFFICE, city="Bogor").lead == sari
    capture_leads([TOM, ANI], channel="form", at=LATER)
    assert (arrive(**SARI).lead, sari.captures.count(), Lead.objects.count()) == (sari, 3, 3)


def test_a_placeholder_address_joins_nobody_and_stays_findable():
    raws = [{"name": name, "email": "none@none.com", "company_name": "Nila"} for name in ("Sari Ayu", "Tom Becker")]
    rows = capture_leads(raws, channel="form", at=MORNING)
    assert [(row.state, row.lead.email, row.problems[0]["code"]) for row in rows] == [("made", "", "placeholder")] * 2
    assert LeadAlias.objects.filter(why="placeholder", value="none@none.com").count() == 2
    assert Identity.objects.count() == 0


def test_two_colleagues_write_from_one_mailbox():
    sari = arrive(name="Sari Ayu", email="info@nila.co.id", phone="+628123456789").lead
    other = arrive(name="Budi Santoso", email="info@nila.co.id", phone="+628120000000").lead
    assert (other == sari, ReviewItem.objects.get().lead) == (False, other)
    assert arrive(email="info@nila.co.id", message="Again").lead == sari
    assert arrive(name="Budi", email="info@nila.co.id").lead == other


def test_a_mailbox_of_a_company_goes_on_joining_however_many_write_from_it():
    office = {"email": "info@nila.co.id"}
    lead = arrive(name="Sari Ayu", **office).lead
    for name in ("Budi Santoso", "Citra Dewi", "Rina Hartono"):
        assert arrive(name=name, **office).lead == lead
    assert Identity.objects.get(kind="email").lead == lead


def test_names_that_arrive_for_a_lead_are_kept_once():
    lead = arrive(**SARI).lead
    for name in ("Sari A.", "SARI AYU", "Sari A."):
        arrive(email=SARI["email"], name=name)
    assert list(lead.aliases.values_list("kind", "value", "folded", "why")) == [("name", "Sari A.", "sari a", "")]


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_rows_gives_the_same_leads(seed: int):
    """Of people with a name and an address of their own, who share phones and ids and come up to three times."""
    chance = random.Random(seed)
    phones = [f"+6281234567{n:02d}" for n in range(6)]
    people = [
        {
            "name": f"{first} {last}",
            "email": f"{first}.{last}@maju{n}.co.id".lower(),
            "phone": chance.choice(phones),
            "external_id": str(chance.randrange(8)),
        }
        for n, (first, last) in enumerate(zip(FIRST, LAST, strict=True))
    ]
    rows = [person for person in people for _time in range(chance.randrange(1, 4))]
    found = []
    for _order in range(2):
        chance.shuffle(rows)
        half = chance.randrange(len(rows))
        capture_leads(rows[:half], channel="form", at=MORNING)
        capture_leads(rows[half:], channel="form", at=LATER)
        found.append(sorted(Lead.objects.values_list("email", "first_name", "last_name")))
        assert {row.raw["email"] for row in Capture.objects.all()} == {email for email, *_name in found[-1]}
        assert all(row.lead.email == row.raw["email"] for row in Capture.objects.select_related("lead"))
        ReviewItem.objects.all().delete()
        Capture.objects.all().delete()
        for lead in Lead.objects.all():
            lead.entries.all().delete()
        Lead.objects.all().delete()
    assert found[0] == found[1]


FIRST = ["Sari", "Tom", "Ani", "Budi", "Rina", "Carlos", "Mei", "Putu", "Hans", "Lucia", "Omar", "Nadia"]
LAST = ["Ayu", "Becker", "Wijaya", "Santoso", "Hartono", "Mendez", "Lin", "Gede", "Vogel", "Rossi", "Haddad", "Karim"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_who_says_less_is_recognised_after_who_says_more(order: tuple[int, ...]):
    """Of rows that are resolved together."""
    rows = [SARI, TOM, {"name": "Sari Ayu", "phone": OFFICE}]
    found = capture_leads([rows[index] for index in order], channel="form", at=MORNING)
    by_row = {index: row.lead_id for index, row in zip(order, found, strict=True)}
    assert (by_row[0] == by_row[2], by_row[0] == by_row[1], Lead.objects.count()) == (True, False, 2)


def test_an_id_of_the_release_before_takes_the_system_that_names_it_and_then_joins_no_other():
    old = arrive(external_id="1", name="Sari Ayu").lead
    Identity.objects.update(system="")
    rows = resolve_with("hubspot", {"external_id": "1", "name": "Sari A.", "email": "sari@nila.co.id"})
    assert (rows[0].lead, sorted(Identity.objects.values_list("value", "system"))) == (
        old,
        [("1", "hubspot"), ("sari@nila.co.id", "")],
    )
    other = resolve_with("salesforce", {"external_id": "1"})[0].lead
    assert (other == old, sorted(Identity.objects.filter(value="1").values_list("system", "lead"))) == (
        False,
        [("hubspot", old.pk), ("salesforce", other.pk)],
    )


def test_an_id_of_the_release_before_joins_no_other_person():
    old = arrive(external_id="1", **SARI).lead
    tom = resolve_with("hubspot", {"external_id": "1", "name": "Tom Becker"})[0].lead
    assert (tom == old, ReviewItem.objects.get().lead, tom.problems[0]["value"]) == (False, tom, "name")
    assert sorted(Identity.objects.filter(value="1").values_list("system", "lead")) == [
        ("", old.pk),
        ("hubspot", tom.pk),
    ]


def resolve_with(system: str, *raws: dict) -> list[Capture]:
    rows = [Capture.objects.create(channel="form", received_at=LATER, raw=raw, fingerprint="x") for raw in raws]
    return resolve_captures(rows, at=LATER, reading={"ids_of": system})
