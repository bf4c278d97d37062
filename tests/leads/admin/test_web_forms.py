"""Public forms in the admin: made, embedded, counted; what was held back is taken in (A1c)."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboards.queries.changes import change_log
from leads.actions.web_forms import Submission, receive_submission
from leads.models import Capture, Lead, WebForm
from queues.models import EntryRule
from tests.factories import QueueFactory, SourceFactory, make_lead, make_rep, make_web_form

pytestmark = pytest.mark.django_db
ADD, LIST = "/admin/leads/webform/add/", "/admin/leads/webform/"
ASKS = {"asks-name": "required", "asks-email": "required", "asks-message": "optional"}


def typed(**more: object) -> dict[str, object]:
    source = SourceFactory(slug="inbound-form", name="Inbound form")
    form = {"name": "Contact", "title": "Talk to sales", "is_active": "on", "source": source.pk, "language": "en"}
    return form | ASKS | {"per_hour": 10, "per_hour_in_all": 500} | more


def spam(form: WebForm, **raw: str) -> Capture:
    return receive_submission(form, Submission(raw=raw, nonce=f"n{raw}", spam="trap"), at=timezone.now())


def embed(form: WebForm) -> str:
    return reverse("admin:leads_webform_embed", args=[form.pk])


def texts_of(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_a_form_is_made_and_its_lines_are_shown_to_copy(client: Client, as_ops):
    answer = client.post(
        ADD, typed(allowed_origins="www.Example.com/contact\nhttps://shop.example.com", title='"Us" & you')
    )
    form = WebForm.objects.get()
    assert answer["Location"] == embed(form)
    assert (form.asks, form.allowed_origins) == (
        {"name": "required", "email": "required", "message": "optional"},
        ["https://www.example.com", "https://shop.example.com"],
    )
    page = client.get(embed(form)).content.decode()
    snippet = html.unescape(re.search(r'<textarea id="snippet"[^>]*>(.*?)</textarea>', page, re.S)[1])
    frame = re.fullmatch(
        r'<iframe src="([^"]+)"\s+title="([^"]+)" width="100%" height="(\d+)" .*</iframe>', snippet, re.S
    )
    assert (frame[1], html.unescape(frame[2])) == (f"http://testserver/forms/{form.slug}/", '"Us" & you')
    assert Client().get(frame[1]).status_code == 200


def test_a_form_keeps_its_address_when_it_is_renamed_and_the_log_tells_of_it(client: Client, as_ops):
    client.post(ADD, typed())
    form = WebForm.objects.get()
    slug, place = form.slug, reverse("admin:leads_webform_change", args=[form.pk])
    client.post(place, typed(name="Visit", **{"asks-message": "", "asks-phone": "optional"}))
    form.refresh_from_db()
    assert (form.name, form.slug) == ("Visit", slug)
    change = change_log(kind="web-forms").changes[0]
    assert [(each.label, each.old, each.new) for each in change.differences] == [
        ("Name", "Contact", "Visit"),
        ("Asks for", "Name *, E-mail *, Message", "Name *, E-mail *, Phone"),
    ]


def test_saving_without_a_change_writes_nothing(client: Client, as_ops):
    client.post(ADD, typed(allowed_origins="https://www.example.com"))
    form = WebForm.objects.get()
    client.post(reverse("admin:leads_webform_change", args=[form.pk]), typed(allowed_origins="https://www.example.com"))
    assert form.history.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"asks-email": "optional"}, "asks"),
        ({"asks-first_name": "optional"}, "asks"),
        ({"allowed_origins": "http://www.example.com"}, "allowed_origins"),
        ({"allowed_origins": "https://x.example; script-src *"}, "allowed_origins"),
        ({"allowed_origins": "\n".join(f"https://{n}.example.com" for n in range(21))}, "allowed_origins"),
        ({"redirect_url": "http://www.example.com/"}, "redirect_url"),
        ({"redirect_url": "https://localhost:x/"}, "redirect_url"),
        ({"redirect_url": "javascript:alert(1)"}, "redirect_url"),
        ({"consent_url": "privacy"}, "consent_url"),
        ({"per_hour": 0}, "per_hour"),
        ({"per_hour_in_all": 99_999}, "per_hour_in_all"),
        ({"source": ""}, "source"),
        ({"title": ""}, "title"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_a_form_cannot_be_is_said_at_its_field(client: Client, as_ops, more, field):
    answer = client.post(ADD, typed(**more))
    assert (list(answer.context["adminform"].form.errors), WebForm.objects.count()) == ([field], 0)


def test_the_page_shows_captures_of_the_form_in_30_days(client: Client, as_ops):
    form, at = make_web_form(), timezone.now()
    known = make_lead(email="known@maju.co.id")
    for number, email in enumerate(("new@maju.co.id", known.email)):
        receive_submission(form, Submission(raw={"email": email}, nonce=str(number)), at=at)
    receive_submission(form, Submission(raw={"email": "old@maju.co.id"}, nonce="old"), at=at - timedelta(days=31))
    spam(form, message="cheap watches")
    page = client.get(embed(form)).content.decode()
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["3", "1", "1", "1"]
    assert "cheap watches" in page
    assert client.get(LIST).context["cl"].result_list[0].brought.received == 3


def test_a_form_without_websites_says_what_to_do(client: Client, as_ops):
    page = client.get(embed(make_web_form())).content.decode()
    assert ("No website may embed this form yet" in page, 'id="snippet"' in page, 'id="link"' in page) == (
        True,
        False,
        True,
    )


def test_what_is_not_spam_becomes_a_lead_once_and_the_message_says_where_it_went(client: Client, as_ops):
    queue = QueueFactory(name="Hot inbound")
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=queue)
    form = make_web_form()
    row = spam(form, email="sari@hotelnila.co.id", company_name="Hotel Nila")
    place = reverse("admin:leads_capture_take_in", args=[row.pk])
    assert ("Take this in?" in client.get(place).content.decode(), Lead.objects.count()) == (True, 0)
    answer = client.post(place, follow=True)
    lead = Lead.objects.get()
    assert answer.redirect_chain[-1][0] == embed(form)
    assert [re.sub("<[^>]*>", "", text) for text in texts_of(answer)] == [
        "Hotel Nila is taken in. Waits in Hot inbound."
    ]
    assert lead.activities.get(kind="captured").by == as_ops
    again = client.post(place, follow=True)
    assert (texts_of(again), lead.activities.filter(kind="re_engaged").count()) == (
        ["This is not held as spam, or no longer."],
        0,
    )


def test_spam_without_anybody_in_it_is_taken_in_to_the_desk(client: Client, as_ops):
    place = reverse("admin:leads_capture_take_in", args=[spam(make_web_form(), message="cheap watches").pk])
    answer = client.post(place, follow=True)
    lead = Lead.objects.get()
    link = f'<a href="/leads/{lead.pk}/">#{lead.pk}</a>'
    assert texts_of(answer) == [f"{link} is taken in. On the review desk: Nothing says who it is."]


def test_empty_spam_stays_with_the_reason(client: Client, as_ops):
    row = spam(make_web_form())
    Capture.objects.update(raw={})
    place = reverse("admin:leads_capture_take_in", args=[row.pk])
    answer = client.post(place, follow=True)
    assert texts_of(answer) == ["This is not enough for a lead. It stays here as it came."]
    assert (Capture.objects.get().state, place in answer.content.decode()) == ("refused", False)


def test_only_submissions_of_forms_can_be_marked_as_not_spam(client: Client, as_ops):
    row = Capture.objects.create(channel="api", received_at=timezone.now(), raw={}, fingerprint="x", state="refused")
    for number in (row.pk, 10**9):
        assert client.post(reverse("admin:leads_capture_take_in", args=[number])).status_code in (302, 404)
    row.refresh_from_db()
    assert row.state == "refused"


def test_a_rep_reaches_none_of_it(client: Client):
    form = make_web_form()
    row = spam(form, email="sari@hotelnila.co.id")
    client.force_login(make_rep())
    take_in = reverse("admin:leads_capture_take_in", args=[row.pk])
    answers = [client.get(LIST), client.get(embed(form)), client.get(take_in), client.post(take_in)]
    reached = [answer.status_code for answer in answers]
    row.refresh_from_db()
    assert (set(reached) <= {302, 403}, row.state) == (True, "refused")


def test_a_form_with_leads_is_closed_and_not_deleted(client: Client, as_ops):
    form, unused = make_web_form(), make_web_form()
    spam(form, message="x")
    answer = client.post(reverse("admin:leads_webform_delete", args=[form.pk]), {"post": "yes"}, follow=True)
    assert texts_of(answer) == ["Leads came in through this form, so it cannot be deleted. Close it instead."]
    client.post(reverse("admin:leads_webform_delete", args=[unused.pk]), {"post": "yes"})
    assert list(WebForm.objects.order_by("pk")) == [form]


def test_the_list_costs_the_same_for_one_form_and_for_three(client: Client, as_ops):
    counts = []
    for more in (1, 2):
        for _form in range(more):
            receive_submission(make_web_form(), Submission(raw={"email": "sari@hotelnila.co.id"}), at=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]
