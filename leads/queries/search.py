"""Search leads by all that ever arrived for them: names, companies, e-mails, phones, ids (A3). By index."""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from config.models import BackgroundJob
from leads.decisions.search_words import FILL, Prefixes, Term, terms_of
from leads.models import Lead, SearchWord

MOST_CANDIDATES = 2_000  # rows of a rare word; of a frequent one the newest leads are looked through
_LAST = "\U0010ffff"  # behind every other character


def search_leads(leads: QuerySet[Lead], text: str) -> QuerySet[Lead]:
    """These leads, the newest first, by all parts of a text; each part may be the beginning of a word. A merged lead is
    not found itself, but its words find the lead that it was merged into.

    Reads the candidates of the rarest part at once. Then the result is a query like any other.
    """
    leads = leads.exclude(stage=Lead.Stage.MERGED).order_by("-created_at", "-pk")
    terms = terms_of(text, settings.ALUR_REGION)
    if not terms:
        return leads if not text.strip() else leads.none()
    candidates, rarest = _candidates(terms)
    has_others = reduce(and_, (_has(term) for term in terms if term is not rarest), Q())
    if candidates is None:
        merged = Lead.objects.filter(has_others, stage=Lead.Stage.MERGED).values("merged_into")
        return leads.filter(has_others | Q(pk__in=merged))
    found = Lead.objects.filter(has_others, pk__in=candidates).order_by("pk").values_list("pk", "merged_into")
    return leads.filter(pk__in=[into or pk for pk, into in found])


def filling() -> BackgroundJob | None:
    """The job that gives words to the leads of an earlier release, while it is not done."""
    return BackgroundJob.objects.filter(kind=FILL, finished_at__isnull=True).order_by("-pk").first()


def _candidates(terms: Iterable[Term]) -> tuple[list[int] | None, Term | None]:
    """The leads that have the rarest term, and that term; None when all are frequent."""
    best: list[int] | None = None
    rarest = None
    for term in terms:
        if (found := _leads_with(term)) is not None and (best is None or len(found) < len(best)):
            best, rarest = found, term
    return best, rarest


def _leads_with(term: Term) -> list[int] | None:
    """The leads that have the term; None for more rows than MOST_CANDIDATES."""
    words = SearchWord.objects.filter(reduce(or_, (_begins(_longest(each)) for each in term.alternatives)))
    rows = list(words.order_by().values_list("lead", flat=True)[: MOST_CANDIDATES + 1])
    if len(rows) > MOST_CANDIDATES:
        return None
    found = set(rows)
    if all(len(each) == 1 for each in term.alternatives) or not found:
        return sorted(found)
    having = Lead.objects.filter(_has(term), pk__in=found)
    return list(having.order_by("pk").values_list("pk", flat=True))


def _has(term: Term) -> Q:
    alternatives = (
        reduce(and_, (Q(Exists(SearchWord.objects.filter(_begins(each), lead=OuterRef("pk")))) for each in prefixes))
        for prefixes in term.alternatives
    )
    return reduce(or_, alternatives)


def _longest(prefixes: Prefixes) -> str:
    return max(prefixes, key=len)


def _begins(prefix: str) -> Q:
    """SQLite's LIKE takes no index; PostgreSQL compares ranges by the language of the database."""
    if connection.vendor == "sqlite":
        return Q(word__gte=prefix, word__lt=prefix + _LAST)
    return Q(word__startswith=prefix)
