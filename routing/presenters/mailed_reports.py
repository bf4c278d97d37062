"""Words a report that somebody gets every Monday: its question, the sentence, and the figures of the table (E10)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def report_message(details: Mapping[str, Any]) -> str:
    """The question and its answer in one line."""
    title, says = str(details.get("title", "")), str(details.get("says", ""))
    return f"{title} {says}".strip() or _("Your report of the week is there.")


def report_lines(details: Mapping[str, Any]) -> list[str]:
    """All of it: what is asked of what, the sentence, then one line for each row of the table."""
    head = " · ".join(str(text) for text in (details.get("title"), details.get("of")) if text)
    figures = "\n".join(str(line) for line in details.get("lines", ()))
    notes = [str(note) for note in details.get("notes", ())]
    return [line for line in (head, *notes, str(details.get("says", "")), figures) if line]
