"""What the rows of a file would have made so far: a forecast writes no lead, so later rows look here (A9).

Kept in a file of SQLite beside the other temporary files, so that memory does not grow with the import, and so that the
next slice of a forecast goes on where the last one was. A lost file only means that the forecast begins again.
"""

import json
import sqlite3
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from operator import itemgetter
from pathlib import Path

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from leads.decisions.identity.matching import IdentityKey, KnownLead
from leads.decisions.identity.recognition import Person
from leads.models import Lead, Source
from leads.queries.leads import MAX_CANDIDATES, known_by_company

FIRST_ID = 10**15  # of leads that are not stored: above every real one
FORGOTTEN_AFTER = 24 * 3600  # seconds in which no forecast came back to its file
SOURCE_FIELDS = ("pk", "slug", "name", "lead_type", "points", "conversions", "conversions_of")
TABLES = """
CREATE TABLE IF NOT EXISTS prints (print TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS keys (
    value TEXT, kind TEXT, system TEXT, lead INTEGER, PRIMARY KEY (value, kind, system)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS aliases (
    value TEXT, kind TEXT, system TEXT, lead INTEGER, why TEXT, PRIMARY KEY (value, kind, system, lead)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS people (lead INTEGER PRIMARY KEY, kept TEXT);
CREATE TABLE IF NOT EXISTS leads (
    id INTEGER PRIMARY KEY, company_key TEXT, domain TEXT, first TEXT, last TEXT, company TEXT, city TEXT, kept TEXT
);
CREATE INDEX IF NOT EXISTS by_key ON leads (company_key, id) WHERE company_key <> '';
CREATE INDEX IF NOT EXISTS by_domain ON leads (domain, id) WHERE domain <> '';
CREATE TABLE IF NOT EXISTS reached (line INTEGER, note TEXT);
"""


class KeptRows:
    """The rows up to `line`. Use as a context manager; leave() deletes the file."""

    def __init__(self, name: str) -> None:
        self.path = _folder() / f"{name}.sqlite"
        self.table = sqlite3.connect(self.path)
        self.table.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {TABLES}")
        reached = self.table.execute("SELECT line, note FROM reached ORDER BY line DESC").fetchone()
        self.line: int = reached[0] if reached else 0
        self.note: str = reached[1] if reached else ""
        self.last_id = self.table.execute("SELECT max(coalesce(max(id), 0), ?) FROM leads", [FIRST_ID]).fetchone()[0]

    def __enter__(self) -> "KeptRows":
        return self

    def __exit__(self, *problem: object) -> None:
        self.table.close()

    def begin_again(self) -> None:
        _forget_old(self.path)
        for table in ("prints", "keys", "aliases", "people", "leads", "reached"):
            self.table.execute(f"DELETE FROM {table}")
        self.table.commit()
        self.line, self.note, self.last_id = 0, "", FIRST_ID

    def leave(self) -> None:
        self.table.close()
        with suppress(OSError):
            self.path.unlink()

    def fingerprints(self, wanted: Collection[str]) -> set[str]:
        return {row[0] for row in self._rows("SELECT print FROM prints WHERE print IN", wanted)}

    def leads(self, keys: Sequence[IdentityKey]) -> dict[IdentityKey, Lead]:
        wanted = {(key.kind, key.value) for key in keys}
        rows = self._rows("SELECT kind, value, system, lead FROM keys WHERE value IN", {key.value for key in keys})
        found = {IdentityKey(*key): pk for *key, pk in rows if tuple(key[:2]) in wanted}
        leads = self._leads(found.values())
        return {key: leads[pk] for key, pk in found.items() if pk in leads}

    def aliases(self, keys: Sequence[IdentityKey]) -> list[tuple[IdentityKey, str, Lead]]:
        chosen = "SELECT kind, value, system, why, lead FROM aliases WHERE value IN"
        rows = self._rows(chosen, {key.value for key in keys})
        leads = self._leads(pk for *_key, pk in rows)
        return [
            (IdentityKey(*key), why, leads[pk]) for *key, why, pk in sorted(rows, key=itemgetter(-1)) if pk in leads
        ]

    def people(self, ids: Collection[int]) -> dict[int, Person]:
        rows = self._rows("SELECT lead, kept FROM people WHERE lead IN", ids)
        return {pk: Person(*map(set, json.loads(kept))) for pk, kept in rows}

    def _leads(self, ids: Iterable[int]) -> dict[int, Lead]:
        wanted = set(ids)
        stored = Lead.objects.select_related("source").in_bulk([pk for pk in wanted if pk <= FIRST_ID])
        return stored | self.current(wanted)

    def current(self, ids: Collection[int]) -> dict[int, Lead]:
        return {pk: _lead(text) for pk, text in self._rows("SELECT id, kept FROM leads WHERE id IN", ids)}

    def known_as(self, *, keys: Iterable[str], domains: Iterable[str]) -> dict[str, list[KnownLead]]:
        """As known_by_company(), with the leads of this file, which are newer."""
        keys, domains = list(keys), list(domains)
        chosen = "SELECT id, first, last, company, domain, city, company_key FROM leads WHERE"
        rows = set(self._rows(f"{chosen} company_key IN", keys)) | set(self._rows(f"{chosen} domain IN", domains))
        found: dict[str, list[KnownLead]] = {}
        for *known, key in sorted(rows, reverse=True)[:MAX_CANDIDATES]:
            _add(found, key, KnownLead(*known))
        for name, stored in known_by_company(keys=keys, domains=domains).items():
            found.setdefault(name, []).extend(stored)
        return found

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def keep(self, leads: Iterable[Lead], keys: Mapping[IdentityKey, int], prints: Iterable[str]) -> None:
        """Remember these leads as they would stand now, and the lead of each identity by its id."""
        self.table.executemany("INSERT OR REPLACE INTO leads VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(_row, leads))
        rows = [(key.value, key.kind, key.system, pk) for key, pk in keys.items()]
        self.table.executemany("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?)", rows)
        self.table.executemany("INSERT OR IGNORE INTO prints VALUES (?)", [(each,) for each in prints])

    def keep_people(self, people: Mapping[int, Person]) -> None:
        """What is known of the leads of these ids by now."""
        rows = [
            (pk, json.dumps([sorted(each.names), sorted(each.emails), sorted(each.phones)]))
            for pk, each in people.items()
        ]
        self.table.executemany("INSERT OR REPLACE INTO people VALUES (?, ?)", rows)

    def keep_aliases(self, aliases: Iterable[tuple[IdentityKey, str, int]]) -> None:
        rows = [(key.value, key.kind, key.system, pk, why) for key, why, pk in aliases]
        self.table.executemany("INSERT OR IGNORE INTO aliases VALUES (?, ?, ?, ?, ?)", rows)

    def stop_joining(self, keys: Iterable[IdentityKey], *, why: str) -> None:
        """As leads.actions.intake.aliases.stop_joining()."""
        for key in keys:
            same, values = "WHERE value = ? AND kind = ? AND system = ?", [key.value, key.kind, key.system]
            self.table.execute(f"INSERT OR IGNORE INTO aliases SELECT *, '{why}' FROM keys {same}", values)
            self.table.execute(f"UPDATE aliases SET why = '{why}' {same}", values)
            self.table.execute(f"DELETE FROM keys {same}", values)

    def reach(self, line: int, *, note: str) -> None:
        """All up to this line is kept; the note is given back to the slice that goes on from here."""
        self.table.execute("DELETE FROM reached")
        self.table.execute("INSERT INTO reached VALUES (?, ?)", [line, note])
        self.table.commit()
        self.line, self.note = line, note

    def _rows(self, select: str, values: Collection[object]) -> list[tuple]:
        found: list[tuple] = []
        values = list(values)
        for start in range(0, len(values), 500):
            some = values[start : start + 500]
            found += self.table.execute(f"{select} ({', '.join('?' * len(some))})", some).fetchall()
        return found


def _folder() -> Path:
    """Of this installation, and no other user of the machine can read it."""
    installation = sha256(f"{settings.MEDIA_ROOT} {settings.SECRET_KEY}".encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"alur-forecasts-{installation}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _forget_old(newest: Path) -> None:
    since = newest.stat().st_mtime - FORGOTTEN_AFTER
    for path in newest.parent.iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < since:
                path.unlink()


def _row(lead: Lead) -> tuple:
    texts = (lead.company_key, lead.company_domain, lead.first_name, lead.last_name, lead.company_name, lead.city)
    values = {field.attname: getattr(lead, field.attname) for field in Lead._meta.concrete_fields}
    source = {name: getattr(lead.source, name) for name in SOURCE_FIELDS}
    return (lead.pk, *texts, json.dumps((values, source), cls=DjangoJSONEncoder))


def _lead(kept: str) -> Lead:
    values, source = json.loads(kept)
    fields = {field.attname: field for field in Lead._meta.concrete_fields}
    lead = Lead(**{name: fields[name].to_python(value) for name, value in values.items()})
    lead.source = Source(**source)
    return lead


def _add(found: dict[str, list[KnownLead]], key: str, known: KnownLead) -> None:
    for name in (key, f"@{known.company_domain}" if known.company_domain else ""):
        if name:
            found.setdefault(name, []).append(known)
