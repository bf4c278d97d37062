"""Pages of a rotation's ledger: turns given ahead of the others and taken back, with who and why; its CSV (F6b,
F10)."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leads.presenters.csv_response import csv_response
from routing.actions.rotation.credits import AlreadyGiven, NotAMember, NothingLeft, catch_up, take_back_catch_up
from routing.forms.ledger import GiveTurnsForm, TakeBackForm
from routing.models import LedgerLine, Rep, Rotation, RotationMember
from routing.presenters.ledger import (
    author_name,
    given_sentence,
    member_name,
    reason_text,
    reset_sentence,
    taken_back_sentence,
    what_text,
)
from routing.presenters.turns import skip_text
from routing.queries.rotation.ledger import (
    last_reset,
    ledger_rows,
    newest_line_number,
    outside_the_order,
    unused_by_line,
)
from routing.queries.rotation.overview import preview_turns, visible_rotations
from routing.queries.rotation.settlement import can_be_settled

MAX_CSV = 10_000
RIGHTS = ("queues.operate_queue", "queues.watch_queue")
CHANGE = "routing.change_rotation"

ops_only = permission_required(CHANGE, raise_exception=True)


def ledger_context(rotation: Rotation, user: User, *, at: datetime) -> dict[str, object]:
    """What the page of a rotation shows of its ledger."""
    rows = ledger_rows(rotation)
    return {
        "ledger": [(row, member_name(row.line), what_text(row.line), *_reasons(row.line)) for row in rows],
        "reset_sentence": reset_sentence(rotation, last_reset(rotation), at=at),
        "may_give": user.has_perm(CHANGE),
        "may_settle": can_be_settled(rotation),
    }


@require_safe
@login_required
def ledger_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole table as a file, for people who may see the rotation."""
    if not any(request.user.has_perm(right) for right in RIGHTS):
        raise PermissionDenied
    rotation = get_object_or_404(visible_rotations(request.user), pk=pk)
    header = (_("Time"), _("Member"), _("What"), _("Owed turns"), _("Why"), _("By"))
    lines = list(outside_the_order(rotation)[: MAX_CSV + 1])
    rows = [
        (line.at.isoformat(), member_name(line), what_text(line), line.owed, *_reasons(line))
        for line in lines[:MAX_CSV]
    ]
    if len(lines) > MAX_CSV:
        rows.append((_("The newest %(n)s lines; older ones were left out.") % {"n": MAX_CSV},))
    return csv_response(f"ledger-{rotation.pk}.csv", header, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def give_turns(request: HttpRequest, pk: int) -> HttpResponse:
    """First a form (who, how many, why), then a preview to confirm; both at the same address."""
    rotation = get_object_or_404(visible_rotations(request.user), pk=pk)
    members = Rep.objects.filter(
        memberships__rotation=rotation, memberships__left_at=None, user__is_active=True
    ).select_related("user")
    reps = list(members.order_by("memberships__position", "pk"))
    asked = {"known": newest_line_number(rotation), "turns": 1, "rep": request.GET.get("rep", "")}
    form = GiveTurnsForm(request.POST or None, reps=reps, initial=asked)
    if request.method != "POST":
        return render(request, "routing/give_turns.html", {"rotation": rotation, "form": form, "reps": reps})
    if not form.is_valid():
        return _form(request, rotation, form)
    if "sure" not in request.POST:
        return _ask(request, rotation, form, at=timezone.now())
    return _give(request, rotation, form)


def _form(request: HttpRequest, rotation: Rotation, form: GiveTurnsForm) -> HttpResponse:
    context = {"rotation": rotation, "form": form, "reps": form.reps}
    return render(request, "routing/give_turns.html", context, status=422)


def _ask(request: HttpRequest, rotation: Rotation, form: GiveTurnsForm, *, at: datetime) -> HttpResponse:
    rep, turns = form.chosen, form.cleaned_data["turns"]
    upcoming, reason = preview_turns(rotation, rep=rep, turns=turns, at=at)
    is_daily = rotation.skipped_means == Rotation.SkippedMeans.DAILY
    context = {
        "rotation": rotation,
        "form": form,
        "sentence": given_sentence(str(rep), turns),
        "coming": upcoming,
        "waits": skip_text(reason) if reason else "",
        "a_day": rotation.owed_a_day if is_daily else 0,
        "rep": rep,
    }
    return render(request, "routing/give_turns_sure.html", context)


def _give(request: HttpRequest, rotation: Rotation, form: GiveTurnsForm) -> HttpResponse:
    sent = form.cleaned_data
    try:
        catch_up(
            rotation,
            rep=form.chosen,
            turns=sent["turns"],
            why=sent["why"],
            known=sent["known"],
            by=request.user,
            at=timezone.now(),
        )
    except NotAMember:
        form.add_error("rep", _("This person takes no turns here. Choose somebody else."))
        return _form(request, rotation, form)
    except AlreadyGiven:
        messages.info(request, _("These turns were already given. Nothing more was given."))
    else:
        messages.success(request, given_sentence(str(form.chosen), sent["turns"]))
    return redirect("routing:rotation", rotation.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def take_turns_back(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Take back the unused turns of a catch-up, with a reason."""
    rotation = get_object_or_404(visible_rotations(request.user), pk=pk)
    given = LedgerLine.objects.filter(rotation=rotation, kind=LedgerLine.Kind.CATCH_UP, owed__gt=0)
    found = get_object_or_404(given.select_related("rep__user", "by"), pk=line)
    member = RotationMember.objects.filter(rotation=rotation, pk=found.member).first()
    left = unused_by_line([found], {found.member: member.owed if member else 0})[found.pk]
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = take_back_catch_up(found, why=form.cleaned_data["why"], by=request.user, at=timezone.now())
        except NothingLeft:
            messages.warning(request, _("Nothing is left to take back: these turns were used or taken back."))
        else:
            messages.success(request, taken_back_sentence(member_name(found), count))
        return redirect("routing:rotation", rotation.pk)
    context = {"rotation": rotation, "line": found, "left": left, "form": form, "at": timezone.now()}
    context |= {
        "what": what_text(found),
        "who": member_name(found),
        "why": reason_text(found),
        "by": author_name(found),
    }
    return render(request, "routing/take_turns_back.html", context, status=422 if form.errors else 200)


def _reasons(line: LedgerLine) -> tuple[str, str]:
    return reason_text(line), author_name(line)
