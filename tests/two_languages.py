"""Holds a page in English beside the same page in Indonesian: its build must be equal, its sentences must not (J1).

What words are is told by their place: text, and the attributes that people read or hear. All else is for programs, so
that a decimal comma there would break a picture, a form or a link.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from html.parser import HTMLParser

import polib

ATTRIBUTES = """
title aria-label aria-description aria-roledescription aria-valuetext alt placeholder summary label hx-confirm
data-model-ref data-field-name data-inline-formset
"""
# data-* that a script shows
SHOWN = """
again asks before close confirm copied days denied failed find gone hours key-says keys l label leave left log log-says
minutes name offline opens overdue plot reads rows rows-say save says seconds several some unable undo unit unsent waits
words
"""
SPOKEN = {*ATTRIBUTES.split(), *(f"data-{name}" for name in SHOWN.split())}
# Equal in no two answers: keys against sending twice, what protects forms, and fingerprints of parts with their words.
MADE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|(?<=\bv=)[0-9a-f]{3,8}(?=-|$|&)|(?<=CSRFToken\": \")\w+"
    r"|(?<=/i18n/)\w\w(?=\.js)"
)
# inputs whose value is made for each answer, or proposed in words
WORDY = frozenset({"csrfmiddlewaretoken", "as_shown", "name", "title"})
HOOKS = frozenset({"Size", "Title", "Source", "Score", "Waiting"})  # static/css/pages/waiting.css finds cells by these
PICTURES = "material-symbols"  # the admin draws letters of a font: expand_more
# What hardly any English sentence is without, and no Indonesian one has.
ENGLISH = """
the an of is are was were be been being has have had does did to and or not nor with without from for by at on this
that these those it its they them their there here you your yours we our who whom whose which what when where why how
if then than as but no none nothing any all each every both other others another more most less least so such only yet
still until since before after while during into onto over under between about again can cannot could may might must
shall should will would do her him his she he out up off too very well because instead
"""
WORD = re.compile(r"(?<![\w-])[A-Za-z]+(?:['’][A-Za-z]+)*(?![\w-]*\d)")  # in an id such as form-0be3 there is none
PLACEHOLDER = re.compile(r"%\(\w+\)\w|%\w|\{[\w.]*\}|<[^<>]+>|&\w+;")
SHORTEST = 3  # letters of a word that a catalogue may call English
LOCAL_DATE, LOCAL_TIME = re.compile(r"(\d\d)-(\d\d)-(\d{4})"), re.compile(r"(\d\d)\.(\d\d)\.(\d\d)")


class Build(HTMLParser):
    """`shape`: elements and what programs read of them. `words`: what people read, in the order of the page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: list[tuple[str, ...]] = []
        self.words: list[str] = []
        self._chooses_language = self._draws = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        unlike = self._unlike(tag, given)
        self._draws = tag == "style" or PICTURES in given.get("class", "")
        spoken = (SPOKEN & given.keys()) | unlike
        spoken -= {name for name in spoken if name == "data-l" and given[name] in HOOKS}
        self.words += [" ".join(given[name].split()) for name in sorted(spoken - unlike)]
        kept = sorted(given.keys() - spoken)
        self.shape.append((tag, *(f"{name}={_plain(name, given[name])}" for name in kept)))

    def _unlike(self, tag: str, given: dict[str, str]) -> set[str]:
        """Attributes that may be others in the other language, and are no words that one could judge."""
        name, unlike = given.get("name", ""), {"lang"} & given.keys()
        if name == "language":  # the choice of the language itself
            self._chooses_language = True
        if self._chooses_language and tag in ("button", "input", "option"):
            unlike |= {"class", "value", "selected", "aria-current"} & given.keys()
        if tag == "input" and name in WORDY:
            unlike |= {"value"} & given.keys()
        return unlike

    def handle_endtag(self, tag: str) -> None:
        self._draws = False
        if tag in ("form", "select"):
            self._chooses_language = False
        self.shape.append((f"/{tag}",))

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not self._draws:
            self.words.append(text)


def _plain(name: str, value: str) -> str:
    """The admin's own fields of dates and times are typed as the language writes them."""
    if name == "value":
        value = LOCAL_TIME.sub(r"\1:\2:\3", LOCAL_DATE.sub(r"\3-\2-\1", value))
    return MADE.sub("...", value)


def unlike_shapes(english: Build, indonesian: Build) -> list[str]:
    """Elements that only one has, or another order of tags. Choices stand by their words, so that their order may
    differ."""
    tags = [[row[0] for row in each.shape] for each in (english, indonesian)]
    one, other = Counter(english.shape), Counter(indonesian.shape)
    found = [f"{'en' if row in one else 'id'}: {' '.join(row)}" for row in ((one - other) + (other - one))]
    return found or ([] if tags[0] == tags[1] else ["the tags stand in another order"])


def english_words(catalogue: Iterable[polib.POEntry]) -> frozenset[str]:
    """What English messages say and no Indonesian one does, beside the words that no English sentence is without."""
    said: tuple[set[str], set[str]] = (set(), set())
    for entry in catalogue:
        said[0].update(words_of(f"{entry.msgid} {entry.msgid_plural}"))
        said[1].update(words_of(" ".join((entry.msgstr, *entry.msgstr_plural.values()))))
    return frozenset(word for word in said[0] - said[1] if len(word) >= SHORTEST) | frozenset(ENGLISH.split())


def words_of(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(PLACEHOLDER.sub(" ", text))}


def english_left(
    one: Iterable[str], other: Iterable[str], *, english: frozenset[str], without_data: Callable[[str], str]
) -> set[str]:
    """What stands in both and is English, beside texts of the data."""
    return {text for text in set(one) & set(other) if words_of(without_data(text)) & english}
