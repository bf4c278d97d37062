"""What depth costs a search by any identity: 1,000,000 leads against 10,000 (at most 1.5 times)."""

import os

import pytest
from django.contrib.auth.models import User
from django.db import connection

from leads.models import Lead, Source
from leads.queries.leads import visible_to
from leads.queries.search import search_leads
from tests.benchmarks.measure import interleaved, report
from tests.factories import MORNING, make_ops

SMALL, LARGE = 10_000, int(os.environ.get("SEARCHED", 1_000_000))
SHOWN = 51  # rows that the page reads


def fill(first: int, last: int) -> None:
    """Leads by the database itself, with the words that an arrival writes."""
    source = Source.objects.get_or_create(slug="bench", defaults={"name": "Bench"})[0]
    numbers = f"SELECT n FROM generate_series({first}, {last}) AS n"
    if connection.vendor == "sqlite":
        counted = f"SELECT {first} AS n UNION ALL SELECT n + 1 FROM counted WHERE n < {last}"
        numbers = f"SELECT n FROM (WITH RECURSIVE counted AS ({counted}) SELECT n FROM counted)"
    fields = {
        "id": "n",
        "first_name": "'Dewi' || (n % 997)",
        "last_name": "'Lestari' || n",
        "email": "'p' || n || '@maju' || (n % 99991) || '.co.id'",
        "company_name": "'Maju ' || (n % 99991)",
        "source_id": str(source.pk),
        "stage": "'review'",
        **dict.fromkeys(("stage_at", "captured_at", "created_at"), f"'{MORNING:%Y-%m-%d %H:%M:%S}+00:00'"),
        "score": "50",
        **dict.fromkeys(("score_parts", "extra"), "'{}'"),
        "problems": "'[]'",
        "lead_type": "'warm'",
        **dict.fromkeys(
            [
                "external_id",
                "title",
                "phone",
                "company_domain",
                "company_key",
                "industry",
                "country",
                "city",
                "message",
                "channel",
                "closed_reason",
            ],
            "''",
        ),
    }
    when = "::timestamptz" if connection.vendor == "postgresql" else ""
    json = "::jsonb" if connection.vendor == "postgresql" else ""
    casts = dict.fromkeys(("stage_at", "captured_at", "created_at"), when)
    casts |= dict.fromkeys(("score_parts", "extra", "problems"), json)
    chosen = ", ".join(f"{value}{casts.get(name, '')}" for name, value in fields.items())
    words = (
        "'dewi' || (n % 997)",
        "'lestari' || n",
        "'p' || n || '@maju' || (n % 99991) || '.co.id'",
        "'maju' || (n % 99991) || '.co.id'",
        "'maju'",
        "CAST(n % 99991 AS text)",
        "CAST(81200000000 + n AS text)",
        "'crm-' || n",
    )
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO leads_lead ({', '.join(fields)}) SELECT {chosen} FROM ({numbers}) AS numbers")
        for word in words:
            cursor.execute(f"INSERT INTO leads_searchword (lead_id, word) SELECT n, {word} FROM ({numbers}) AS numbers")
        cursor.execute("ANALYZE leads_lead")
        cursor.execute("ANALYZE leads_searchword")


def searches(user: User, number: int) -> dict[str, object]:
    """What people type, and how many leads it finds."""
    texts = {
        "e-mail": f"p{number}@maju",
        "phone": f"0812 {number:07d}",
        "id": f"CRM-{number}",
        "name": f"lestari{number}",
        "two words": f"dewi{number % 997} lestari{number}",
        "domain": f"maju{number % 99991}.co.id",
        "frequent": "maju",
        "two frequent": f"dewi{number % 997} maju",
        "nothing": f"nobody{number}",
    }

    def look(text: str):
        return lambda: list(search_leads(visible_to(user), text).select_related("source")[:SHOWN])

    return {name: look(text) for name, text in texts.items()}


@pytest.mark.django_db(transaction=True)
def test_search():
    ops, took = make_ops(), {}
    for first, last in ((1, SMALL), (SMALL + 1, LARGE)):
        fill(first, last)
        acts = searches(ops, 7_777)
        found = {name: len(act()) for name, act in acts.items()}
        took[last] = interleaved(acts, rounds=5, times=3)
        report(f"search among {last}: leads found", found)
        report(f"search among {last}, ms", took[last])
    assert Lead.objects.count() == LARGE
    report("ratio", {name: took[LARGE][name] / took[SMALL][name] for name in took[LARGE]}, bar="at most 1.5")
