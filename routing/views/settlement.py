"""Pages that bring the counts of a rotation into proportion over the next leads, and take that back (F10)."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from routing.actions.rotation.credits import AlreadyGiven, NothingLeft
from routing.actions.rotation.settlement import (
    CannotBeSettled,
    NothingToSettle,
    settle_counts,
    take_back_settlement,
)
from routing.forms.ledger import TakeBackForm
from routing.forms.settlement import SPANS, SettleForm
from routing.models import LedgerLine, Rotation
from routing.presenters.ledger import author_name, reason_text, what_text
from routing.presenters.settlement import given_sentence, level_sentence, next_leads_sentence
from routing.queries.rotation.ledger import can_be_taken_back, newest_line_number
from routing.queries.rotation.overview import visible_rotations
from routing.queries.rotation.settlement import (
    can_be_settled,
    preview_settlement,
    usual_span,
)
from routing.views.ledger import ops_only


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """First a form (which leads count, why), then a preview to confirm; both at the same address."""
    rotation = get_object_or_404(visible_rotations(_person(request)), pk=pk)
    asked = {"known": newest_line_number(rotation), "span": usual_span(rotation)}
    form = SettleForm(request.POST or None, initial=asked)
    if not can_be_settled(rotation):
        messages.info(request, _refused())
        return redirect("routing:rotation", rotation.pk)
    if request.method == "POST" and form.is_valid():
        return _settle(request, rotation, form) if "sure" in request.POST else _ask(request, rotation, form)
    return _form(request, rotation, form)


def _form(request: HttpRequest, rotation: Rotation, form: SettleForm) -> HttpResponse:
    context = {"rotation": rotation, "form": form}
    return render(request, "routing/settle.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, rotation: Rotation, form: SettleForm) -> HttpResponse:
    preview = preview_settlement(rotation, form.chosen, at=timezone.now())
    if preview.settlement.is_level:
        form.add_error("span", _level())
        return _form(request, rotation, form)
    context = {
        "rotation": rotation,
        "form": form,
        "preview": preview,
        "span": dict(SPANS)[form.chosen],
        "given": given_sentence(preview),
        "coming": next_leads_sentence(preview),
        "level": level_sentence(preview),
    }
    return render(request, "routing/settle_sure.html", context)


def _settle(request: HttpRequest, rotation: Rotation, form: SettleForm) -> HttpResponse:
    sent = form.cleaned_data
    try:
        settle_counts(
            rotation, span=form.chosen, why=sent["why"], known=sent["known"], by=_person(request), at=timezone.now()
        )
    except NothingToSettle:
        form.add_error("span", _level())
        return _form(request, rotation, form)
    except CannotBeSettled:
        messages.info(request, _refused())
    except AlreadyGiven:
        messages.info(request, _("The counts were already brought into proportion. Nothing more was changed."))
    else:
        messages.success(request, _("The next leads bring the counts into proportion."))
    return redirect("routing:rotation", rotation.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def take_settlement_back(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Once, with a reason, while the balances have not started again."""
    rotation = get_object_or_404(visible_rotations(_person(request)), pk=pk)
    lines = LedgerLine.objects.filter(rotation=rotation, kind=LedgerLine.Kind.SETTLED, details__takes_back__isnull=True)
    found = get_object_or_404(lines.select_related("by"), pk=line)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_back_settlement(found, why=form.cleaned_data["why"], by=_person(request), at=timezone.now())
        except NothingLeft:
            text = _("It cannot be taken back any more: that was done, or all counts have started again since.")
            messages.warning(request, text)
        else:
            messages.success(request, _("Taken back: the turns go on as if the counts had not been touched."))
        return redirect("routing:rotation", rotation.pk)
    context = {"rotation": rotation, "line": found, "form": form, "at": timezone.now()}
    context |= {"what": what_text(found), "why": reason_text(found), "by": author_name(found)}
    context["can_go_back"] = can_be_taken_back(found)
    return render(request, "routing/settle_back.html", context, status=422 if form.errors else 200)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # `ops_only` lets nobody else in
    return request.user


def _level() -> str:
    return _("These counts are in proportion to the weights already. Choose other leads, or leave it.")


def _refused() -> str:
    return _(
        "This rotation does not share turns by weight: who is furthest behind gets the next lead anyway, so there is "
        "nothing to bring into proportion."
    )
