"""What follows when an account is made or changed: its leads know it, and their scores and places follow (B7)."""

from datetime import datetime

from leads.actions.scoring import rescore
from leads.models import Account, Lead


def follow_account(account: Account, *, by, at: datetime) -> int:
    """Leads of the account's domain that have no account yet get this one; returns how many scores changed."""
    if account.domain:
        Lead.objects.filter(company_domain=account.domain, account=None).update(account=account)
    return rescore(Lead.objects.filter(account=account), by=by, at=at)
