"""Every regular expression reads any text in time that grows with its length alone.

A title of 20,000 blanks once held up a worker for a minute. Each expression is tried as the code calls it, on long
texts of many kinds; those whose texts cannot be long are named here, with the length at which their texts are cut.
"""

import ast
import re
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from routing.decisions.rotation.ramp import MAX_LENGTH
from tests.test_architecture import ROOT, SOURCES

CALLS = ("fullmatch", "match", "search", "sub", "split", "findall", "finditer")
LONG = 8_000  # characters: what grows with the square of the length takes 10 ms and more
QUICK = 0.004  # seconds of processor time

# pages of our own, in which what people typed is escaped
OF_OUR_OWN = {"dashboards/presenters/reports/mailed.py:SENTENCE", "dashboards/presenters/reports/mailed.py:MARK"}
CUT = {"routing/decisions/rotation/ramp.py:PLAN": MAX_LENGTH}

SIGNS = [*"\t\xa0 09aAzé.,-_+:;/@([{<'\"%#=*|>)]}$", "\n", "\u3000", "¤"]
PAIRS = [a + b for a in " 1a" for b in " .,-@/:;'(<1a%_" if a != b] + ["a@a.", "1,000", "<a>", "(a)", " - ", ", ", "]["]
HEADS, TAILS = ("", "1", "a", "a@"), ("!", "x", "\x01")


def uses() -> Iterator[tuple[str, re.Pattern, str]]:
    """Each expression by its place, with the calls that are made with it."""
    texts = {path: path.read_text() for path in SOURCES}
    for path, text in texts.items():
        if "re." not in text:
            continue
        place = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
                name = ast.unparse(node.func).removeprefix("re.")
                if name in CALLS and isinstance(node.args[0], ast.Constant):
                    yield f"{place}:{node.lineno}", re.compile(node.args[0].value), name
        if "re.compile(" in text:
            yield from _named(path, place, texts)


def _named(path: Path, place: str, texts: dict[Path, str]) -> Iterator[tuple[str, re.Pattern, str]]:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    readers = [text for other, text in texts.items() if other == path or f"from {module} import" in text]
    for name, found in vars(import_module(module)).items():
        patterns = list(found.values()) if isinstance(found, dict) else found
        patterns = patterns if isinstance(patterns, list | tuple) else [patterns]
        calls = {call for text in readers for call in re.findall(rf"\b{name}\.({'|'.join(CALLS)})\b", text)}
        for number, pattern in enumerate(patterns):
            if isinstance(pattern, re.Pattern):
                yield from (
                    (f"{place}:{name}{number or ''}", pattern, call) for call in calls or {"fullmatch", "match"}
                )


USES = sorted({(place, pattern, call) for place, pattern, call in uses()}, key=lambda use: (use[0], use[2]))


def units(pattern: re.Pattern) -> list[str]:
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    return [*SIGNS, *PAIRS, *set(re.findall(r"[A-Za-z]{2,}", source))]


def text_of(pattern: re.Pattern, head: str, unit: str, tail: str, length: int) -> str | bytes:
    text = head + unit * (length // len(unit)) + tail
    return text if isinstance(pattern.pattern, str) else text.encode()


def call_of(pattern: re.Pattern, name: str) -> Callable[[str | bytes], object]:
    if name == "sub":
        return lambda text: pattern.sub(text[:0], text)
    if name == "finditer":
        return lambda text: list(pattern.finditer(text))
    return getattr(pattern, name)


def seconds(call: Callable[[str | bytes], object], text: str | bytes) -> float:
    """The least of three: others use the machine too."""
    least = 1e9
    for _turn in range(3):
        begun = time.process_time()
        call(text)
        least = min(least, time.process_time() - begun)
        if least < QUICK:
            break
    return least


def worst(pattern: re.Pattern, name: str, length: int) -> tuple[float, str]:
    """The kind of text that takes longest, if it takes long."""
    call = call_of(pattern, name)
    for head in HEADS:
        for unit in units(pattern):
            for tail in TAILS:
                if (taken := seconds(call, text_of(pattern, head, unit, tail, length))) > QUICK:
                    return taken, f"{head!r} {unit!r} {tail!r}"
    return 0.0, ""


def test_expressions_are_found():
    places = {place for place, _pattern, _call in USES}
    assert (len(places) > 130, {*CUT, *OF_OUR_OWN} <= places) == (True, True)


@pytest.mark.parametrize(("place", "pattern", "name"), USES, ids=[f"{place}-{call}" for place, _p, call in USES])
def test_no_text_holds_up_an_expression(place: str, pattern: re.Pattern, name: str):
    if place in OF_OUR_OWN:
        return
    taken, kind = worst(pattern, name, CUT.get(place, LONG))
    assert taken < QUICK, f"{taken:.3f} s for {kind}"
