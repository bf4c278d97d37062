"""Before one act on all leads of the review desk that match: what is offered, previewed and refused (A6, A9)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Lead, OwnField
from queues.actions.entries.placement import send_to_review
from queues.models import CleanupRun
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import (
    MORNING,
    QueueFactory,
    SourceFactory,
    TeamFactory,
    make_lead,
    make_manager,
    make_rep,
)
from tests.queues.views.many.acts import MANY, confirm, preview, says, stages, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
MINUTE = timedelta(minutes=1)


def test_only_sales_ops_act_on_many(client, sixty):
    run = CleanupRun.objects.create(act="nurture", at=MORNING, is_desk=True, wanted={"items": [], "gone": 0})
    acts = [f"/review/runs/{run.pk}/stop/", f"/review/runs/{run.pk}/undo/", MANY]
    pages = [MANY, "/review/runs/", f"/review/runs/{run.pk}/left.csv"]
    for user in (make_rep(TeamFactory()), make_manager(TeamFactory())):
        client.force_login(user)
        assert [client.post(path).status_code for path in acts] == [403] * 3
        assert [client.get(path).status_code for path in pages] == [403] * 3
    assert stages() == {"review": 62}


def test_the_desk_offers_all_that_match(client, as_ops, sixty, page_text):
    page = page_text(client.get("/review/", {"reason": "no_rule"}))
    assert "Select all 60 that match this filter" in page
    few = page_text(client.get("/review/", {"reason": "queue_off"}))
    assert "that match this filter" not in few


def test_all_that_match_are_asked_about_first(client, as_ops, sixty, smb):
    sent = {"act": "approve", "queue": smb.pk, "all": "1", "items": [sixty[0].pk]}
    with nothing_changes():
        answer = client.post("/review/decide/?reason=no_rule&page=2", sent)
    assert answer.status_code == 302
    assert answer.url == f"{MANY}?reason=no_rule&page=2&act=approve&queue={smb.pk}"
    part = client.post("/review/decide/?reason=no_rule", sent, headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == f"{MANY}?reason=no_rule&act=approve&queue={smb.pk}"


def test_the_preview_says_what_will_happen_and_changes_nothing(client, as_ops, sixty, smb):
    with nothing_changes():
        page = preview(client, "approve", queue=smb.pk)
    shown = page.context["preview"]
    assert (page.status_code, shown.title) == (200, "Approve 60 leads into SMB?")
    assert shown.will == [
        "60 leads go into SMB.",
        "Leads that come to the desk from now on are not touched, nor those that others decide about first.",
        "You can undo all of it for 30 days: each lead that has not moved on since comes back.",
    ]
    assert shown.stays == ["A lead that a rep takes afterwards stays with the rep."]
    assert not shown.is_over


def test_more_than_the_person_saw_is_asked_about_again(client, as_ops, sixty, smb):
    page = preview(client, "nurture")
    with nothing_changes():
        answer = confirm(client, page, sure="59")
    assert (answer.status_code, answer.context["found"].total, answer.context["was"]) == (409, 60, 59)
    assert b"60 leads match now; it was 59." in answer.content


@pytest.mark.parametrize(
    "query",
    ["reason=rule-999", "reason=bogus", "source=bogus", "age=bogus", "reason=no_rule&source=bogus", "own=gone%3DHigh"],
)
def test_a_filter_that_is_gone_never_means_all(client, as_ops, sixty, smb, query):
    with nothing_changes():
        asked = preview(client, "nurture", query)
        sent = {"act": "nurture", "sure": "60", "newest": "99999", "seen_at": MORNING.isoformat()}
        answer = client.post(f"{MANY}?{query}", sent)
    assert (asked.status_code, answer.status_code) == (422, 422)
    assert says(asked)[-1] == "No lead is on the desk for these filters any more. Nothing was done."


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"act": "burn"}, "Choose what to do."),
        ({}, "Choose what to do."),
        ({"act": "approve"}, "Choose a queue for the leads."),
        ({"act": "approve", "queue": "999999"}, "This queue is switched off. Choose another."),
        ({"act": "reject", "why": "no_capacity"}, "Choose a reason."),
    ],
)
def test_wrong_input_is_answered_in_words(client, as_ops, sixty, sent, text):
    seen = {"sure": "60", "newest": "99999", "seen_at": MORNING.isoformat()}
    with nothing_changes():
        answers = [client.get(f"{MANY}?reason=no_rule", sent), client.post(f"{MANY}?reason=no_rule", sent | seen)]
        forged = client.post(f"{MANY}?reason=no_rule", {"act": "nurture", "sure": "x"})
    assert [answer.status_code for answer in (*answers, forged)] == [422] * 3
    assert [says(answer)[-1] for answer in answers] == [text] * 2


def test_filters_of_source_age_and_text_hold_for_the_run(client, as_ops, sixty, smb):
    source = SourceFactory(slug="fair", name="Fair")
    fair = [make_lead(company_name=f"Fair {number}", source=source) for number in range(3)]
    send_to_review([(lead, ["no_rule"], None) for lead in fair[:2]], at=MORNING - timedelta(hours=5))
    send_to_review([(fair[2], ["no_rule"], None)], at=MORNING)
    query = "source=fair&age=24h"
    confirm(client, preview(client, "nurture", query), query)
    work()
    assert [Lead.objects.get(pk=lead.pk).stage for lead in fair] == ["nurture", "nurture", "review"]
    query = "q=Fair 2"
    confirm(client, preview(client, "nurture", query), query)
    assert stages() == {"nurture": 3, "review": 62}


def test_a_filter_of_an_own_field_holds_for_the_run_and_for_the_way_there(client, as_ops, sixty, smb):
    OwnField.objects.create(key="quality", name="Quality", kind="choice", choices=["High", "Low"])
    high = Lead.objects.order_by("pk")[7]
    Lead.objects.filter(pk=high.pk).update(own={"choice:quality": "High"})
    query = "own=quality%3DHigh"
    sent = client.post(f"/review/decide/?{query}", {"act": "nurture", "all": "1"})
    assert "own=quality%3DHigh" in sent["Location"]
    confirm(client, preview(client, "nurture", query), query)
    work()
    assert (stages(), Lead.objects.get(stage="nurture")) == ({"nurture": 1, "review": 61}, high)


def test_unknown_runs_and_runs_of_the_cleanup_are_not_found(client, as_ops):
    other = CleanupRun.objects.create(act="nurture", at=MORNING, wanted={"leads": []})
    for pk in (other.pk, 999_999):
        assert refusal(client.post(f"/review/runs/{pk}/stop/")) == NOT_FOUND
        assert refusal(client.post(f"/review/runs/{pk}/undo/")) == NOT_FOUND
        assert client.get(f"/review/runs/{pk}/left.csv").status_code == 404


def test_more_ticks_than_a_page_has_are_refused_with_their_number(client, as_ops, sixty):
    with nothing_changes():
        answer = client.post("/review/decide/", {"act": "nurture", "items": [item.pk for item in sixty]})
    assert answer.status_code == 422
    assert says(answer)[-1].startswith("60 leads are ticked, and 50 at most can be decided so. Nothing was done.")


def test_ticked_leads_are_undone_together(client, as_ops, sixty):
    answer = client.post("/review/decide/", {"act": "nurture", "items": [item.pk for item in sixty[:50]]})
    run = CleanupRun.objects.get()
    assert (says(answer)[-1], stages()) == ("50 leads go to nurture.", {"nurture": 50, "review": 12})
    assert [message.extra_tags for message in get_messages(answer.wsgi_request)] == [f"/review/runs/{run.pk}/undo/"]
    client.post(f"/review/runs/{run.pk}/undo/")
    assert stages() == {"review": 62}


def test_ticked_leads_that_are_not_there_are_named(client, as_ops, sixty):
    items = [sixty[0].pk, sixty[1].pk, 999_999]
    answer = client.post("/review/decide/", {"act": "nurture", "items": items})
    assert says(answer)[-1] == "2 leads go to nurture. 1 is no longer there."


def test_no_request_asks_more_of_the_database_when_more_leads_match(client, as_ops, sixty, smb):
    def asked(act, address: str) -> int:
        client.get("/review/")
        with CaptureQueriesContext(connection) as found:
            act(address)
        return len(found)

    few = QueueFactory(name="Few")
    lead = make_lead()
    send_to_review([(lead, ["step_failed"], None)], at=MORNING)
    counts = [
        [
            asked(client.get, f"/review/?reason={reason}"),
            asked(client.get, f"/review/list/?reason={reason}"),
            asked(client.get, f"{MANY}?reason={reason}&act=ask"),
            asked(client.get, f"{MANY}?reason={reason}&act=approve&queue={few.pk}"),
        ]
        for reason in ("step_failed", "no_rule")
    ]
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 25
    page = preview(client, "nurture")
    with CaptureQueriesContext(connection) as found:
        confirm(client, page)
    assert len(found) <= 40
