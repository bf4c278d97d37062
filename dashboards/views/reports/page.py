"""The pages of the reports: one question each, with its answer, for managers and sales ops (E1-E10, C9)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from dashboards.decisions.reports.filters import PERIOD
from dashboards.presenters.reports.answers import Answer, Question
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.filter_chips import days_text, filter_chips
from dashboards.views.reports.asking import asked_of, reports_only
from dashboards.views.reports.mailing import mail_action, mails_context
from dashboards.views.reports.registry import GROUPS, QUESTIONS
from leads.presenters.csv_response import csv_response


@reports_only
def reports(request: HttpRequest) -> HttpResponse:
    """The first question, with the filters of the address."""
    query = request.GET.urlencode()
    first = reverse("dashboards:report", args=[QUESTIONS[0].slug])
    return redirect(f"{first}?{query}" if query else first)


@reports_only
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """One question and its answer, or its table as CSV."""
    question = next((each for each in QUESTIONS if each.slug == slug), None)
    if question is None:
        raise Http404
    asked = asked_of(request, reverse("dashboards:report", args=[slug]))
    answer = question.answer(asked)
    if asked.is_file:
        return _csv(question, answer, asked)
    return render(
        request, "dashboards/reports/report.html", _context(question, answer, asked), status=asked.filters.status
    )


def _context(question: Question, answer: Answer, asked: Asked) -> dict[str, Any]:
    picture = next((each for each in answer.pictures if each.key == asked.view), None)
    chips = filter_chips(asked, question.unused)
    tables = [table.sorted_by(asked.sort) for table in answer.tables]
    return {
        "asked": asked,
        "question": question,
        "groups": [(name, [(each, _address(each, asked)) for each in questions]) for name, questions in GROUPS],
        "chips": chips,
        "choosing": next((chip for chip in chips if chip.key == asked.choosing), None),
        "answer": answer,
        "tables": tables if asked.shows_all_rows else [table.first_rows() for table in tables],
        "picture": picture or next(iter(answer.pictures), None),
        "pictures": [(each, asked.address(view=each.key)) for each in answer.pictures],
        "days": "" if PERIOD in question.unused else days_text(asked.filters.period.first, asked.last_day),
        "csv": asked.address(format="csv"),
        "mail_action": mail_action(question, asked),
        **mails_context(asked),
    }


def _address(question: Question, asked: Asked) -> str:
    """Another question keeps the filters."""
    return asked.address(reverse("dashboards:report", args=[question.slug]))


def refused_file(asked: Asked) -> HttpResponse | None:
    """Instead of a file for other filters than asked: the problems in words, with 400 or 404."""
    if not asked.filters.problems:
        return None
    says = "\n".join(chip.problem for chip in filter_chips(asked) if chip.problem)
    return HttpResponse(says, status=asked.filters.status, content_type="text/plain; charset=utf-8")


def _csv(question: Question, answer: Answer, asked: Asked) -> HttpResponse:
    """All tables of the answer below each other."""
    refused = refused_file(asked)
    if refused is not None:
        return refused
    tables = [table.sorted_by(asked.sort) for table in answer.tables]
    lines = [line for table in tables for line in (table.csv_header(), *table.csv_rows())]
    header, *rows = lines or [[]]
    period = asked.filters.period
    return csv_response(f"{question.slug}-{period.first}-{period.last}.csv", header, rows)
