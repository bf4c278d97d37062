"""Messages, refusals and the pages of visitors speak Indonesian too, and scripts say nothing by themselves (J1)."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from leads.actions.api.keys import make_key
from leads.models import WebForm
from routing.actions.notifications import notify
from routing.decisions.words import KINDS
from routing.models import Channel, Notification, Reach
from routing.presenters.inbox import message_sentence
from routing.presenters.words import compose
from tests.catalogue import ROOT
from tests.factories import MORNING, make_manager, make_rep, make_web_form
from tests.journeys.test_two_languages import ENGLISH, faults, in_both, page_faults, without_data
from tests.two_languages import HOOKS, english_left

ERRORS = ("400", "403", "403_csrf", "404", "413", "500", "503")
MEDIA = ("mail", "slack", "sms", "push")
VISITED = ("sign_in", "password_reset", "password_reset_done", "password_reset_complete")
LITERAL = re.compile(r"""(["'`])((?:(?!\1)[^\\\n])*)\1""")
SENTENCE = re.compile(r"^[A-Z][a-z]+ [a-z]+|[a-z]{2,} (the|is|are|to|of|not|no|and|for) ")


@pytest.mark.django_db
def test_every_kind_of_message_by_every_way(morning):
    english, indonesian = _messages("en"), _messages("id")
    assert len(indonesian) == len(KINDS) * (1 + len(MEDIA))
    left = {
        place: english_left(english[place], lines, english=ENGLISH, without_data=without_data)
        for place, lines in indonesian.items()
    }
    assert {place: lines for place, lines in left.items() if lines} == {}


def _messages(language: str) -> dict[str, list[str]]:
    reader, found = make_manager(first_name="Sari", last_name=""), {}
    Reach.objects.update_or_create(user=reader, defaults={"language": language})
    details = {"queue": "smb", "rotation": 1, "rep": make_rep().rep.pk, "place": "SMB", "own": True, "id": 1}
    for kind in KINDS:
        notify([reader.pk], kind=kind, key=kind, at=MORNING, details=details)
        row = Notification.objects.get(user=reader, key=kind)
        with translation.override(language):
            found[f"{kind} inbox"] = [message_sentence(row, at=MORNING)]
        for medium in MEDIA:
            text = compose(Channel(user=reader, kind=medium), [row])
            found[f"{kind} {medium}"] = [text.subject, *text.body.splitlines()]
    return found


@pytest.mark.parametrize("name", ERRORS)
def test_pages_of_errors(name: str):
    pages = []
    for language in ("en", "id"):
        with translation.override(language):
            pages.append(render_to_string(f"{name}.html", request=RequestFactory().get("/")))
    assert page_faults(*pages) == []
    assert 'lang="id"' in pages[1]


@pytest.mark.django_db
@pytest.mark.parametrize("name", VISITED)
def test_pages_of_visitors(client: Client, morning, name: str):
    answers = in_both(client, reverse(f"routing:{name}"))
    assert ([each.status_code for each in answers], faults(*answers)) == ([200, 200], [])


@pytest.mark.django_db
def test_a_public_form_speaks_its_own_language(client: Client, morning):
    form = make_web_form(title="Bicara dengan kami")
    pages = []
    for language in ("en", "id"):
        WebForm.objects.filter(pk=form.pk).update(language=language)
        pages.append(client.get(reverse("leads:web_form", args=[form.slug])).content.decode())
    assert page_faults(*(re.sub(r'name="token" value="[^"]*"', "", page) for page in pages)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{", "application/json"),
        ("[]", "application/json"),
        ('{"email": "no"}', "application/json"),
        ("a", "text/plain"),
    ],
)
def test_the_api_refuses_by_accept_language(client: Client, body: str, kind: str):
    _row, key = make_key("Zapier", per_minute=99, by=None, at=MORNING)
    texts = []
    for language in ("en", "id"):
        sent = {"Authorization": f"Bearer {key}", "Accept-Language": language}
        texts.append(client.post("/api/leads", body, content_type=f"application/{kind}", headers=sent).json())
    left = english_left(
        *([*_texts(each)] for each in texts), english=ENGLISH, without_data=lambda text: text if " " in text else ""
    )
    assert left == set()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "Bearer wrong"])
def test_the_api_asks_for_a_key_by_accept_language(client: Client, key: str):
    sent = [{"Authorization": key, "Accept-Language": language} for language in ("en", "id")]
    answers = [client.post("/api/leads", "{}", content_type="application/json", headers=each) for each in sent]
    assert [each.status_code for each in answers] == [401, 401]
    assert answers[0].json()["detail"] != answers[1].json()["detail"]


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def test_scripts_say_what_pages_give_them():
    said = {}
    for script in sorted((ROOT / "static" / "js").glob("*.js")):
        lines = [line.split("//")[0] for line in script.read_text().splitlines()]
        found = [text for line in lines for _quote, text in LITERAL.findall(line) if SENTENCE.search(text)]
        if found:
            said[script.name] = found
    assert said == {}


def test_templates_mark_all_their_words():
    """Names of products and codes stand there as they are."""
    bare = {}
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        if found := set(bare_words(path.read_text())) - NAMES - HOOKS:
            bare[path.name] = found
    assert bare == {}


NAMES = {"Alur", "CSV", "OpenAPI", "Salesforce", "HubSpot", "Dynamics", "close", "add"}
MARKED = re.compile(r"{% ?comment.*?endcomment ?%}|{#.*?#}|{% ?blocktranslate.*?endblocktranslate ?%}", re.DOTALL)
CODE = re.compile(r"<(script|style|svg|pre|code)\b.*?</\1>|&\w+;", re.DOTALL)
SPOKEN = re.compile(r'(?:title|aria-label|alt|placeholder|data-l|data-label)="([^"]*)"')


def bare_words(source: str) -> list[str]:
    plain = re.sub(r"{%.*?%}|{{.*?}}", "\0", CODE.sub("", MARKED.sub("", source)), flags=re.DOTALL)
    spoken = " ".join(SPOKEN.findall(plain))
    text = re.sub(r"<[^>]*>", " ", plain)
    return re.findall(r"(?<![\w\0.-])[A-Za-z]{3,}(?![\w\0=.-])", f"{spoken} {text}")


def test_bare_words_are_seen():
    assert bare_words('<p title="Two">One {{ n }}{% translate "Three" %}</p>') == ["Two", "One"]
