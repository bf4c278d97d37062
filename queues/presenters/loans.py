"""Loans in words: who is lent to a queue, and until when (D8)."""

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.times import last_day
from queues.actions.loans import CannotBeLent
from queues.models import Loan, Queue

MAX_NAMED = 5
REFUSALS = {
    "off": lambda: _("The account of %(name)s is switched off. Nobody was lent."),
    "own": lambda: _("%(name)s takes from %(queue)s already. Nobody was lent."),
    "lent": lambda: _("%(name)s is lent to %(queue)s already. Ask back first to change the date. Nobody was lent."),
}


def lent_message(queue: Queue, loans: Sequence[Loan]) -> str:
    text = ngettext(
        "%(names)s takes from %(queue)s too, until %(until)s.",
        "%(names)s take from %(queue)s too, until %(until)s.",
        len(loans),
    )
    return text % {"names": _names(loans), "queue": queue.name, "until": last_day(loans[0].until)}


def asked_back_message(loans: Sequence[Loan]) -> str:
    text = ngettext(
        "%(names)s takes from %(queue)s no more. Leads that were taken stay where they are.",
        "%(names)s take from %(queue)s no more. Leads that were taken stay where they are.",
        len(loans),
    )
    return text % {"names": _names(loans), "queue": loans[0].queue.name}


def refusal_text(queue: Queue, refused: CannotBeLent) -> str:
    return REFUSALS[refused.why]() % {"name": refused.rep, "queue": queue.name}


def loan_notices(loans: Sequence[Loan]) -> list[tuple[str, str]]:
    """(the queue's page, a sentence) for each queue with loans; `loans` are in the order in which they end."""
    by_queue: dict[int, list[Loan]] = {}
    for loan in loans:
        by_queue.setdefault(loan.queue_id, []).append(loan)
    rows = [(each[0].queue, each) for each in by_queue.values()]
    rows.sort(key=lambda row: (row[0].position, row[0].name, row[0].pk))
    return [(reverse("dashboards:queue", args=[queue.slug]), _notice(queue, each)) for queue, each in rows]


def _notice(queue: Queue, loans: Sequence[Loan]) -> str:
    text = ngettext(
        "%(names)s is lent to %(queue)s until %(until)s.",
        "%(n)s reps are lent to %(queue)s, the last until %(until)s: %(names)s.",
        len(loans),
    )
    words = {"n": len(loans), "queue": queue.name, "until": last_day(loans[-1].until), "names": _names(loans)}
    return text % words


def _names(loans: Iterable[Loan]) -> str:
    names = [str(loan.rep) for loan in loans]
    more = [_("%(n)s more") % {"n": len(names) - MAX_NAMED}] if len(names) > MAX_NAMED else []
    return ", ".join([*names[:MAX_NAMED], *more])
