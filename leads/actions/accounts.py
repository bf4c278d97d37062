"""Update the leads of an account that was created, changed or deleted: their account, scores and places (B7)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from config.models import BackgroundJob
from leads.actions.scoring import RESCORED_STAGES, rescore_in_background
from leads.decisions.identity.account_match import handles
from leads.models import Account, AccountHandle, Lead


@transaction.atomic
def save_handles(account: Account) -> None:
    """Store the handles by which leads with almost the same company name find this account (G1). Call it after each
    save."""
    wanted = set(handles(account.name)) if account.owner_id else set()
    known = set(AccountHandle.objects.filter(account=account).values_list("handle", flat=True).order_by("pk"))
    if gone := known - wanted:
        AccountHandle.objects.filter(account=account, handle__in=gone).delete()
    AccountHandle.objects.bulk_create(
        [AccountHandle(account=account, handle=each) for each in sorted(wanted - known)], ignore_conflicts=True
    )


@transaction.atomic
def apply_account_change(account: Account, *, by: User | None, at: datetime) -> BackgroundJob:
    """Leads of the account's domain that have no account yet get this one; then the waiting ones are scored again."""
    if account.domain:
        Lead.objects.filter(company_domain=account.domain, account=None).update(account=account)
    return rescore_in_background({"account": account.pk}, name=account.name, by=by, at=at)


@transaction.atomic
def delete_account(account: Account, *, by: User | None, at: datetime) -> None:
    """Delete the account. Its leads stay, without an account; after the commit the waiting ones get new scores and
    places."""
    waiting = list(
        Lead.objects.filter(account=account, stage__in=RESCORED_STAGES).order_by("pk").values_list("pk", flat=True)
    )
    set_history_author(account, by)
    account.delete()
    rescore_in_background({"leads": waiting}, name=account.name, by=by, at=at)
