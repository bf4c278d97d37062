"""No style sheet puts words on a page: they would be English in every language (J1)."""

import re
from pathlib import Path

SHEETS = sorted((Path(__file__).parents[2] / "static/css").rglob("*.css"))


def test_no_style_sheet_writes_words():
    written = {
        f"{sheet.name}: {line.strip()}"
        for sheet in SHEETS
        for line in sheet.read_text().splitlines()
        if "content:" in line and any(re.search("[A-Za-z]", text) for text in re.findall(r"""["'](.*?)["']""", line))
    }
    assert len(SHEETS) > 50 and written == set()
