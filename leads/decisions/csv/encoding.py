"""Find out whether an uploaded file is text, and in which encoding."""

import codecs
import re

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0", "spreadsheet"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "image"),
    (b"{\\rtf", "document"),
    (b"SQLite format 3", "database"),
    (b"PAR1", "database"),
)
_MARKUP = re.compile(rb"\s*(?:<(?:!doctype|html|\?xml|head|body|table)|\[\s*\{|\{\s*\")", re.IGNORECASE)
_USUAL = frozenset(" \t\r\n,;|\"'@.:/+-_()&#?!$%*=[]{}<>~’–")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")  # 0x1a ends old DOS files


class CsvRefused(ValueError):
    """The file cannot be read as a table. Codes: empty, no_rows, too_large, not_text, one_column,
    too_many_columns, header, no_line. `detail` is the kind of file, a character, or a number."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code} {detail}".rstrip())


def unicode_of(head: bytes, *, is_whole: bool) -> str:
    """The kind of Unicode that the file shows by a mark or by its zeros; "" for an encoding of single bytes or an
    unmarked UTF-8. Raises CsvRefused."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not head.startswith(codecs.BOM_UTF32_LE):
        return "utf-16"
    _refuse_other_files(head)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    unmarked = _utf_16_without_mark(head)
    if unmarked:
        return unmarked
    lines = head.splitlines()
    if not is_whole and len(lines) > 1:
        lines.pop()
    _refuse_binary(lines)
    return ""


def _refuse_other_files(head: bytes) -> None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        is_office = any(mark in head for mark in (b"[Content_Types]", b"xl/", b"mimetypeapplication"))
        raise CsvRefused("not_text", "spreadsheet" if is_office else "archive")
    for magic, kind in _MAGIC:
        if head.startswith(magic) or (kind == "pdf" and magic in head[:1024]):
            raise CsvRefused("not_text", kind)
    if _MARKUP.match(head.removeprefix(codecs.BOM_UTF8)):
        raise CsvRefused("not_text", "markup")


def _refuse_binary(lines: list[bytes]) -> None:
    """Refuse control characters in the header or in most lines. In a few lines they are problems of those rows."""
    strange = [bool(_CONTROLS.search(line)) for line in lines]
    if strange and (strange[0] or sum(strange) * 2 > len(strange)):
        raise CsvRefused("not_text", "binary")


def _utf_16_without_mark(head: bytes) -> str:
    """Separators, spaces and line ends have a zero beside them in any alphabet, on the same side."""
    if b"\0" not in head[:4096]:
        return ""
    whole = head[: len(head) // 2 * 2]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = whole.decode(encoding, "replace")
        usual = sum(letter.isalnum() or letter in _USUAL for letter in text[:2000])
        ends = text.count("\n") + text.count("\r") + text.count(",") + text.count(";") + text.count("\t")
        blocks = {ord(letter) >> 8 for letter in text[:2000]}
        if usual > 0.9 * len(text[:2000]) and ends and len(blocks) < 20 + 0.2 * len(text[:2000]):
            return encoding
    return ""
