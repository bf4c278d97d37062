"""The leads of somebody who is away: managers, or sales ops where there are none, hand them on or keep them (D2)."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from config.web.people import display_name
from config.web.times import when
from queues.actions.clocks.away import HandedOn, QuestionIsAnswered, answer_hand_on, answer_keep
from queues.models import AwayQuestion
from queues.queries.away import questions_of
from queues.views.escalations import decision_response
from queues.views.redistribution import RIGHTS

Answer = Callable[[User, AwayQuestion, datetime], str]


def question_view(answer: Answer) -> Callable[[HttpRequest, int], HttpResponse]:
    """A POST on one question within reach. A second manager reads who answered and how."""

    @require_POST
    @login_required
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        by = cast("User", request.user)
        if not any(by.has_perm(right) for right in RIGHTS):
            raise PermissionDenied
        found = questions_of(by).filter(pk=pk).first()
        if found is None:
            raise Http404
        try:
            return decision_response(request, answer(by, found, timezone.now()))
        except QuestionIsAnswered as late:
            return decision_response(request, _answered_message(late.question), status=409)

    view.__name__, view.__doc__ = answer.__name__, answer.__doc__
    return view


@question_view
def keep(by: User, question: AwayQuestion, at: datetime) -> str:
    """The leads stay with their holder."""
    answer_keep(question, by=by, at=at)
    return _("The leads stay with %(name)s. Their time limits go on.") % {"name": question.rep}


@question_view
def hand_on(by: User, question: AwayQuestion, at: datetime) -> str:
    """The leads go to colleagues now."""
    return _handed_on_message(answer_hand_on(question, by=by, at=at), question)


def _handed_on_message(done: HandedOn, question: AwayQuestion) -> str:
    n, name = len(done.given), str(question.rep)
    parts = [
        ngettext("%(n)s lead of %(name)s went to a colleague.", "%(n)s leads of %(name)s went to colleagues.", n)
        % {"n": n, "name": name}
    ]
    if done.stayed:
        text = ngettext(
            "%(n)s lead stays, because nobody else can have it now.",
            "%(n)s leads stay, because nobody else can have them now.",
            done.stayed,
        )
        parts.append(text % {"n": done.stayed})
    if done.left:
        text = ngettext(
            "%(n)s more lead is left. Hand it on from Team.",
            "%(n)s more leads are left. Hand them on from Team.",
            done.left,
        )
        parts.append(text % {"n": done.left})
    return " ".join(parts)


def _answered_message(question: AwayQuestion) -> str:
    words = {"how": question.get_answer_display(), "time": when(question.answered_at)}
    if question.answered_by_id:
        words["name"] = display_name(question.answered_by)
        return _("Decided already: %(how)s, by %(name)s at %(time)s.") % words
    return _("Settled already: %(how)s at %(time)s.") % words
