"""The accounts of leads are found by index, however many accounts there are (G1)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions.accounts import save_handles
from leads.decisions.identity.account_match import handles
from leads.models import Account, AccountHandle
from leads.queries.accounts import MAX_ACCOUNTS_PER_HANDLE, AccountLookup, account_matches, accounts_near
from tests.factories import MORNING, AccountFactory, make_rep

pytestmark = pytest.mark.django_db


def many(count: int, owner, name="Indonesia Jaya {n} Abadi") -> None:
    accounts = Account.objects.bulk_create(
        Account(name=name.format(n=n), owner=owner, created_at=MORNING) for n in range(count)
    )
    AccountHandle.objects.bulk_create(
        AccountHandle(account=account, handle=each) for account in accounts for each in handles(account.name)
    )


def test_by_domain_first_and_not_by_name():
    owner = make_rep()
    mine = AccountFactory(name="Maju Jaya", domain="maju.co.id", owner=owner)
    AccountFactory(name="Hotel Nila", domain="nila.co.id", owner=make_rep())
    (match,) = account_matches([AccountLookup("Hotel Nila", "maju.co.id")], at_least=90)
    assert (match.account.id, match.account.owner_id, match.by, match.percent) == (mine.pk, owner.pk, "domain", 100)


def test_free_mail_is_nobodys_domain():
    AccountFactory(name="Somebody", domain="gmail.com", owner=make_rep())
    assert account_matches([AccountLookup("", "gmail.com")], at_least=90) == [None]


def test_a_company_that_is_known_by_its_domain_is_not_looked_up_by_name():
    AccountFactory(name="Maju Jaya", domain="maju.co.id")
    AccountFactory(name="PT Maju Jaya", domain="other.co.id", owner=make_rep())
    (match,) = account_matches([AccountLookup("Maju Jaya", "maju.co.id")], at_least=90)
    assert (match.by, match.account.owner_id) == ("domain", None)


def test_an_account_that_somebody_chose_for_the_lead_is_its_account():
    account = AccountFactory(owner=make_rep())
    (match,) = account_matches([AccountLookup("Whatever", "", account.pk)], at_least=None)
    assert (match.by, match.account.id) == ("link", account.pk)


def test_names_count_only_when_asked_for():
    AccountFactory(name="Maju Jaya Tbk", owner=make_rep())
    assert account_matches([AccountLookup("PT Maju Jaya")], at_least=None) == [None]
    (match,) = account_matches([AccountLookup("PT Maju Jaya")], at_least=90)
    assert (match.by, match.company_name, match.account.name, match.percent) == (
        "name",
        "PT Maju Jaya",
        "Maju Jaya Tbk",
        100,
    )


def test_accounts_without_an_owner_are_not_looked_for_by_name():
    account = AccountFactory(name="Maju Jaya")
    assert accounts_near("Maju Jaya") == []
    account.owner = make_rep()
    account.save(update_fields=["owner"])
    save_handles(account)
    assert [each.id for each in accounts_near("Maju Jaya")] == [account.pk]


def test_handles_follow_the_name_and_go_with_the_owner():
    account = AccountFactory(name="Maju Jaya", owner=make_rep())
    account.name = "Hotel Nila"
    save_handles(account)
    assert set(account.handles.values_list("handle", flat=True)) == set(handles("Hotel Nila"))
    account.owner = None
    save_handles(account)
    assert AccountHandle.objects.count() == 0


def test_what_is_read_has_an_end_though_thousands_share_a_word():
    owner = make_rep()
    many(MAX_ACCOUNTS_PER_HANDLE * 3, owner)
    wanted = AccountFactory(name="Indonesia Jaya Wiratama", owner=owner)
    near = accounts_near("Indonesia Jaya Wiratma")
    assert len(near) <= 11 * MAX_ACCOUNTS_PER_HANDLE
    (match,) = account_matches([AccountLookup("Indonesia Jaya Wiratma")], at_least=90)
    assert match.account.id == wanted.pk


@pytest.mark.parametrize("count", [1, 600])
def test_queries_do_not_grow_with_the_accounts_nor_with_the_leads_of_one_company(count):
    many(count, make_rep())
    AccountFactory(name="Maju Jaya", domain="maju.co.id", owner=make_rep())
    wanted = [
        AccountLookup("Maju", "maju.co.id"),
        *[AccountLookup("Hotel Nila", "nila.co.id")] * 3,
        AccountLookup("Indonesia Jaya", ""),
    ]
    with CaptureQueriesContext(connection) as queries:
        found = account_matches(wanted, at_least=90)
    assert ([each is not None for each in found], len(queries)) == ([True, False, False, False, False], 4)


def test_no_whole_table_is_read():
    many(500, make_rep())
    with CaptureQueriesContext(connection) as queries:
        accounts_near("Indonesia Jaya 7 Abadi")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # so few rows would be read as a whole
            cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{queries[0]['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert plan.count("leads_one_handle_per_account" if connection.vendor == "postgresql" else "(handle=?)") == 9
    assert ("SCAN leads_accounthandle" in plan, "Seq Scan" in plan) == (False, False)
