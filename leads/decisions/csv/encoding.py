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
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")  # 0x1a ends old DOS files
_WESTERN = frozenset("ŠšŽžŒœŸ€‘’‚“”„–—…•™\xa0¡¿«»°·ºª£§©®´¨¼½¾²³µ") | {chr(code) for code in range(0xC0, 0x100)} - {
    "×",
    "÷",
}
_RUN = re.compile(r"[^\x00-\x7f]{3,}")


class CsvRefused(ValueError):
    """The file cannot be read as a table. Codes: empty, no_rows, too_large, not_text, encoding, one_column,
    too_many_columns, header. `detail` is the kind of file, the likely encoding, or a number."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code} {detail}".rstrip())


def encoding_of(head: bytes, *, is_whole: bool) -> tuple[str, str]:
    """The encoding, and a second one for lines that it cannot decode ("" for none). Raises CsvRefused.

    The second one is needed because a file that begins in plain ASCII may use any encoding later. A few broken lines
    are no reason to refuse the file: they become problems of their rows.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not head.startswith(codecs.BOM_UTF32_LE):
        return "utf-16", ""
    _refuse_other_files(head)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", ""
    unmarked = _utf_16_without_mark(head)
    if unmarked:
        return unmarked, ""
    lines = head.splitlines()
    if not is_whole and len(lines) > 1:
        lines.pop()
    _refuse_binary(lines)
    return _eight_bit_encoding(lines)


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
    half = max(len(head) // 2, 1)
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else ""


def _eight_bit_encoding(lines: list[bytes]) -> tuple[str, str]:
    strange = [line for line in lines if not line.isascii()]
    if not strange:
        return "utf-8", "cp1252"
    broken = [line for line in strange if not _decodes(line, "utf-8")]
    if len(broken) * 2 < len(strange) and _decodes(lines[0], "utf-8"):
        return "utf-8", ""
    if _looks_western(broken):
        return "cp1252", ""
    if len(broken) * 2 < len(lines) and _decodes(lines[0], "utf-8"):
        return "utf-8", ""
    from charset_normalizer import from_bytes  # only for files that are refused

    best = from_bytes(b"\n".join(strange[:200])).best()
    raise CsvRefused("encoding", best.encoding if best else "")


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _looks_western(lines: list[bytes]) -> bool:
    """Whether accented letters stand between plain ones. Other alphabets read as cp1252 give long runs or rare
    signs."""
    try:
        text = b"\n".join(lines).decode("cp1252")
    except UnicodeDecodeError:
        return False
    strange = [letter for letter in text if letter > "\x7f"]
    usual = sum(letter in _WESTERN for letter in strange)
    in_runs = sum(len(run) for run in _RUN.findall(text))
    return usual >= 0.9 * len(strange) and in_runs <= 0.2 * len(strange)
