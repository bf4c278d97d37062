"""Reads the people of a pasted text: addresses with or without names, from a mail, a sheet or a list (M2, M4)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 500
LONGEST_ADDRESS = 150  # what a user name holds
LONGEST_NAME = 150
LONGEST_SHOWN = 60

NOT_SEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\0"))
TOKEN = re.compile(r"[^\s<>,;:\"()\[\]{}|]+")
LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
ADDRESS = re.compile(
    rf"[a-z0-9!#$%&'*+/=?^_`{{}}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{{}}~-]+)*@(?:{LABEL}\.)+(?=[^\W\d_]){LABEL}"
)
AROUND = ".'`“”‘’«»*•·–—-"  # what stands around an address without belonging to it
BEFORE = re.compile(r"\b(?:mailto|smtp|to|cc|bcc|e-?mail|name)\s*:", re.IGNORECASE)
BULLET = re.compile(r"^\s*(?:\d{1,4}\s*[.)]|[-–—*•·>]+)\s+")
SAME_AGAIN = re.compile(r"[^\w,;]*(?:mailto:[^\w,;]*)?", re.IGNORECASE)
LOST_SIGN = re.compile(r"[a-z0-9_-]{2,}(?:\.[a-z0-9_-]{2,}){1,9}", re.IGNORECASE)  # an address that lost its @


@dataclass(frozen=True, slots=True)
class PastedPerson:
    """`email` in small letters; the names as written, else made from the address. `line` counts from 1."""

    email: str
    first_name: str
    last_name: str
    line: int

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What is no address, shortened, and in which line it stands."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class PastedPeople:
    """`people` in their order, each once; `repeated`: addresses that were there again, in whatever spelling."""

    people: tuple[PastedPerson, ...]
    repeated: tuple[str, ...]
    unreadable: tuple[Unreadable, ...]

    @property
    def is_too_long(self) -> bool:
        return len(self.people) > MOST


def read_people(text: str) -> PastedPeople:
    """One a line, or many between commas, semicolons, tabs or spaces; "Rina Hartono <rina@x.id>" gives the name too."""
    people: dict[str, PastedPerson] = {}
    repeated: dict[str, None] = {}
    unreadable: list[Unreadable] = []
    for number, line in enumerate(text.translate(NOT_SEEN).splitlines(), start=1):
        for found in _of_line(line, number):
            if isinstance(found, Unreadable):
                unreadable.append(found)
            elif found.email in people:
                repeated[found.email] = None
            else:
                people[found.email] = found
    return PastedPeople(tuple(people.values()), tuple(repeated), tuple(unreadable))


def name_from_address(email: str) -> tuple[str, str]:
    """rina.hartono@x.id is Rina Hartono; what has no letters stays as it is."""
    local = email.partition("@")[0]
    words = [word for word in re.split(r"[\W\d_]+", local.partition("+")[0]) if word]
    return split_name([word.capitalize() for word in words] or [local])


def _of_line(line: str, number: int) -> Iterator[PastedPerson | Unreadable]:
    tokens = [(match.start(), match.end(), match.group()) for match in TOKEN.finditer(line)]
    signs = [(start, end, token.strip(AROUND)) for start, end, token in tokens if "@" in token]
    if not signs:
        if rest := _words(line):
            yield _unreadable(rest, number)
        return
    starts, ends = [start for start, _e, _t in signs], [end for _s, end, _t in signs]
    gaps = [line[a:b] for a, b in zip([0, *ends], [*starts, len(line)], strict=True)]
    names_follow = not _words(gaps[0]) and all(_words(gap) for gap in gaps[1:])
    before = ""
    for place, (_start, _end, token) in enumerate(signs):
        email = token.lower()
        if place and email == before and SAME_AGAIN.fullmatch(gaps[place]) and re.search(r"[<(\[]", gaps[place]):
            continue  # "rina@x.id <rina@x.id>" is no repetition
        before = email
        if len(email) > LONGEST_ADDRESS or not ADDRESS.fullmatch(email):
            yield _unreadable(token, number)
            continue
        gap = gaps[place + 1] if names_follow else gaps[place]
        lost = [part for part in re.split(r"[\s,;]+", gap) if LOST_SIGN.fullmatch(part.strip(AROUND))]
        yield from (_unreadable(part, number) for part in lost)
        yield PastedPerson(email, *(_name(gap) if not lost else None) or name_from_address(email), number)
    if not names_follow and (rest := _words(gaps[-1])):
        yield _unreadable(rest, number)


def _name(gap: str) -> tuple[str, str] | None:
    """ "Hartono, Rina" is Rina Hartono."""
    parts = [words for part in re.split(r"[,;]", gap) if (words := _words(part))]
    if len(parts) == 2 and "," in gap:
        parts.reverse()
    written = " ".join(parts).split()
    return split_name(written) if written else None


def _words(text: str) -> str:
    """What is left of a text beside bullets, quotes and signs; empty when it has no letter."""
    plain = re.sub(r"[<>\"()\[\]{}|\s]+", " ", BEFORE.sub(" ", BULLET.sub("", text)))
    plain = plain.strip(" ,;:" + AROUND.replace(".", ""))
    return plain if any(sign.isalpha() for sign in plain) else ""


def split_name(words: list[str]) -> tuple[str, str]:
    first, last = (words[:-1], words[-1]) if len(words) > 1 else (words, "")
    return " ".join(first)[:LONGEST_NAME].rstrip(), last[:LONGEST_NAME]


def _unreadable(text: str, line: int) -> Unreadable:
    text = " ".join(text.split())
    return Unreadable(text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 2]} …", line)
