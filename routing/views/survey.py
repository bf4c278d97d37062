"""The two questions of the month, for a rep (H3)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from routing.actions.survey import AlreadyAnswered, NotAsked, SurveyClosed, answer_survey
from routing.forms.survey import SurveyForm
from routing.queries.survey import current_month, open_survey

PAGE = "routing:survey"


@sensitive_post_parameters()  # no report of an error shows an answer
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("queues.claim_entry", raise_exception=True)
def survey(request: HttpRequest) -> HttpResponse:
    """GET shows the questions, or that they are answered; POST counts the answers."""
    if request.method == "POST":
        return _answer(request)
    return _show(request, SurveyForm(initial={"month": current_month(timezone.now())}))


def _answer(request: HttpRequest) -> HttpResponse:
    at, form = timezone.now(), SurveyForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    user = cast("User", request.user)
    try:
        answer_survey(user, month=form.asked_month, fair=form.cleaned_data["fair"], is_clear=form.is_clear, at=at)
    except AlreadyAnswered:
        messages.info(request, _("You have answered this month already. Your first answers count."))
    except SurveyClosed:
        messages.warning(request, _("That survey is over, and your answers were not counted. This month has its own."))
    except NotAsked:
        messages.warning(request, _("The survey asks active reps, and you are not one of them."))
    else:
        messages.success(request, _("Thank you. Your answers are counted, and nobody can tell that they are yours."))
    return redirect(PAGE)


def _show(request: HttpRequest, form: SurveyForm, status: int = 200) -> HttpResponse:
    found = open_survey(cast("User", request.user), at=timezone.now())
    return render(request, "routing/survey.html", {"form": form, "survey": found}, status=status)
