"""Decode one line in the encoding of its file, in a second one where that fails, or undo that it was saved twice."""

from collections.abc import Mapping
from functools import cache

from leads.decisions.csv.alphabets import TWICE

_MAX_PATCHES = 1_000  # in one line


def codec_of(encoding: str) -> str:
    """The codec for lines: UTF-16 is converted to UTF-8 before it is split, and a repair begins with UTF-8."""
    return "utf-8" if encoding.startswith(("utf-", TWICE)) else encoding


def repair_of(encoding: str) -> str:
    """The codec in which the text was misread before it was saved again; "" if it was not."""
    return encoding.removeprefix(TWICE) if encoding.startswith(TWICE) else ""


def decoded(piece: bytes, encoding: str, fallback: str = "") -> str:
    """Raises UnicodeError if a byte fits neither encoding."""
    try:
        text = piece.decode(codec_of(encoding))
    except UnicodeDecodeError:
        if not fallback:
            raise
        text = patched(piece, fallback)
    repair = repair_of(encoding)
    return repaired(text, repair) if repair and not text.isascii() else text


def patched(piece: bytes, fallback: str) -> str:
    """UTF-8 where it is valid; the bytes between in the fallback, an 8-bit encoding. A line may have cells of both."""
    parts: list[str] = []
    while len(parts) < 2 * _MAX_PATCHES:
        try:
            return "".join([*parts, piece.decode()])
        except UnicodeDecodeError as problem:
            parts += [piece[: problem.start].decode(), piece[problem.start : problem.end].decode(fallback)]
            piece = piece[problem.end :]
    return "".join([*parts, piece.decode(fallback)])


def repaired(text: str, misread_as: str) -> str:
    """The text before it was misread. Raises UnicodeError if it was not."""
    return text.translate(_bytes_of(misread_as)).encode("latin-1").decode()


@cache
def _bytes_of(codec: str) -> Mapping[int, str]:
    """Characters of the codec to those of the same bytes in Latin-1. Bytes without a character stay as they are, as
    programs that misread them do it. Other characters of Latin-1 are moved out of its reach."""
    high = {byte: bytes([byte]).decode(codec, "ignore") for byte in range(0x80, 0x100)}
    moved = {letter: chr(byte) for byte, letter in high.items() if letter}
    taken = {byte for byte, letter in high.items() if letter}
    lost = {chr(byte): "\ufffd" for byte in taken if byte >= 0xA0 and chr(byte) not in moved}
    return {ord(letter): after for letter, after in (lost | moved).items()}
