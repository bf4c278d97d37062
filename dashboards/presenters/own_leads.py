"""The list of all leads that a rep holds: its columns and choices, and what an act on many of them says (C5, M8)."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, pgettext_lazy

from dashboards.presenters.agenda import TASKS
from dashboards.queries.own_leads import DUE, FIRST, NO_STEP, SNOOZED
from leads.decisions.lists import Column, ListPage
from leads.presenters.lists import register_list
from routing.presenters.follow_up import offered_steps

MAX_NAMES = 5


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


OWN_LEADS = register_list(
    ListPage(
        key="own_leads",
        columns=(
            Column("company", lazy("Company"), lambda row: row.lead.label, True, can_sort=True, classes="n-co"),
            Column("person", lazy("Person"), lambda row: row.lead.full_name, can_sort=True, classes="n-who"),
            Column("phone", lazy("Phone"), lambda row: row.lead.phone, is_shown=False, classes="n-more"),
            Column("email", lazy("E-mail"), lambda row: row.lead.email, is_shown=False, classes="n-more"),
            Column("task", lazy("Next"), lambda row: TASKS[row.task.what], classes="n-task"),
            Column(
                "next",
                pgettext_lazy("time limit", "Due"),
                lambda row: _iso(row.task.due_at),
                can_sort=True,
                classes="n-due",
            ),
            Column("place", lazy("From"), lambda row: row.assignment.place_name, can_sort=True, classes="n-place"),
            Column("source", lazy("Source"), lambda row: row.lead.source.name, can_sort=True, classes="n-more"),
            Column(
                "score", lazy("Score"), lambda row: row.lead.score, is_shown=False, can_sort=True, classes="r n-more"
            ),
            Column(
                "size",
                lazy("Size"),
                lambda row: row.lead.company_size,
                is_shown=False,
                can_sort=True,
                classes="r n-more",
            ),
            Column(
                "taken",
                lazy("Yours since"),
                lambda row: _iso(row.assignment.assigned_at),
                can_sort=True,
                classes="n-more",
            ),
            Column(
                "contacted",
                lazy("First contact at"),
                lambda row: _iso(row.assignment.first_contact_at),
                is_shown=False,
                can_sort=True,
                classes="n-more",
            ),
        ),
        filters={"show": lazy("list"), "source": lazy("source"), "from": lazy("from"), "own": lazy("own field")},
        sort="next",
        permission="queues.claim_entry",
        own="all",
        lead_of=lambda row: row.lead,
        sorts_own=True,
    )
)


def show_labels() -> dict[str, str]:
    return {
        "": _("All"),
        DUE: _("Due now"),
        FIRST: _("Not contacted"),
        SNOOZED: _("Snoozed"),
        NO_STEP: _("No next step"),
    }


def conclusion(counts: dict[str, int]) -> tuple[str, str]:
    """What matters first, and the rest of the sentence."""
    due, idle = counts[DUE], counts[NO_STEP]
    bold = (
        ngettext("%(n)s lead is due now", "%(n)s leads are due now", due) % {"n": due}
        if due
        else _("Nothing is due now")
    )
    rest = ngettext("%(n)s has no next step.", "%(n)s have no next step.", idle) % {"n": idle} if idle else ""
    return bold, rest


def snooze_choices(user: User, *, at: datetime) -> dict[str, str]:
    """The times that a single lead's form offers too; "" is the date beside it."""
    return {step.value: step.label for step in offered_steps(user, None, at=at)} | {"": _("On a date")}


def done_text(act: str, done: int, until: str = "") -> str:
    """How many leads an act changed."""
    words = {"n": done, "time": until}
    if act == "snooze":
        return ngettext("%(n)s lead snoozed until %(time)s.", "%(n)s leads snoozed until %(time)s.", done) % words
    if act == "return":
        return ngettext("%(n)s lead returned to its queue.", "%(n)s leads returned to their queues.", done) % words
    return ngettext("Note saved at %(n)s lead.", "Note saved at %(n)s leads.", done) % words


def not_done_text(lost: Sequence[str], unknown: int = 0) -> str:
    """Which leads an act left as they are: those that have left by name, those that never were here by number."""
    names = [*lost[:MAX_NAMES]]
    if more := len(lost) - len(names) + unknown:
        names.append(ngettext("%(n)s more lead", "%(n)s more leads", more) % {"n": more} if names else _("a lead"))
    n = len(lost) + unknown
    text = ngettext("%(n)s not: %(names)s is no longer yours.", "%(n)s not: %(names)s are no longer yours.", n)
    return text % {"n": n, "names": ", ".join(names)} if n else ""


def undone_text(undone: int, stands: int) -> str:
    parts = [ngettext("Undone for %(n)s lead.", "Undone for %(n)s leads.", undone) % {"n": undone}] if undone else []
    if stands:
        text = ngettext(
            "%(n)s lead stays as it is: five minutes are over, or it has moved on since.",
            "%(n)s leads stay as they are: five minutes are over, or they have moved on since.",
            stands,
        )
        parts.append(text % {"n": stands})
    return " ".join(parts) or _("There is nothing to undo.")
