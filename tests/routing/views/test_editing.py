"""What a lead says is corrected where the lead is, and the timeline keeps what it said before (M8, A2, A3)."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads.actions.corrections import correct_lead
from leads.actions.intake.capture import capture_lead
from leads.models import Activity, FieldChange, Identity, Lead, OwnField
from queues.actions.claims.take import take_next
from routing.actions.assignment import return_lead
from routing.actions.closing import close_held_lead
from routing.models import Assignment
from tests.clients import nothing_changes
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NOW = MORNING + 30 * MINUTE
WAS = {
    "first_name": "Dewi",
    "last_name": "Lestari",
    "title": "",
    "phone": "+6281234567890",
    "email": "dewi@acme.example",
    "company_name": "Acme Widgets",
    "company_domain": "acme.example",
    "company_size": "40",
    "industry": "",
    "city": "",
    "country": "ID",
}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team):
    return QueueFactory(team=team, name="MQL")


@pytest.fixture
def rep(team, client: Client):
    made = make_rep(team, first_name="Rina", last_name="Hartono")
    client.force_login(made)
    return made


@pytest.fixture
def held(queue, rep) -> Assignment:
    make_entry(queue, **{name: value or "" for name, value in WAS.items()})
    return take_next(queue, by=rep, at=MORNING)


def send(client: Client, lead: Lead, was: dict | None = None, **typed):
    """The form as it was drawn, with these fields typed."""
    drawn = WAS | (was or {})
    return client.post(
        f"/leads/{lead.pk}/edit/", {f"was_{name}": value for name, value in drawn.items()} | drawn | typed
    )


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)._queued_messages]


def lead_of(held: Assignment) -> Lead:
    return Lead.objects.get(pk=held.lead_id)


def test_the_form_stands_on_the_card_and_on_a_page_of_its_own(client, held):
    address = f"/leads/{held.lead_id}/edit/"
    for page in (f"/leads/{held.lead_id}/", "/desk/"):
        assert f'href="{address}' in client.get(page).content.decode()
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    page = client.get(address).content.decode()
    assert part.lstrip().startswith("<form")
    assert all('name="was_phone" value="+6281234567890"' in each for each in (part, page))


def test_values_are_read_as_by_intake_and_the_timeline_says_from_what_to_what(client, held):
    answer = send(client, held.lead, phone="+62 (812) 9876-5432", country="Singapore", title="CFO")
    lead = lead_of(held)
    assert said(answer) == ["Acme Widgets is corrected: Country, Phone, Job title."]
    assert (lead.phone, lead.country, lead.title) == ("+6281298765432", "SG", "CFO")
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert "Phone: +62 812-3456-7890 → +62 812-9876-5432" in page
    assert "Job title: empty → CFO" in page
    assert "by Rina Hartono" in page


def test_personal_values_are_apart_from_the_activity(client, held):
    send(client, held.lead, phone="+6281298765432", title="CFO")
    act = Activity.objects.get(kind="corrected")
    assert act.details == {"fields": ["phone", "title"], "from": {"title": ""}, "to": {"title": "CFO"}}
    assert list(FieldChange.objects.values_list("field", "before", "after")) == [
        ("phone", "+6281234567890", "+6281298765432")
    ]
    FieldChange.objects.all().delete()
    assert "Phone was corrected" in client.get(f"/leads/{held.lead_id}/").content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"phone": "12"}, "This number does not exist."),
        ({"email": "dewi@"}, "This is not an e-mail address."),
        ({"country": "Atlantis"}, "This country is not known."),
        ({"company_domain": "gmail.com"}, "This is not a company&#x27;s own domain."),
        ({"company_size": "many"}, "Enter a whole number."),
        ({"email": "", "phone": "", "first_name": "", "last_name": ""}, "Leave an e-mail, a phone or an external id"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_stays_typed(client, held, typed, says):
    with nothing_changes():
        answer = send(client, held.lead, title="CFO", **typed)
    page = answer.content.decode()
    assert (answer.status_code, says in page, 'value="CFO"' in page) == (422, True, True)
    assert all(f'value="{value}"' in page for value in typed.values() if value)


def test_a_new_number_is_known_from_now_on_and_the_old_one_no_longer(client, held):
    send(client, held.lead, phone="+6281298765432")
    capture = capture_lead({"phone": "0812 9876 5432", "last_name": "Lestari"}, channel="api", at=NOW)
    assert capture.lead_id == held.lead_id
    assert not Identity.objects.filter(value="+6281234567890").exists()


def test_the_number_of_another_lead_is_refused_and_named_only_to_who_may_see_it(client, held):
    other = make_lead(phone="+6281298765432", company_name="Hidden Co")
    with nothing_changes():
        page = send(client, held.lead, phone="+6281298765432").content.decode()
    assert "Another lead has this already." in page
    assert "Hidden Co" not in page
    client.force_login(make_ops())
    assert (
        f"Hidden Co (#{other.pk}) has this already." in send(client, held.lead, phone="+6281298765432").content.decode()
    )


def test_what_a_colleague_changed_in_another_field_stays(client, held, team):
    correct_lead(held.lead, {"title": "CFO"}, by=make_manager(team), at=NOW)
    send(client, held.lead, phone="+6281298765432")
    assert (lead_of(held).title, lead_of(held).phone) == ("CFO", "+6281298765432")


def test_two_who_changed_one_field_see_both_values_and_the_second_decides(client, held, team):
    ayu = make_manager(team, first_name="Ayu", last_name="Pratama")
    correct_lead(held.lead, {"title": "CFO"}, by=ayu, at=NOW)
    with nothing_changes():
        answer = send(client, held.lead, title="CEO")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ayu Pratama changed this to “CFO” (" in page
    assert 'name="title" value="CEO"' in page
    assert 'name="was_title" value="CFO"' in page
    send(client, held.lead, was={"title": "CFO"}, title="CEO")
    assert lead_of(held).title == "CEO"


def test_undo_puts_fields_and_identities_back(client, held, now):
    (message,) = get_messages(
        send(client, held.lead, phone="+6281298765432", title="CFO").wsgi_request
    )._queued_messages
    assert said(client.post(message.extra_tags)) == ["Undone: Acme Widgets says what it said before."]
    lead = lead_of(held)
    assert (lead.phone, lead.title) == ("+6281234567890", "")
    assert Identity.objects.filter(lead=lead, value="+6281234567890").exists()
    assert "<del>" in client.get(f"/leads/{lead.pk}/").content.decode()
    with nothing_changes():
        assert said(client.post(message.extra_tags)) == []


def test_undo_is_refused_late_and_after_another_change(client, held, team, now):
    (message,) = get_messages(send(client, held.lead, title="CFO").wsgi_request)._queued_messages
    correct_lead(held.lead, {"title": "CEO"}, by=make_manager(team), at=NOW)
    assert said(client.post(message.extra_tags)) == ["Acme Widgets was changed since, so this cannot be undone."]
    now.move_to(NOW + 6 * MINUTE, tick=False)
    assert said(client.post(message.extra_tags)) == ["Five minutes are over. Edit Acme Widgets again instead."]
    assert lead_of(held).title == "CEO"


def test_managers_and_ops_may_and_a_stranger_reads_nothing(client, held, team):
    for number, person in enumerate((make_manager(team), make_ops())):
        client.force_login(person)
        send(client, held.lead, was={"title": lead_of(held).title}, title=f"Head {number}")
        assert lead_of(held).title == f"Head {number}"
    for stranger in (make_rep(team), make_manager(TeamFactory())):
        client.force_login(stranger)
        with nothing_changes():
            assert send(client, held.lead, title="x").status_code == 404
        assert client.get(f"/leads/{held.lead_id}/edit/").status_code == 404


def test_a_manager_of_its_queue_corrects_a_waiting_lead(client, queue, team):
    lead = make_entry(queue, company_name="Acme Widgets").lead
    client.force_login(make_manager(team))
    assert client.post(f"/leads/{lead.pk}/edit/", {"title": "CFO"}).status_code == 302
    assert Lead.objects.get(pk=lead.pk).title == "CFO"


def test_who_lost_the_lead_keeps_what_was_typed(client, held, rep):
    return_lead(held, reason="no_skill", note="", by=rep, at=NOW)
    with nothing_changes():
        answer = send(client, held.lead, title="CFO")
    assert (answer.status_code, "Job title: CFO" in answer.content.decode()) == (409, True)


def test_a_closed_lead_is_only_read_by_who_held_it(client, held, rep):
    close_held_lead(held, stage="won", by=rep, at=NOW)
    assert "/edit/" not in client.get(f"/leads/{held.lead_id}/").content.decode()
    assert send(client, held.lead, title="CFO").status_code == 409


def test_nothing_changed_says_so(client, held):
    with nothing_changes():
        assert said(send(client, held.lead, phone="0812-3456-7890")) == ["Nothing was changed."]


def test_own_fields_stand_on_the_card_and_are_corrected_there(client, held):
    fields = [("lead_quality", "Lead Quality", "choice"), ("visits", "Visits", "number"), ("note", "Hidden", "text")]
    for place, (key, name, kind) in enumerate(fields):
        OwnField.objects.create(
            key=key, name=name, kind=kind, choices=["High", "Low"], is_shown=kind != "text", position=2 - place
        )
    own = {"choice:lead_quality": "Worst", "number:visits": 1200.5, "text:note": "not shown"}
    Lead.objects.filter(pk=held.lead_id).update(own=own)
    page = client.get(f"/leads/{held.lead_id}/")
    shown = page.content.decode().partition("al-ownfacts")[2].partition("</dl>")[0]
    assert re.findall(r"<d[td]>(.*?)</d[td]>", shown) == ["Visits", "1\xa0200.5", "Lead Quality", "Worst"]
    form = client.get(f"/leads/{held.lead_id}/edit/").context["form"]
    assert [(name, form[name].value()) for name in own if name in form.fields] == [
        ("choice:lead_quality", "Worst"),
        ("number:visits", "1200.5"),
    ]
    was = {"choice:lead_quality": "Worst", "number:visits": "1200.5"}
    wrong = send(client, held.lead, was, **{"number:visits": "many"})
    assert (wrong.status_code, wrong.context["form"].errors) == (
        422,
        {"number:visits": ["Write a number, such as 80."]},
    )
    answer = send(client, held.lead, was, **{"number:visits": "", "choice:lead_quality": "High", "title": "CFO"})
    assert said(answer) == ["Acme Widgets is corrected: Lead Quality, Visits, Job title."]
    assert lead_of(held).own == {"choice:lead_quality": "High", "number:visits": None, "text:note": "not shown"}
    assert "Lead Quality: Worst → High" in client.get(f"/leads/{held.lead_id}/").content.decode()
    client.post(f"/leads/corrections/{Activity.objects.latest('pk').pk}/undo/")
    assert lead_of(held).own == own


def test_what_a_colleague_changed_in_an_own_field_is_asked(client, held, team):
    OwnField.objects.create(key="visits", name="Visits", kind="number")
    correct_lead(held.lead, {"number:visits": 3}, by=make_manager(team, first_name="Maya"), at=MORNING)
    answer = send(client, held.lead, {"number:visits": ""}, **{"number:visits": "5"})
    assert answer.context["form"].errors["number:visits"][0].startswith("Maya")
    assert lead_of(held).own == {"number:visits": 3}
