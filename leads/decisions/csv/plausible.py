"""How plausible a text is in an encoding: by the letters of languages, their case, and signs within words."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from leads.decisions.csv.alphabets import LANGUAGES, Encoding

_STRANGE = re.compile(r"[^\x00-\x7f]")
_SIGNS = frozenset("‘’“”„‚–—…•·€£™®©°ºª«»¿¡§½¼¾²³\xa0")  # usual beside words
_BETWEEN = frozenset("’‘·–—-'")  # usual also between two letters
_BASE, _FAMILY, _ANY = 0.85, 0.1499, 0.0001  # the language itself, its family, any letter
_CASE, _INSIDE, _SIGN, _ODD, _CONTROL, _MIXED, _BROKEN, _RUN = -2.5, -3.0, -1.5, -3.0, -5.0, -3.0, -2.0, -1.0
_LETTER = -1.3  # a letter of ASCII
_UPPER = 0.25  # how often a letter is upper case
_LATIN = ("west", "central", "turkish", "baltic", "vietnamese")


def score(words: Collection[bytes], encoding: Encoding) -> float:
    """The logarithm (base 10) of how well these words fit the encoding, with the best of its languages."""
    texts, broken = [], 0
    for word in words:
        try:
            texts.append((word, word.decode(encoding.code)))
        except UnicodeDecodeError:
            broken += 2 + sum(byte > 0x7F for byte in word)
    if encoding.family not in LANGUAGES:
        return encoding.prior + _BROKEN * broken + sum(_wide_word(text, word, encoding) for word, text in texts)
    found = [(text, match.start()) for _word, text in texts for match in _STRANGE.finditer(text)]
    fixed = sum(_shape(text, at, encoding.family) for text, at in found)
    letters = [text[at] for text, at in found if text[at].isalpha() and text[at] not in _SIGNS or _is_mark(text[at])]
    best = max(
        sum(math.log10(weights.get(letter, _ANY)) for letter in letters) for weights in _weights(encoding.family)
    )
    return encoding.prior + _BROKEN * broken + fixed + best


def _shape(text: str, at: int, family: str) -> float:
    """The cost of one letter by what stands beside it."""
    letter, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if letter < "\xa0" or "\ue000" <= letter <= "\uf8ff":
        return _CONTROL
    if letter in _SIGNS or not (letter.isalpha() or _is_mark(letter)):
        is_inside = before.isalpha() and after.isalpha() and letter not in _BETWEEN
        is_drawn = "\u2500" <= letter <= "\u25ff" or "\uff61" <= letter <= "\uff9f"
        return (_INSIDE if is_inside or is_drawn else 0.0) + (_SIGN if letter in _SIGNS else _ODD)
    if _is_latin(letter) != (family in _LATIN):
        return _MIXED
    beside = before + after
    cost = 0.0
    if family in _LATIN:
        cost += _RUN * (_STRANGE.match(before) is not None and before.isalpha())
    elif re.search("[A-Za-z]", beside):
        cost += _MIXED
    return cost + _case(text, at)


def _case(text: str, at: int) -> float:
    letter, before, after = text[at], text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if letter.isupper():
        is_wrong = before.islower() or (before.isupper() and after.islower())
    else:
        is_wrong = after.isupper() or (before.isupper() and text[at - 2 : at - 1].isupper() and at > 1)
    return _CASE if is_wrong and letter.lower() != letter.upper() and letter != "ß" else 0.0


def _wide_word(text: str, word: bytes, encoding: Encoding) -> float:
    """Bytes of ASCII that are the second half of a character would be letters of their own elsewhere."""
    halves = sum(byte < 0x80 for byte in word) - sum(letter < "\x80" for letter in text)
    return sum(_wide_letter(text, match.start(), encoding) for match in _STRANGE.finditer(text)) - _LETTER * halves


def _wide_letter(text: str, at: int, encoding: Encoding) -> float:
    """Common characters stand in the first level of the national standards, which the lead byte shows."""
    letter = text[at]
    beside = len(re.findall("[A-Za-z]", text[max(at - 1, 0) : at] + text[at + 1 : at + 2]))
    if beside:
        return 2.5 * _MIXED * beside
    if "\uff61" <= letter <= "\uff9f":
        return 2 * _ODD
    if "\u3000" <= letter <= "\u303f" or "\uff01" <= letter <= "\uff5e":
        return -1.5
    if encoding.family == "japanese" and "\u3040" <= letter <= "\u30ff":
        return -1.7
    try:
        lead = letter.encode(_LEVELS[encoding.code][0])[0]
    except UnicodeEncodeError:
        return -6.0
    _codec, first, last = _LEVELS[encoding.code]
    usual = -3.3 if encoding.family == "korean" else -3.6  # it has fewer syllables
    return usual if first <= lead <= last else -5.5


_LEVELS: Mapping[str, tuple[str, int, int]] = {
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "big5": ("big5", 0xA4, 0xC6),
    "cp932": ("shift_jis", 0x88, 0x97),
    "euc_jp": ("euc_jp", 0xB0, 0xCF),
    "cp949": ("euc_kr", 0xB0, 0xC8),
}


@cache
def _weights(family: str) -> Sequence[Mapping[str, float]]:
    """For each language of the family how likely each letter is, among its letters outside ASCII."""
    each = [_ranked(letters) for letters in LANGUAGES[family].values()]
    every = {letter for weights in each for letter in weights}
    shared = {letter: sum(weights.get(letter, 0) for weights in each) / len(each) for letter in every}
    return [
        {letter: _BASE * weights.get(letter, 0) + _FAMILY * shared[letter] + _ANY for letter in every}
        for weights in each
    ]


def _ranked(letters: str) -> dict[str, float]:
    ranks = {letter: 1 / (rank + 2) for rank, letter in enumerate(letters)}
    total = sum(ranks.values())
    found: dict[str, float] = {}
    for letter, weight in ranks.items():
        upper = letter.upper()
        share = _UPPER if len(upper) == 1 and upper != letter else 0.0
        found[letter] = found.get(letter, 0) + weight / total * (1 - share)
        if share:
            found[upper] = found.get(upper, 0) + weight / total * share
    return found


def _is_latin(letter: str) -> bool:
    return letter < "\u0370" or "\u1e00" <= letter <= "\u1eff"


def _is_mark(letter: str) -> bool:
    return "\u0300" <= letter <= "\u036f" or "\u0e31" <= letter <= "\u0e4e"
