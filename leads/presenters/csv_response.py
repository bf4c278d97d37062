"""Send a table as a CSV file that spreadsheets open correctly (E10, J5)."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse

from leads.decisions.csv.safe_cell import safe_row

BYTE_ORDER_MARK = "\ufeff"  # tells spreadsheets that the file is UTF-8


def csv_response(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A download with this file name. None is an empty cell; no cell can run as a formula."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(safe_row(header))
    writer.writerows(safe_row(row) for row in rows)
    return HttpResponse(
        BYTE_ORDER_MARK + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
