"""Every key that a template or a script binds has words for the list of keys; a key saves texts on all pages."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.factories import make_ops, make_web_form

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
TAGS = re.compile(r"{%.*?%}|{{.*?}}")  # of templates
NAMED = re.compile(r"""\bkey (?:===|!==) "([^"]+)\"""")
LISTED = {"Escape": "Esc", "Enter": "Enter", "j": "J K", "k": "J K"}  # what keysOfPage() adds to the keys of the page


def test_every_key_of_a_template_says_what_it_does():
    found = [(path.name, *each) for path in TEMPLATES for each in bound_in(path)]
    assert len(found) > 30
    silent = [
        (name, tag)
        for name, tag, text in found
        if "data-key-says" not in tag and 'type="radio"' not in tag and not text.strip()
    ]
    assert silent == []


def bound_in(path: Path) -> list[tuple[str, str]]:
    """The tag of each key, and the text that follows it."""
    text = TAGS.sub(lambda found: found.group().replace("<", " ").replace(">", " "), path.read_text())
    found = []
    for binding in re.finditer(r'\bdata-key="', text):
        starts, ends = text.rindex("<", 0, binding.start()), text.index(">", binding.end())
        found.append((text[starts:ends], text[ends + 1 : text.find("<", ends)]))
    return found


def test_every_key_that_a_script_names_is_listed():
    keys = (ROOT / "static" / "js" / "keys.js").read_text()
    adds = set(re.findall(r'^ +(?:if .*?\) )?add\("([^"]+)"', keys, re.M))
    assert {"J K", "Enter", "Ctrl Enter", "Esc", "?"} <= adds
    named = {key for path in SCRIPTS for key in NAMED.findall(path.read_text())}
    assert {"Enter", "Escape", "j", "k"} <= named
    assert {LISTED.get(key, key) for key in named} - adds == set()


@pytest.mark.django_db
def test_pages_with_texts_have_the_key_that_saves_them(client: Client):
    client.force_login(make_ops())
    form = make_web_form()
    pages = ["/inbox/", "/admin/routing/team/add/", f"/forms/{form.slug}/"]
    shown = {page: client.get(page, follow=True).content.decode() for page in pages}
    assert [page for page, text in shown.items() if "js/save_keys" not in text] == []
