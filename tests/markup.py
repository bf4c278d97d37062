"""Reads an answer's HTML without the whitespace that only lays out its template."""

import re

from django.http import HttpResponse


def markup(answer: HttpResponse) -> str:
    """One space between words, none beside tags."""
    return re.sub(r" ?(<[^>]+>) ?", r"\1", " ".join(answer.content.decode().split()))


def plain_words(html: str) -> str:
    """What a reader sees: no tags, one ordinary space between words, none before a full stop or comma."""
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ")).strip()
    return re.sub(r" ([.,:])", r"\1", words)
