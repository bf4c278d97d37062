"""What public forms hold as spam, in words: for the people at the review desk (A1c, A6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.ids import read_id
from config.web.people import display_name
from config.web.times import when
from leads.actions.web_forms import NotHeldAsSpam
from leads.forms.web_form import QUESTIONS
from leads.models import Capture, Lead
from leads.presenters.import_rows import destination_text
from leads.presenters.imports import problem_text
from leads.queries.imports import destinations_of
from leads.queries.web_forms import form_names, held_count, held_submissions

PAGE_SIZE = 50
MAX_ROWS_IN_FILE = 10_000
NAMES = ("name", "first_name", "last_name", "company_name")
BESIDE = ("message",)  # said on a line of its own


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One submission: whose it seems to be, what else was typed, and why it is held."""

    row: Capture
    title: str
    said: str
    message: str
    why: str


def held_context(request: HttpRequest, *, at: datetime) -> dict[str, object]:
    """One page of the list, of one form if the address names it."""
    names, is_judged = form_names(), request.GET.get("show") == "spam"
    asked = read_id(request.GET.get("form", ""))
    form = asked if asked in names else None
    page = Paginator(held_submissions(form=form, is_judged=is_judged), PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "at": at,
        "held": held_count(),
        "page": page,
        "rows": [row_of(each) for each in page.object_list],
        "forms": names,
        "form": form,
        "is_judged": is_judged,
        "list_address": reverse("queues:review_held"),
    }


def row_of(row: Capture) -> HeldRow:
    typed = {name: str(row.raw.get(name, "")).strip() for name in QUESTIONS}
    title = " · ".join(filter(None, [" ".join(filter(None, (typed[name] for name in NAMES[:3]))), typed[NAMES[3]]]))
    rest = [value for name, value in typed.items() if value and name not in (*NAMES, *BESIDE)]
    why = [problem_text(problem.get("field", ""), problem.get("code", "")) for problem in row.problems]
    return HeldRow(row, title or next(iter(rest), ""), " · ".join(rest), typed["message"], " ".join(why))


def file_header() -> tuple[str, ...]:
    return (_("Received"), _("Form"), _("Who"), _("What was typed"), _("Message"), _("Why it is held"), _("Judged"))


def file_rows(request: HttpRequest) -> Iterator[tuple[object, ...]]:
    """The whole list; at most ten thousand."""
    form, is_judged = read_id(request.GET.get("form", "")), request.GET.get("show") == "spam"
    rows = held_submissions(form=form if form in form_names() else None, is_judged=is_judged)[:MAX_ROWS_IN_FILE]
    for row in rows.iterator(chunk_size=500):
        each = row_of(row)
        judged = display_name(row.judged_by) if row.judged_by is not None else ""
        form_name = row.web_form.name if row.web_form is not None else ""
        yield row.received_at.isoformat(), form_name, each.title, each.said, each.message, each.why, judged


def taken_in_message(taken: Sequence[Capture], refused: Sequence[NotHeldAsSpam]) -> str:
    """What became of the submissions that a person took in, and of those that somebody else had taken in before."""
    sentences = []
    if len(taken) == 1:
        sentences = [_taken(taken[0])]
    elif taken:
        leads = {row.lead_id for row in taken if row.lead_id}
        text = ngettext("%(n)s submission is taken in.", "%(n)s submissions are taken in.", len(taken))
        made = ngettext("It is with %(n)s lead.", "They are with %(n)s leads.", len(leads))
        sentences = [text % {"n": len(taken)}, made % {"n": len(leads)}]
    sentences += [late_sentence(each.capture) for each in refused[:1]]
    if more := len(refused) - 1 if refused else 0:
        text = ngettext("%(n)s more is held no longer.", "%(n)s more are held no longer.", more)
        sentences.append(text % {"n": more})
    return format_html(" ".join(["{}"] * len(sentences)), *sentences)


def _taken(row: Capture) -> str:
    if row.lead is None:
        return _("This is not enough for a lead. It stays as it came.")
    where = destination_text(row.lead, destinations_of([row.lead.pk]).get(row.lead.pk))
    lead = format_html('<a href="{}">{}</a>', reverse("leads:lead", args=[row.lead.pk]), row.lead.label)
    return format_html(_("{lead} is taken in. {where}."), lead=lead, where=where)


def late_sentence(row: Capture) -> str:
    """Who took it in before."""
    lead: Lead | None = row.lead
    words = {
        "name": display_name(row.judged_by) if row.judged_by is not None else "",
        "time": when(row.judged_at) if row.judged_at is not None else "",
        "lead": lead.label if lead is not None else "",
    }
    if row.judged_by is None or row.judged_at is None:
        return _("It is held no longer.")
    if lead is None:
        return _("%(name)s took it in at %(time)s.") % words
    return _("%(name)s took it in at %(time)s: %(lead)s.") % words


def spam_message(count: int, refused: Sequence[NotHeldAsSpam]) -> str:
    sentences = []
    if count:
        text = ngettext("%(n)s submission stays held as spam.", "%(n)s submissions stay held as spam.", count)
        sentences.append(text % {"n": count})
    return " ".join(sentences + [late_sentence(each.capture) for each in refused[:1]])
