"""A person decides about a record that a CRM did not take: once more, or leave it as it is there (I4)."""

from datetime import datetime

from django.db import transaction

from queues.actions.crm.states import ConnectionIsGone
from queues.models import CrmLink

DECIDED = ["problem", "problem_words", "problem_at", "wanted_owner", "wanted_status", "next_at", "attempts", "fights"]
AGAIN = [*DECIDED, "wanted_seq", "owner_seq"]


@transaction.atomic
def try_link_again(link: CrmLink, *, at: datetime) -> None:
    """The wish that waits is due at once. What was changed back too often may be changed again."""
    row = _locked(link)
    _settle(row)
    row.attempts, row.fights = 0, 0
    row.wanted_seq = row.owner_seq = 0  # what follows from the lead is wanted again, also an owner that was given up
    if not row.gone:
        row.next_at = at
    row.save(update_fields=AGAIN)


@transaction.atomic
def leave_link(link: CrmLink, *, at: datetime) -> None:
    """The wish is dropped; the next act here makes a new one. What may have arrived is looked at once more, so that it
    is not taken for somebody else's change later."""
    row = _locked(link)
    _settle(row)
    row.wanted_owner, row.wanted_status = "", ""
    row.next_at = at if row.is_on_its_way and not row.gone else None
    row.save(update_fields=DECIDED)


def _settle(row: CrmLink) -> None:
    row.problem, row.problem_words, row.problem_at = "", "", None


def _locked(link: CrmLink) -> CrmLink:
    row = CrmLink.objects.select_for_update(of=("self",)).filter(pk=link.pk).first()
    if row is None:
        raise ConnectionIsGone
    return row
