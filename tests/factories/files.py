"""CSV files: small ones by hand, and the two real ones, or their like where they are not on the machine."""

import csv
from collections import Counter
from hashlib import md5
from io import BytesIO, StringIO
from pathlib import Path

from leads.actions.imports.uploads import receive_upload, set_mapping
from leads.models import Upload
from tests.factories.people import MORNING

REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
OLIST, DATABLIST = "olist_marketing_qualified_leads_dataset.csv", "datablist-leads-100.csv"
OLIST_WON = "olist_closed_deals_dataset.csv"


def csv_bytes(*rows: tuple | list) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def lead_rows(count: int, first: int = 1) -> list[list[str]]:
    """Rows of leads with an id, a name, an e-mail and a company of their own."""
    return [
        [f"L-{n}", f"Dewi{n}", f"Lestari{n}", f"dewi{n}@maju{n}.co.id", f"Maju {n}", "Webinar"]
        for n in range(first, first + count)
    ]


HEADER = ["Lead id", "First name", "Last name", "E-mail", "Company", "Source"]


def make_upload(content: bytes, *, name: str = "leads.csv", by=None, is_ready: bool = True) -> Upload:
    """A file that was received with its columns as guessed, ready to run."""
    upload = receive_upload(BytesIO(content), name=name, by=by, at=MORNING)
    if not is_ready:
        return upload
    return set_mapping(upload, mapping={int(column): field for column, field in upload.mapping.items()}, defaults={})


def real_file(name: str) -> bytes:
    """The file as it lies beside the project, else one of the same shape and size."""
    path = REAL / name
    if path.exists():
        return path.read_bytes()
    return csv_bytes(*(_like_olist() if name == OLIST else _like_datablist()))


def olist_by_day() -> list[str]:
    """The ids of all leads, as they came."""
    rows = list(csv.DictReader(StringIO(real_file(OLIST).decode())))
    return [row["mql_id"] for row in sorted(rows, key=lambda row: row["first_contact_date"])]


def won_by_qualifier() -> dict[str, int]:
    """How many won leads each of the 32 who qualified them had, the most first; nothing where the file is not."""
    path = REAL / OLIST_WON
    rows = list(csv.DictReader(StringIO(path.read_text()))) if path.exists() else []
    return dict(Counter(row["sdr_id"] for row in rows).most_common())


def _like_olist() -> list[list[str]]:
    """8,000 leads without a name: an id, the day of the first contact, a page, an origin that is sometimes unknown."""
    origins = ["organic search", "paid search", "social", "unknown", "direct traffic", "email", "referral", ""]
    rows = [["mql_id", "first_contact_date", "landing_page_id", "origin"]]
    for n in range(8000):
        day = f"201{7 + n % 2}-{n % 12 + 1:02d}-{n % 28 + 1:02d}"
        rows.append([_digest(f"lead {n}"), day, _digest(f"page {n % 495}"), origins[n % len(origins)]])
    return rows


def _like_datablist() -> list[list[str]]:
    """100 leads with commas in names, extensions at phones, and columns that are no field."""
    header = "Index,Account Id,Lead Owner,First Name,Last Name,Company,Phone 1,Phone 2,Email 1,Email 2,Website,Source"
    rows = [[*header.split(","), "Deal Stage", "Notes"]]
    for n in range(1, 101):
        row = [n, _digest(str(n))[:15], "Bethany Dixon", f"Victor{n}", f"Cochran{n}", f"Grimes, Madden and Huff {n}"]
        row += [f"001-672-799-{2000 + n}x5610", f"2754733{300 + n}", f"victor{n}@grimes{n}.com", f"other{n}@guzman.com"]
        rows.append([*row, f"http://www.grimes{n}.com/", "Trade Show", "New Lead", "Speak own such."])
    return rows


def _digest(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
