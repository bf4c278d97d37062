"""What follows when an account is made, changed or deleted: its leads know, and their scores and places follow (B7)."""

from datetime import datetime
from functools import partial

from django.db import transaction

from leads.actions.scoring import RESCORED_STAGES, rescore
from leads.decisions.identity.account_match import handles
from leads.models import Account, AccountHandle, Lead


@transaction.atomic
def save_handles(account: Account) -> None:
    """Call it when an account is saved: by these it is found for leads whose company has nearly its name (G1)."""
    wanted = set(handles(account.name)) if account.owner_id else set()
    known = set(AccountHandle.objects.filter(account=account).values_list("handle", flat=True).order_by("pk"))
    if gone := known - wanted:
        AccountHandle.objects.filter(account=account, handle__in=gone).delete()
    AccountHandle.objects.bulk_create(
        [AccountHandle(account=account, handle=each) for each in sorted(wanted - known)], ignore_conflicts=True
    )


def apply_account_change(account: Account, *, by, at: datetime) -> int:
    """Leads of the account's domain that have no account yet get this one; returns how many scores changed."""
    if account.domain:
        Lead.objects.filter(company_domain=account.domain, account=None).update(account=account)
    return rescore(Lead.objects.filter(account=account), by=by, at=at)


@transaction.atomic
def delete_account(account: Account, *, by, at: datetime) -> None:
    """Its leads stay and belong to no account; those that wait are scored and placed anew after the commit."""
    waiting = list(
        Lead.objects.filter(account=account, stage__in=RESCORED_STAGES).order_by("pk").values_list("pk", flat=True)
    )
    account._history_user = by
    account.delete()
    transaction.on_commit(partial(rescore, Lead.objects.filter(pk__in=waiting), by=by, at=at), robust=True)
