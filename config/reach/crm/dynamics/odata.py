"""How the Dataverse Web API writes ids, texts, moments and queries (OData 4.0)."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from config.reach.crm.errors import CrmRefused, Reason

GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
COLUMN = re.compile(r"[a-z_][a-z0-9_]{0,99}")
KEPT = "$(),:;='"  # signs of the language of queries; all others are escaped


def guid(text: str) -> str:
    """In lower case, as Dataverse answers. Raises CrmRefused (WRONG) for all else, so that nothing else gets into an
    address."""
    found = text.strip().lower()
    if not GUID.fullmatch(found):
        raise CrmRefused(Reason.WRONG, code="not_a_guid")
    return found


def columns(names: Collection[str]) -> list[str]:
    """Each once. Raises CrmRefused (FIELD) for what can be no name of a column."""
    for name in names:
        if not COLUMN.fullmatch(name):
            raise CrmRefused(Reason.FIELD, code="not_a_column", field=name)
    return list(dict.fromkeys(names))


def text_literal(text: str) -> str:
    """Apostrophes are doubled: that is all that can end a text."""
    return "'" + text.replace("'", "''") + "'"


def moment_from(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(microsecond=0):%Y-%m-%dT%H:%M:%SZ}"


def moment_to(at: datetime) -> str:
    """Rounded up: Dataverse stamps whole seconds, and what comes twice costs nothing."""
    return moment_from(at + timedelta(seconds=1) if at.microsecond else at)


def moment_of(text: object) -> datetime | None:
    """Raises ValueError for what is no moment."""
    if not text:
        return None
    found = datetime.fromisoformat(str(text))
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def target(path: str, **options: str) -> str:
    """`options` without their dollar sign."""
    query = "&".join(f"${name}={quote(value, safe=KEPT)}" for name, value in options.items())
    return f"{path}?{query}" if query else path


def chunks(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def rows_of(content: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Raises CrmRefused (SILENT) without a list of rows."""
    rows = content.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CrmRefused(Reason.SILENT, code="not_odata")
    return rows
