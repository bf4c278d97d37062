"""Words a report for the mail of Monday: what the page says of the same days, as text (E10)."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl

from django.template.loader import render_to_string
from django.utils.translation import ngettext

from dashboards.presenters.reports.answers import Answer, Question
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.filter_chips import period_text
from dashboards.presenters.reports.tables import Row, Table

MOST_ROWS = 12  # of a table; the page has all
SENTENCE = re.compile(r'<(div|p) class="say">(.*?)</\1>', re.DOTALL)
MARK = re.compile(r'<details class="al-q">.*?</details>', re.DOTALL)  # the "?" with its definition
TAG = re.compile(r"<[^<>]+>")


def mail_details(question: Question, answer: Answer, asked: Asked) -> dict[str, object]:
    """As JSON can hold it: question, filters, sentence, the lines of the table, and the address of the same days."""
    of = " · ".join(filtered_by(question, asked))
    details = {
        "slug": question.slug,
        "query": asked.address("").removeprefix("?"),
        "title": str(question.title),
        "of": of,
        "notes": [str(note) for note in answer.notes],
    }
    if answer.empty is not None:
        return {**details, "says": answer.empty.why, "lines": []}
    shown = answer.tables[:1]
    lines = [line for table in shown for line in _lines(table.sorted_by(asked.sort))]
    return {**details, "says": _sentence(answer), "lines": lines}


def filtered_by(question: Question, asked: Asked) -> list[str]:
    """The days and the chosen filters that mean something here."""
    period = asked.filters.period
    days = [] if "period" in question.unused else [period_text(period)]
    chosen = [option.name for key, option in asked.filters.chosen.items() if key not in question.unused]
    return [*days, *chosen]


def query_of(text: str) -> dict[str, str]:
    """What the address says behind "?"."""
    return dict(parse_qsl(text))


def _sentence(answer: Answer) -> str:
    found = SENTENCE.search(render_to_string(answer.says, {"facts": answer.facts}))
    text = unescape(TAG.sub("", MARK.sub("", found[2]))) if found else ""
    return re.sub(r" ([.,:;])", r"\1", " ".join(text.replace("\u2060", "").split()))


def _lines(table: Table) -> Iterator[str]:
    """Under the heading of each band its rows, then the sum; what is too long for a mail is counted."""
    left = MOST_ROWS
    for band in table.bands:
        rows = band.rows[:left]
        if band.title and rows:
            yield f"{band.title}:"
        yield from (_line(table, row) for row in rows)
        left -= len(rows)
    more = sum(len(band.rows) for band in table.bands) - MOST_ROWS
    if more > 0:
        yield ngettext("- and %(n)s more row on the page", "- and %(n)s more rows on the page", more) % {"n": more}
    if table.foot is not None:
        yield _line(table, table.foot)


def _line(table: Table, row: Row) -> str:
    named = zip(table.columns, row.cells, strict=False)
    figures = [f"{column.label} {cell.text}" for column, cell in named if cell.text]
    return " ".join(f"- {row.name}: {'; '.join(figures)}".split())
