"""Keep the words by which search finds leads (A3). Every arrival adds its words in the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection

from config.jobs import Chunk
from config.jobs.kinds import Arguments
from leads.decisions.search_words import words_of
from leads.models import Identity, Lead, LeadAlias, SearchWord

CHUNK_SIZE = 1_000
_COLUMNS = "INTO leads_searchword (lead_id, word)"
_ON_SQLITE = f"INSERT OR IGNORE {_COLUMNS} VALUES (%s, %s)"
_ON_POSTGRESQL = f"INSERT {_COLUMNS} SELECT * FROM unnest(%s::bigint[], %s::text[]) ON CONFLICT DO NOTHING"

Pair = tuple[int, str]


def add_words(pairs: Iterable[Pair]) -> None:
    """Add words by lead; those that are there stay. In their order, so that two imports of the same people never wait
    for each other. One statement, because an arrival has some nine words: through the ORM they cost as much as the
    lead."""
    rows = sorted(set(pairs))
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_ON_POSTGRESQL, [[lead for lead, _word in rows], [word for _lead, word in rows]])
        else:
            cursor.executemany(_ON_SQLITE, rows)


def add_words_of(leads: Sequence[Lead]) -> None:
    """The words of these leads as they are now, with all identities and aliases."""
    add_words(_pairs(leads))


def replace_words_of(lead: Lead) -> None:
    """After a merge was undone: words of the other lead find it no longer."""
    SearchWord.objects.filter(lead=lead).delete()
    add_words_of([lead])


def count_leads(arguments: Arguments) -> int:
    return Lead.objects.count()


def fill_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The step of the job that gives words to the leads of an earlier release: the next leads by id."""
    leads = list(Lead.objects.filter(pk__gt=after).order_by("pk")[:CHUNK_SIZE])
    add_words_of(leads)
    return Chunk(len(leads), leads[-1].pk if leads else after, is_last=len(leads) < CHUNK_SIZE)


def _pairs(leads: Sequence[Lead]) -> list[Pair]:
    ids = [lead.pk for lead in leads]
    known: dict[int, dict[str, list[str]]] = {pk: {} for pk in ids}
    for model in (Identity, LeadAlias):
        rows = model.objects.filter(lead__in=ids).order_by("pk").values_list("lead", "kind", "value")
        for lead, kind, value in rows:
            known[lead].setdefault(kind, []).append(value)
    return [(lead.pk, word) for lead in leads for word in _words(lead, known[lead.pk])]


def _words(lead: Lead, known: dict[str, list[str]]) -> tuple[str, ...]:
    return words_of(
        names=(lead.first_name, lead.last_name, lead.company_name, *known.get("name", ())),
        values=(
            lead.email,
            lead.company_domain,
            lead.external_id,
            *known.get("email", ()),
            *known.get("external_id", ()),
        ),
        phones=(lead.phone, *known.get("phone", ())),
    )
