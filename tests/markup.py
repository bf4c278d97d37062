"""Reads an answer's HTML without the whitespace that only lays out its template."""

import re

from django.http import HttpResponse


def markup(answer: HttpResponse) -> str:
    """One space between words, none beside tags."""
    return re.sub(r" ?(<[^>]+>) ?", r"\1", " ".join(answer.content.decode().split()))
