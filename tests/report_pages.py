"""Read a report as its readers do: the CSV of its tables, and the leads behind each number that opens them."""

import csv
import io
import re
from html import unescape

from django.test import Client


def table_rows(client: Client, address: str) -> list[list[str]]:
    """All lines of the CSV, heads too."""
    text = client.get(f"{address}&format=csv").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def table_row(client: Client, address: str, group: str, name: str) -> dict[str, str]:
    """The row of this name in this group, by the heads of its table; "" is the group of the sums."""
    heads: list[str] = []
    for line in table_rows(client, address):
        if line[0] == "Group":
            heads = line
        elif line[:2] == [group, name]:
            return dict(zip(heads, line, strict=True))
    raise AssertionError(f"no row {name} in {group}")


def counts_that_open(html: str) -> list[tuple[str, int]]:
    """(address of the leads, number shown) of each cell whose number opens the leads behind it."""
    found = re.findall(r'<a href="(/reports/leads/\?[^"]*)">([\d\s\u00a0]+)</a>', html)
    return [(unescape(link), int(re.sub(r"\s", "", text))) for link, text in found]


def leads_behind(client: Client, link: str) -> int:
    """How many leads the list says, which must be as many as its CSV has."""
    html = client.get(link).content.decode()
    counted = re.search(r"<strong>([\d\s]+) leads?</strong>", html)
    assert counted or "No lead stands behind this figure." in html
    said = int(re.sub(r"\s", "", counted.group(1))) if counted else 0
    assert len(table_rows(client, link)) == said + 1
    return said
