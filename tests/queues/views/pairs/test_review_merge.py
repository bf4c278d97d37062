"""Merge and keep both through the doors of the review desk, and what leads to a merged lead (A3, A6, C9)."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.actions.corrections import correct_lead
from leads.models import Activity, Lead, Merge
from queues.actions.claims.take import take_next
from queues.actions.entries.placement import place_leads
from queues.actions.review.decisions import nurture
from queues.models import Entry, ReviewItem
from tests.clients import NOT_FOUND, refusal
from tests.factories import MORNING, make_entry, make_lead, make_ops, make_rep
from tests.factories.pairs import HTMX, MINUTE, says, twin

pytestmark = pytest.mark.django_db


def merge(
    client: Client, item: ReviewItem, other: Lead, *, stays: str = "theirs", htmx: bool = False, query="", **more
):
    sent = {"other": other.pk, "stays": stays, **more}
    return client.post(f"/review/{item.pk}/merge/{query}", sent, headers=HTMX if htmx else {})


def test_the_comparison_offers_a_choice_where_the_two_differ(client: Client, ops, known):
    twin(known, first_name="Bayu", last_name="Saputra", title="Manager", phone="+62811", score=71)
    panel = client.get("/review/").context["panel"]
    assert {field.part: field.picked for field in panel.fields if field.picked} == {
        "name": "theirs",
        "email": "theirs",
        "phone": "mine",
        "title": "theirs",
        "score": "mine",
    }
    swapped = client.get("/review/", {"stays": "mine"}).context["panel"]
    picked = {field.part: field.picked for field in swapped.fields if field.picked}
    assert picked == {"name": "mine", "email": "mine", "phone": "mine", "title": "mine", "score": "mine"}


def test_the_page_says_what_a_merge_would_do(page_text, client: Client, ops, known, queue):
    rep = make_rep(first_name="David", last_name="Siregar")
    place_leads([known], at=MORNING)
    item = twin(known, score=71)
    page = page_text(client.get("/review/"))
    assert f"Merge into Lintas Niaga #{known.pk}" in page
    assert f"It is recorded as a re-engagement on Lintas Niaga #{known.pk}. It stays in SMB with its age." in page
    assert "The score rises from 50 to 71" in page
    assert "Keep this lead instead" in page
    take_next(queue, by=rep, at=MORNING)
    page = page_text(client.get("/review/", {"stays": "mine"}))
    assert "David Siregar is notified that the lead came back; nobody else gets it." in page
    assert f"Lintas Niaga #{known.pk} is held by David Siregar, so it must be the lead that stays." in page
    assert "Keep this lead instead" not in page
    assert f"/review/{item.pk}/merge/" in page


@pytest.mark.parametrize("htmx", [True, False])
def test_merging_by_its_door_with_choices(client: Client, ops, known, htmx: bool):
    item, other = twin(known, 2, title="Manager", last_name="Saputra"), twin(known, 30)
    query = f"?item={item.pk}&next={other.pk}"
    answer = merge(client, item, known, htmx=htmx, query=query, **{"pick-title": "mine", "pick-name": "theirs"})
    made = Merge.objects.get()
    known.refresh_from_db()
    assert (known.title, known.last_name, made.by, made.absorbed) == ("Manager", "A Saputra", ops, item.lead)
    told = answer.headers["HX-Trigger"] if htmx else says(answer)
    assert f"Lintas Niaga #{item.lead_id} is merged into Lintas Niaga #{known.pk}." in told
    undo = reverse("queues:merge_undo", args=[made.pk])
    if htmx:
        assert undo in told
        assert answer.context["panel"].item == other
    else:
        assert answer.url == f"/review/?item={other.pk}"


def test_the_other_way_round_by_its_door(client: Client, ops, known):
    place_leads([known], at=MORNING - 99 * MINUTE)
    item = twin(known)
    answer = merge(client, item, known, stays="mine", **{"pick-title": "theirs"})
    lead = Lead.objects.get(pk=item.lead_id)
    assert (lead.stage, lead.title, Entry.objects.waiting().get().since_at) == (
        "waiting",
        "Supervisor",
        MORNING - 99 * MINUTE,
    )
    assert says(answer) == f"Lintas Niaga #{known.pk} is merged into Lintas Niaga #{lead.pk}."


def test_a_second_click_merges_nothing_twice(client: Client, ops, known):
    item = twin(known)
    merge(client, item, known)
    again = merge(client, item, known, htmx=True)
    assert (again.status_code, Merge.objects.count()) == (409, 1)
    assert "Bima Prasetyo decided about Lintas Niaga at 10:42: Merged." in again.headers["HX-Trigger"]


def test_who_comes_second_reads_who_was_first(client: Client, ops, known):
    item = twin(known)
    nurture(item, by=make_ops(first_name="Ayu", last_name="Wulandari"), at=MORNING - MINUTE)
    answer = merge(client, item, known, htmx=True)
    assert (answer.status_code, Merge.objects.count()) == (409, 0)
    assert "Ayu Wulandari decided about Lintas Niaga at 10:41: Nurture." in answer.headers["HX-Trigger"]


def test_a_page_that_shows_a_lead_as_free_does_not_absorb_what_somebody_took(client: Client, ops, known, queue):
    place_leads([known], at=MORNING)
    item = twin(known)
    take_next(queue, by=make_rep(), at=MORNING)
    answer = merge(client, item, known, stays="mine", htmx=True)
    assert (answer.status_code, Merge.objects.count()) == (409, 0)
    assert f"Lintas Niaga #{known.pk} is now held by a rep" in answer.headers["HX-Trigger"]


def test_a_pair_that_is_not_compared_is_not_merged(client: Client, ops, known):
    item, stranger = twin(known), make_lead()
    answer = merge(client, item, stranger, htmx=True)
    assert (answer.status_code, Merge.objects.count()) == (409, 0)
    assert "These two leads are no longer compared." in answer.headers["HX-Trigger"]
    for sent in ({"other": "x", "stays": "theirs"}, {"other": known.pk, "stays": "both"}, {}):
        assert client.post(f"/review/{item.pk}/merge/", sent).status_code == 422
    assert client.post("/review/99999/merge/", {"other": known.pk, "stays": "theirs"}).status_code == 404


def test_taking_it_back_from_the_message_opens_the_lead_again(client: Client, ops, known):
    item = twin(known, phone="+62811")
    merge(client, item, known)
    correct_lead(known, {"city": "Depok"}, by=None, at=MORNING)
    undo = reverse("queues:merge_undo", args=[Merge.objects.get().pk])
    answer = client.post(undo, {"next": "/review/?item=7"})
    assert (answer.url, says(answer)) == (
        f"/review/?item={item.pk}",
        f"Lintas Niaga #{item.lead_id} is back on the desk.",
    )
    again = client.post(undo, {"next": "/review/"})
    assert (again.url, says(again)) == ("/review/", "Bima Prasetyo has already undone this merge.")
    assert client.post(reverse("queues:merge_undo", args=[99999])).status_code == 404


def test_the_page_of_the_lead_that_stays_can_take_it_back(page_text, client: Client, ops, known):
    item = twin(known, title="Manager")
    merge(client, item, known, **{"pick-title": "mine"})
    correct_lead(known, {"title": "Director"}, by=None, at=MORNING)
    page = reverse("leads:lead", args=[known.pk])
    undo = reverse("queues:merge_undo", args=[Merge.objects.get().pk])
    assert f'action="{undo}"' in page_text(client.get(page))
    answer = client.post(undo, {"next": page})
    assert answer.url == page
    assert says(answer).endswith(f"These fields of Lintas Niaga #{known.pk} were changed since and stay: Title.")
    assert undo not in page_text(client.get(page))


def test_why_it_cannot_be_taken_back_is_said(client: Client, ops, known):
    item = twin(known)
    merge(client, item, known, **{"pick-email": "mine"})
    correct_lead(known, {"email": "new@lintas.example.com"}, by=None, at=MORNING)
    other = make_lead(email=item.lead.email, company_name="Bumi")
    answer = client.post(reverse("queues:merge_undo", args=[Merge.objects.get().pk]))
    words = f"Bumi #{other.pk} now has an e-mail address or phone number of Lintas Niaga #{item.lead_id}"
    assert says(answer) == f"{words}, so this merge cannot be undone."


def test_a_merged_leads_page_leads_to_the_one_that_stays(client: Client, ops, known):
    item = twin(known)
    merge(client, item, known)
    answer = client.get(reverse("leads:lead", args=[item.lead_id]) + "?on_desk=1")
    assert answer.url == reverse("leads:lead", args=[known.pk]) + "?on_desk=1"
    assert says(answer) == f"Lintas Niaga #{item.lead_id} was merged into Lintas Niaga #{known.pk}."


def test_a_merged_lead_says_nothing_to_who_may_not_see_the_other(client: Client, ops, known, queue):
    mine = make_entry(queue, company_name="Mine").lead
    rep = make_rep()
    held = take_next(queue, by=rep, at=MORNING)
    item = twin(known)
    merge(client, item, known)
    Lead.objects.filter(pk=mine.pk).update(stage="merged", merged_into=known)
    held.ended_at, held.ended_how = MORNING, "lost"
    held.save()
    client.force_login(rep)
    for lead in (mine.pk, item.lead_id, known.pk):
        assert refusal(client.get(reverse("leads:lead", args=[lead]))) == NOT_FOUND


def test_the_timeline_shows_both_histories_in_order(page_text, client: Client, ops, known):
    Activity.objects.create(lead=known, kind="noted", at=MORNING - 60 * MINUTE, details={"text": "Called before"})
    item = twin(known)
    Activity.objects.create(lead=known, kind="noted", at=MORNING - MINUTE, details={"text": "Called after"})
    merge(client, item, known)
    page = page_text(client.get(reverse("leads:lead", args=[known.pk])))
    other = f"Lintas Niaga #{item.lead_id}"
    told = [f"You merged {other} into this lead", "Called after", "Went to the review desk", "Called before"]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert page.count(f"from {other}") == 1
    assert f"from {other}" in page[places[2] : places[3]]
    client.post(reverse("queues:merge_undo", args=[Merge.objects.get().pk]))
    own = page_text(client.get(reverse("leads:lead", args=[item.lead_id])))
    assert f"Merged into lead #{known.pk}" in own
    assert f"The merge with {other} was taken back" in own
    assert "Called" not in own


def test_the_admin_leads_to_the_one_that_stays(admin_client: Client, known):
    item = twin(known)
    Lead.objects.filter(pk=item.lead_id).update(stage="merged", merged_into=known)
    answer = admin_client.get(reverse("admin:leads_lead_change", args=[item.lead_id]))
    assert answer.url == reverse("admin:leads_lead_change", args=[known.pk])
