"""Who is who: unmatched first, chosen by hand, left with them, undone (I4)."""

import pytest

from config.reach.crm.records import CrmPerson
from queues.actions.claims.take import take_next
from queues.actions.crm.people import keep_people
from queues.models import CrmLeft, RemotePerson
from tests.factories import MORNING, QueueFactory, make_entry, make_rep
from tests.factories.crm import make_connection_row, make_crm_link, make_remote_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]


def test_unmatched_come_first_with_what_waits_and_filters_stand_in_the_address(client, as_ops, page_text):
    row = make_connection_row()
    make_remote_person(row, name="Ani Known", user=make_rep(), how="email")
    putri = make_remote_person(row, name="Putri Lubis", email="putri@lubis.example")
    make_remote_person(row, name="Empty queue", is_group=True)
    for _each in range(2):
        make_crm_link(row, seen_owner=putri.remote_id)
    page = page_text(client.get("/connections/people/"))
    assert page.index("Putri Lubis") < page.index("Ani Known")
    assert ("owner of 2 leads" in page, "Empty queue" in page) == (True, False)
    unmatched = page_text(client.get("/connections/people/?who=unmatched"))
    matched = page_text(client.get("/connections/people/?who=matched"))
    assert ("Putri Lubis" in unmatched, "Ani Known" in unmatched) == (True, False)
    assert ("Putri Lubis" in matched, "Ani Known" in matched) == (False, True)


def test_a_person_is_chosen_left_with_them_and_undone(client, as_ops, page_text):
    person, rina = (
        make_remote_person(make_connection_row(), name="Putri Lubis"),
        make_rep(first_name="Rina", last_name="Hartono"),
    )
    match, undo = f"/connections/people/{person.pk}/match/", f"/connections/people/{person.pk}/undo/"
    page = page_text(client.post(match, {"user": rina.pk}, follow=True))
    assert "Putri Lubis is Rina Hartono." in page
    person.refresh_from_db()
    assert (person.user, person.how, person.matched_by, person.matched_at) == (rina, "hand", as_ops, MORNING)
    client.post(undo)
    person.refresh_from_db()
    assert (person.user, person.how) == (None, "")
    client.post(match, {"user": "leave"})
    person.refresh_from_db()
    assert (person.user, person.how) == (None, "hand")


def test_it_says_what_becomes_of_leads_that_were_left_with_them(client, as_ops, page_text):
    person = make_remote_person(make_connection_row(), None, name="Putri Lubis", how="hand")
    for number in range(2):
        CrmLeft.objects.create(connection=person.connection, remote_id=f"r{number}", owner=person.remote_id)
    page = page_text(client.post(f"/connections/people/{person.pk}/undo/", follow=True))
    assert "2 leads that were left with them come in after ten minutes, unless they are left again." in page
    page = page_text(client.post(f"/connections/people/{person.pk}/match/", {"user": make_rep().pk}, follow=True))
    assert "2 leads that were left with them come in within a few minutes." in page


def test_somebody_is_one_person_there(client, as_ops, page_text):
    row, rina = make_connection_row(), make_rep(first_name="Rina", last_name="Hartono")
    make_remote_person(row, name="R. Hartono", user=rina, how="email")
    person = make_remote_person(row, name="Putri Lubis")
    page = page_text(client.post(f"/connections/people/{person.pk}/match/", {"user": rina.pk}, follow=True))
    assert "Rina Hartono is R. Hartono there already. Undo that first." in page
    person.refresh_from_db()
    assert (person.user, person.how) == (None, "")


def test_nobody_who_takes_no_leads_can_be_chosen(client, as_ops, page_text):
    person = make_remote_person(make_connection_row(), name="Putri Lubis")
    page = page_text(client.post(f"/connections/people/{person.pk}/match/", {"user": as_ops.pk}, follow=True))
    assert "Choose a person first." in page
    person.refresh_from_db()
    assert person.user is None


def test_an_email_matches_once_and_never_by_guessing():
    row = make_connection_row()
    rina = make_rep(email="rina@arunika.example")
    make_rep(email="twice@arunika.example"), make_rep(email="Twice@arunika.example")
    found = [
        CrmPerson("1", "Rina", "RINA@arunika.example"),
        CrmPerson("2", "Twice", "twice@arunika.example"),
        CrmPerson("3", "Shared box", "rina@arunika.example", is_group=True),
    ]
    assert keep_people(row, found, at=MORNING) == 1
    assert dict(RemotePerson.objects.values_list("remote_id", "user")) == {"1": rina.pk, "2": None, "3": None}


def test_who_was_undone_is_not_matched_again_and_who_left_stays_listed(client, as_ops):
    row = make_connection_row()
    make_rep(email="rina@arunika.example")
    keep_people(row, [CrmPerson("1", "Rina", "rina@arunika.example")], at=MORNING)
    client.post(f"/connections/people/{RemotePerson.objects.get().pk}/undo/")
    assert keep_people(row, [CrmPerson("1", "Rina H.", "rina@arunika.example")], at=MORNING) == 0
    person = RemotePerson.objects.get()
    assert (person.user, person.name) == (None, "Rina H.")
    keep_people(row, [], at=MORNING)
    assert RemotePerson.objects.get().is_active is False


def test_what_somebody_holds_is_looked_at_again_once_it_is_known_who_that_is(client, as_ops):
    row, queue, rina = make_connection_row(), QueueFactory(), make_rep()
    make_entry(queue)
    held = make_crm_link(row, take_next(queue, by=rina, at=MORNING).lead, wanted_seq=7)
    other = make_crm_link(row, wanted_seq=7)
    client.post(f"/connections/people/{make_remote_person(row).pk}/match/", {"user": rina.pk})
    held.refresh_from_db(), other.refresh_from_db()
    assert (held.wanted_seq, other.wanted_seq) == (0, 7)
