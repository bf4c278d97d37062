"""Find the accounts of leads among any number of accounts: by domain, or by almost the same name (G1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from leads.decisions.identity.account_match import (
    BY_DOMAIN,
    BY_LINK,
    AccountCandidate,
    Match,
    best_by_name,
    handles,
    has_own_domain,
)
from leads.decisions.identity.matching import company_key
from leads.models import Account, Lead

MAX_ACCOUNTS_PER_HANDLE = 200  # of common beginnings such as "(indo"; other handles find the rest
FIELDS = ("id", "name", "owner_id", "country")

# SQL, because on SQLite the ORM cannot limit the parts of a union
_BY_HANDLE = "SELECT account_id FROM (SELECT account_id FROM leads_accounthandle WHERE handle = %s {order}) AS h{n}"
_ORDER = f"ORDER BY account_id LIMIT {MAX_ACCOUNTS_PER_HANDLE}"


@dataclass(frozen=True, slots=True)
class AccountLookup:
    """The fields of a lead by which its account is found. `account_id` was chosen by a person, or follows from the
    domain."""

    company_name: str = ""
    company_domain: str = ""
    account_id: int | None = None
    country: str = ""


def lookup_of(lead: Lead) -> AccountLookup:
    return AccountLookup(lead.company_name, lead.company_domain, lead.account_id, lead.country)


def account_matches(wanted: Sequence[AccountLookup], *, at_least: int | None) -> list[Match | None]:
    """The account of each lookup, in the same order. If `at_least` is None, names are not compared.

    One query finds all accounts by domain and by `account_id`. Only lookups without a result are compared by name, with
    two bounded queries for each different name.
    """
    linked, by_domain = _known(wanted)
    by_name: dict[tuple[str, str], Match | None] = {}
    found: list[Match | None] = []
    for each in wanted:
        if each.account_id in linked:
            known, domain = linked[each.account_id]
            is_own = has_own_domain(each.company_domain) and domain == each.company_domain
            found.append(Match(known, BY_DOMAIN if is_own else BY_LINK, company_name=each.company_name))
        elif each.company_domain in by_domain:
            found.append(Match(by_domain[each.company_domain], BY_DOMAIN, company_name=each.company_name))
        elif at_least is None or not (key := company_key(each.company_name)):
            found.append(None)
        else:
            if (key, each.country) not in by_name:
                near = accounts_near(each.company_name)
                by_name[key, each.country] = best_by_name(
                    each.company_name, near, at_least=at_least, country=each.country
                )
            found.append(by_name[key, each.country])
    return found


def accounts_near(name: str) -> list[AccountCandidate]:
    """Accounts with an owner that share a handle with this name, by a few bounded index look-ups."""
    keys = handles(name)
    if not keys:
        return []
    looks = " UNION ".join(_BY_HANDLE.format(order=_ORDER, n=number) for number in range(len(keys)))
    with connection.cursor() as cursor:
        cursor.execute(looks, keys)
        ids = [pk for (pk,) in cursor.fetchall()]
    if not ids:
        return []
    rows = Account.objects.filter(pk__in=ids, owner__isnull=False).order_by("pk").values_list(*FIELDS)
    return [AccountCandidate(*row) for row in rows]


def _known(
    wanted: Iterable[AccountLookup],
) -> tuple[dict[int, tuple[AccountCandidate, str]], dict[str, AccountCandidate]]:
    ids = {each.account_id for each in wanted if each.account_id}
    domains = {each.company_domain for each in wanted if not each.account_id and has_own_domain(each.company_domain)}
    if not ids and not domains:
        return {}, {}
    rows = Account.objects.filter(Q(pk__in=ids) | Q(domain__in=domains)).order_by("pk")
    linked, by_domain = {}, {}
    for *plain, domain in rows.values_list(*FIELDS, "domain"):
        known = AccountCandidate(*plain)
        linked[known.id] = (known, domain)
        if domain in domains:
            by_domain[domain] = known
    return linked, by_domain
