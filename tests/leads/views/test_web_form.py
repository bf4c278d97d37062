"""The public form through HTTP: without sign-in, cookies or scripts; what is refused and how; once is once (A1c)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from leads.decisions.web_forms.token import issue_token, sender_hash
from leads.models import Capture, Lead, WebForm
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import make_ops, make_web_form

pytestmark = pytest.mark.django_db
TYPED = {"name": "Sari Wulandari", "email": "Sari@HotelNila.co.id", "message": "Two warehouses."}


@pytest.fixture
def visitor() -> Client:
    """Somebody without a sign-in, and Django's protection by cookie as it is in production."""
    return Client(enforce_csrf_checks=True)


def address(form: WebForm, query: str = "") -> str:
    return f"/forms/{form.slug}/{query}"


def token(form: WebForm, *, seconds: float = 60, nonce: str = "once") -> str:
    """As if the form had been shown so long ago."""
    return issue_token(form.pk, nonce=nonce, at=timezone.now() - timedelta(seconds=seconds), key=settings.SECRET_KEY)


def send(visitor: Client, form: WebForm, query: str = "", **more):
    return visitor.post(address(form, query), {"token": token(form), **TYPED, **more})


def shown(answer, name: str) -> str:
    return re.search(rf'name="{name}"[^>]* value="([^"]*)"', answer.content.decode())[1]


def directives(answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


def test_a_form_is_shown_sent_and_thanked_without_a_cookie(visitor):
    form = make_web_form()
    page = visitor.get(address(form))
    assert (page.status_code, page["Cache-Control"].split(",")[0], visitor.cookies) == (200, "max-age=0", {})
    sent = send(visitor, form)
    assert (sent.status_code, sent["Location"], visitor.cookies) == (303, f"/forms/{form.slug}/thanks", {})
    thanks = visitor.get(sent["Location"]).content.decode()
    assert "Your message has arrived." in thanks
    row = Capture.objects.get()
    assert (row.channel, row.web_form, row.state) == ("form", form, "made")
    assert (row.lead.email, row.lead.first_name, row.lead.source.slug, row.lead.message) == (
        "sari@hotelnila.co.id",
        "Sari",
        "inbound-form",
        "Two warehouses.",
    )
    assert row.sender == sender_hash("127.0.0.1", key=settings.SECRET_KEY)


def test_a_form_asks_in_the_order_of_the_list_and_shows_its_own_words(visitor):
    form = make_web_form(
        title="Plan a visit",
        intro="We come to you.",
        button="Ask for a visit",
        asks={"city": "optional", "phone": "required"},
    )
    html = visitor.get(address(form)).content.decode()
    assert re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', html) == ["token", "page", "phone", "city", "topic"]
    assert ("Plan a visit</h1>" in html, "We come to you." in html, "Ask for a visit</button>" in html) == (True,) * 3


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(visitor):
    form = make_web_form(consent="I agree that you answer me.")
    answer = send(visitor, form, email="nobody", name="")
    html = answer.content.decode()
    assert (answer.status_code, Capture.objects.count()) == (422, 0)
    assert re.findall(r'<div class="al-error" id="id_(\w+)_error">', html) == ["name", "email", "consent"]
    assert (shown(answer, "email"), "Two warehouses.</textarea>" in html) == ("nobody", True)
    assert re.findall(r"<[^>]*autofocus[^>]*>", html)[0].startswith('<input type="text" name="name"')
    again = visitor.post(address(form), {**TYPED, "consent": "on", "token": shown(answer, "token")})
    assert (again.status_code, Lead.objects.count()) == (303, 1)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"email": "-"}, "email"),
        ({"email": "a@b.co.id, c@d.co.id"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"country": "Atlantis"}, "country"),
        ({"company_size": "many"}, "company_size"),
        ({"message": "x" * 5001}, "message"),
        ({"name": "n" * 121}, "name"),
        ({"name": "-"}, "name"),
        ({"message": "a\x00b"}, "message"),
    ],
)
def test_what_cannot_be_read_is_not_taken(visitor, typed, wrong):
    more = dict.fromkeys(("phone", "country", "company_size"), "optional")
    form = make_web_form(asks={"name": "required", "email": "required", "message": "optional"} | more)
    answer = send(visitor, form, **typed)
    found = re.findall(r'id="id_(\w+)_error"', answer.content.decode())
    assert (answer.status_code, found, Capture.objects.count()) == (422, [wrong], 0)


def test_the_same_token_again_is_thanked_and_makes_nothing(visitor):
    form = make_web_form()
    first, again = send(visitor, form), send(visitor, form, email="other@hotelnila.co.id", name="")
    assert (again.status_code, again["Location"]) == (first.status_code, first["Location"])
    assert (Capture.objects.count(), Lead.objects.get().email) == (1, "sari@hotelnila.co.id")


def test_a_page_that_was_open_for_half_a_day_asks_to_send_again_and_keeps_what_was_typed(visitor):
    form = make_web_form()
    answer = send(visitor, form, token=token(form, seconds=12 * 3600 + 1))
    assert (answer.status_code, shown(answer, "email"), Capture.objects.count()) == (409, TYPED["email"], 0)
    assert "open for a long time" in answer.content.decode()
    at_once = send(visitor, form, token=shown(answer, "token"))  # who typed it long ago need not wait
    assert (at_once.status_code, Lead.objects.count(), Capture.objects.get().state) == (303, 1, "made")


@pytest.mark.parametrize("wrong", ["", "forged.1.0", "x" * 5000])
def test_without_a_token_of_ours_it_is_asked_for_again(visitor, wrong):
    form = make_web_form()
    answer = send(visitor, form, token=wrong)
    assert (answer.status_code, shown(answer, "email"), Capture.objects.count()) == (409, TYPED["email"], 0)


def test_a_token_of_another_form_is_none(visitor):
    form, other = make_web_form(), make_web_form()
    answer = send(visitor, form, token=token(other))
    assert (answer.status_code, shown(answer, "email"), Capture.objects.count()) == (409, TYPED["email"], 0)


@pytest.mark.parametrize(
    ("more", "seconds", "why"),
    [
        ({"topic": "cheap watches"}, 60, "trap"),
        ({"email": "nobody", "topic": "x\x00"}, 60, "trap"),
        ({}, 1, "too_quick"),
    ],
)
def test_spam_is_thanked_like_everybody_and_kept(visitor, more, seconds, why):
    form = make_web_form()
    good = send(visitor, form, email="other@hotelnila.co.id")
    answer = send(visitor, form, token=token(form, seconds=seconds, nonce="robot"), **more)
    assert (answer.status_code, answer["Location"]) == (good.status_code, good["Location"])
    row = Capture.objects.get(idempotency_key="robot")
    assert (row.state, row.problems[0]["code"], row.raw["email"]) == ("refused", why, (TYPED | more)["email"])
    assert Lead.objects.count() == 1


def test_who_sends_too_much_is_asked_to_come_back_and_loses_nothing(visitor):
    form = make_web_form(per_hour=1)
    send(visitor, form)
    answer = send(visitor, form, token=token(form, nonce="two"))
    assert (answer.status_code, 3590 <= int(answer["Retry-After"]) <= 3600) == (429, True)
    assert ("send it again in 60 minutes" in answer.content.decode(), shown(answer, "email")) == (True, TYPED["email"])
    assert Capture.objects.count() == 1


def test_what_is_far_too_large_is_not_even_read(visitor):
    form = make_web_form()
    answer = send(visitor, form, message="x" * 70_000)
    assert (answer.status_code, "Shorten it" in answer.content.decode(), Capture.objects.count()) == (413, True, 0)


def test_the_campaign_and_the_page_stay_with_the_lead(visitor):
    form = make_web_form(consent="I agree.", lead_type="hot_inbound")
    page = "https://www.example.com/pricing?utm_source=news&utm_campaign=spring&session=1"
    seen = visitor.get(address(form, "?utm_source=ads&theme=dark"), headers={"Referer": page})
    typed = {"page": shown(seen, "page").replace("&amp;", "&"), "consent": "on"}
    send(visitor, form, "?utm_source=ads&theme=dark", **typed)
    lead = Lead.objects.get()
    assert (lead.lead_type, lead.extra) == (
        "hot_inbound",
        {
            "utm_source": "ads",
            "utm_campaign": "spring",
            "page": "https://www.example.com/pricing",
            "form": form.name,
            "consent": "I agree.",
        },
    )


def test_a_formula_stays_text(visitor):
    form = make_web_form()
    send(visitor, form, message="=cmd|' /C calc'!A0", name="=HYPERLINK(1)")
    assert (Lead.objects.get().message, Capture.objects.get().raw["name"]) == ("=cmd|' /C calc'!A0", "=HYPERLINK(1)")


def test_markup_is_shown_as_text(visitor):
    form = make_web_form(title="<b>Talk</b>", intro="<script>alert(1)</script>", consent="<i>I agree</i>")
    html = send(visitor, form, name='"><script>x</script>', email="no").content.decode()
    assert [html.count(mark) for mark in ("<script>", "<b>", "<i>")] == [0, 0, 0]


def test_only_its_own_websites_may_show_a_form(visitor):
    form = make_web_form(allowed_origins=["https://www.example.com", "https://shop.example.com"])
    for answer in (visitor.get(address(form)), send(visitor, form, name=""), visitor.get(address(form, "thanks"))):
        policy = directives(answer)
        assert policy["frame-ancestors"] == "https://www.example.com https://shop.example.com"
        assert (policy["script-src"], policy["default-src"], policy["form-action"]) == ("'self'", "'none'", "'self'")
        assert "X-Frame-Options" not in answer


def test_a_form_without_websites_is_shown_in_no_frame(visitor):
    answer = visitor.get(address(make_web_form()))
    assert (directives(answer)["frame-ancestors"], answer["X-Frame-Options"]) == ("'none'", "DENY")


def test_a_form_goes_on_to_another_website_in_the_whole_window(visitor):
    form = make_web_form(redirect_url="https://www.example.com/thank-you?x=1")
    page = visitor.get(address(form))
    assert (directives(page)["form-action"], 'target="_top"' in page.content.decode()) == (
        "'self' https://www.example.com",
        True,
    )
    answers = [send(visitor, form), send(visitor, form), send(visitor, form, token=token(form, seconds=0, nonce="r"))]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, form.redirect_url)] * 3


def test_a_closed_form_says_so_and_takes_nothing(visitor):
    form = make_web_form(is_active=False, allowed_origins=["https://www.example.com"])
    for answer in (visitor.get(address(form)), send(visitor, form)):
        assert (answer.status_code, "closed at the moment" in answer.content.decode()) == (410, True)
        assert directives(answer)["frame-ancestors"] == "https://www.example.com"
    assert Capture.objects.count() == 0


def test_a_form_that_does_not_exist_is_not_there(visitor):
    assert [visitor.get(f"/forms/nothing/{rest}").status_code for rest in ("", "thanks")] == [404, 404]
    with nothing_changes():
        assert refusal(visitor.post("/forms/nothing/", TYPED)) == NOT_FOUND


def test_a_form_uses_its_own_language_for_every_visitor(visitor, settings):
    settings.LANGUAGES = [("en", "English"), ("id", "Indonesian")]
    form = make_web_form(language="id")
    answer = visitor.get(address(form), headers={"Accept-Language": "en"})
    assert (answer["Content-Language"], '<html lang="id"' in answer.content.decode()) == ("id", True)
    unknown = visitor.get(address(make_web_form(language="xx")))
    assert (unknown["Content-Language"], unknown.status_code) == ("en", 200)


@pytest.mark.parametrize(("asked", "theme"), [("?theme=dark", ' data-theme="dark"'), ("?theme=<b>", ""), ("", "")])
def test_the_address_may_choose_light_or_dark(visitor, asked, theme):
    html = visitor.get(address(make_web_form(), asked)).content.decode()
    assert re.search(r"<html [^>]*>", html)[0] == f'<html lang="en"{theme}>'


def test_the_page_does_not_show_the_signed_in_user(client):
    """A page in a frame on another website shows nothing of our own people."""
    client.force_login(make_ops(first_name="Bima"))
    html = client.get(address(make_web_form())).content.decode()
    assert ("Bima" in html, "sign-out" in html) == (False, False)


def test_showing_a_form_costs_one_statement(visitor, django_assert_num_queries):
    form = make_web_form()
    with django_assert_num_queries(1):
        visitor.get(address(form))
