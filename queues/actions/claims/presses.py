"""One press of a button claims once, even when its plain form arrives twice at the same moment (C2)."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import transaction

from queues.actions.claims.guards import lock_person
from routing.models import Assignment

Claimed = TypeVar("Claimed")


@transaction.atomic
def claim_once(claim: Callable[[], Claimed], *, known: int, by: User) -> Claimed | Assignment:
    """What `claim` returns, or the first lead that the same press has claimed already.

    `known` is the newest claim that the page showed. Two presses of one person stand in line at the person's row; the
    claims of other people do not touch it.
    """
    lock_person(by)
    mine = Assignment.objects.open().filter(holder=by, assigned_by=by, pk__gt=known)
    again = mine.select_related("lead__source", "lead__account").order_by("pk").first()
    return claim() if again is None else again
