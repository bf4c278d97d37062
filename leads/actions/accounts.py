"""Update the leads of an account that was created, changed or deleted: their account, scores and places (B7)."""

from datetime import datetime
from functools import partial

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from leads.actions.scoring import RESCORED_STAGES, rescore
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


def apply_account_change(account: Account, *, by: AbstractBaseUser | None, at: datetime) -> int:
    """Give this account to leads of its domain that have none, and rescore its leads. Returns how many scores
    changed."""
    if account.domain:
        Lead.objects.filter(company_domain=account.domain, account=None).update(account=account)
    return rescore(Lead.objects.filter(account=account), by=by, at=at)


@transaction.atomic
def delete_account(account: Account, *, by: AbstractBaseUser | None, at: datetime) -> None:
    """Delete the account. Its leads stay, without an account; after the commit the waiting ones get new scores and
    places."""
    waiting = list(
        Lead.objects.filter(account=account, stage__in=RESCORED_STAGES).order_by("pk").values_list("pk", flat=True)
    )
    account._history_user = by
    account.delete()
    transaction.on_commit(partial(rescore, Lead.objects.filter(pk__in=waiting), by=by, at=at), robust=True)
