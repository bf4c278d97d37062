"""Each language besides English says everything, with the same placeholders (J1). A catalogue is made by
`make catalogue`, and how to translate is in docs/translating.md."""

import re

import polib
import pytest
from django.conf import settings

from tests.catalogue import APPS, ROOT, python_messages, template_messages

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)0?\d*[sdf]|%[sdr]|\{[\w.]*\}|<[^<>]+>|&\w+;")
STOPS = (".", ":", "?", "!", "…")
NUMBER = re.compile(r"(?<![\d.,:-])\d+[.,]\d+(?![\d.,])")  # 4.0 or 1,000
HOUR = re.compile(r"(?<![\d:T\"-])\d{1,2}:\d\d(?![:\d])")
AS_TYPED = ("with a decimal point:", "with a decimal comma:", '"09:00"', "such as 2026-", "a time such as")  # examples


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(ROOT / "locale" / language / "LC_MESSAGES" / "django.po")


@pytest.fixture(scope="module", params=LANGUAGES)
def entries(request) -> list[polib.POEntry]:
    return list(catalogue(request.param))


def said(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def spaces(text: str) -> tuple[str, str]:
    """Before and behind it."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def test_indonesian_is_there():
    assert "id" in LANGUAGES


def test_everything_that_a_page_can_say_is_in_the_catalogue(entries):
    known = {(entry.msgctxt or "", entry.msgid) for entry in entries}
    asked = dict(template_messages(ROOT / "templates"))
    for app in APPS:
        asked |= dict(python_messages(ROOT / app))
    assert len(asked) > 6000
    missing = {place: message for message, place in asked.items() if message not in known}
    assert not missing, f"run `make catalogue` and translate: {missing}"


def test_nothing_is_empty_doubtful_or_left_over(entries):
    assert not [entry.msgid for entry in entries if not all(said(entry))]
    assert not [entry.msgid for entry in entries if entry.obsolete or "fuzzy" in entry.flags]


def test_placeholders_and_tags_are_the_same(entries):
    wrong = []
    for entry in entries:
        allowed = [set(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text]
        wrong += [(entry.msgid, text) for text in said(entry) if set(PLACEHOLDER.findall(text)) not in allowed]
    assert not wrong


def test_ends_and_spaces_are_the_same(entries):
    """A piece of a line joins others, and a label ends as its English does."""
    wrong = []
    for entry in entries:
        for text in said(entry):
            edges, stops = spaces(entry.msgid), (entry.msgid.strip()[-1:], text.strip()[-1:])
            if edges != spaces(text) or (stops[0] != stops[1] and any(stop in STOPS for stop in stops)):
                wrong.append((entry.msgid, text))
    assert not wrong


def test_numbers_and_hours_in_a_message_have_the_marks_of_the_language(entries):
    """Of a language that has others: "4,0", "1.000" and "09.00" in Indonesian."""
    wrong = []
    for entry in entries:
        if any(sign in entry.msgid for sign in AS_TYPED):
            continue
        for text in said(entry):
            english = {*NUMBER.findall(entry.msgid), *HOUR.findall(entry.msgid)}
            wrong += [(each, text) for each in english if each in {*NUMBER.findall(text), *HOUR.findall(text)}]
    assert not wrong


def test_a_broken_catalogue_is_seen():
    """The checks above can fail."""
    broken = polib.POFile()
    broken.append(polib.POEntry(msgid="%(n)s leads", msgstr="%(m)s lead"))
    broken.append(polib.POEntry(msgid="Save it.", msgstr="Simpan"))
    broken.append(polib.POEntry(msgid="Undo", msgstr=""))
    broken.append(polib.POEntry(msgid="Tomorrow 09:00, above 4.0", msgstr="Besok 09:00, di atas 4.0"))
    for check in (
        test_numbers_and_hours_in_a_message_have_the_marks_of_the_language,
        test_placeholders_and_tags_are_the_same,
        test_ends_and_spaces_are_the_same,
        test_nothing_is_empty_doubtful_or_left_over,
        test_everything_that_a_page_can_say_is_in_the_catalogue,
    ):
        with pytest.raises(AssertionError):
            check(list(broken))
