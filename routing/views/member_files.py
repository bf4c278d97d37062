"""The page that brings the members of a rotation from a file: a form, a preview, then a draft (F11b)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config.web.ids import read_id
from leads.decisions.csv.file import Asked, CsvRefused
from leads.presenters.csv_response import csv_response
from routing.actions.rotation.member_files import DraftIsOpen, MemberDraft, NameTaken, draft_members
from routing.actions.rotation.versions import DraftIsClosed, NothingToChange, VersionConflict
from routing.admin.version_actions import draft_place
from routing.decisions.member_files.reading import MemberFile, packed, read_file
from routing.decisions.member_files.titles import GROUP
from routing.forms.member_files import MemberFileForm
from routing.models import Rotation, RotationDraft
from routing.presenters.member_file_page import field_choices, left_out_rows, shown_file, suggested
from routing.presenters.member_files import problem_sentence, refusal_text
from routing.presenters.member_template import TEMPLATE_TITLES, template_rows
from routing.queries.member_files import BY_FILE, FilePlan, Target, drafts_made_already, plan_of

DRAFT, AS_CSV = "draft", "left_out"


def editors_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Who may edit rotations; the draft is looked at among the settings."""

    @wraps(view)
    @permission_required("routing.change_rotation", raise_exception=True)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not cast(User, request.user).is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@dataclass(frozen=True)
class Looked:
    """A file that was read, as the form asks, and what it would make; `kept` is the file for the next page."""

    form: MemberFileForm
    file: MemberFile
    kept: str
    plan: FilePlan

    def again(self) -> "Looked":
        return replace(self, plan=plan_of(self.file, self.form.choices(self.file)))


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def bring_members(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: what the file would make; with `act`, the drafts, or the rows that are left out."""
    form = _form(request)
    if not form.is_bound or not form.is_valid():
        return _ask(request, form)
    try:
        looked = _look(form, form.asked)
    except CsvRefused as problem:
        return _refused(request, form, problem)
    if any(target.rotation is None for target in looked.plan.targets) and not form.may_add:
        raise PermissionDenied
    act = request.POST.get("act", "")
    if act == AS_CSV:
        titles = (_("Line"), _("Who"), _("Why it is left out"))
        return csv_response("members-left-out.csv", titles, left_out_rows(looked.plan))
    return _draft(request, looked) if act == DRAFT else _preview(request, looked)


@require_safe
@editors_only
def members_template(request: HttpRequest) -> HttpResponse:
    """A file to fill in: with the members of `rotation`, if it is named, else with two lines as an example."""
    pk = read_id(request.GET.get("rotation", ""))
    rotation = get_object_or_404(Rotation, pk=pk) if pk else None
    name = f"rotation-{rotation.pk}-members.csv" if rotation else "members-template.csv"
    return csv_response(name, TEMPLATE_TITLES, template_rows(rotation))


def _form(request: HttpRequest) -> MemberFileForm:
    rotations = list(Rotation.objects.order_by("name", "pk"))
    may_add = request.user.has_perm("routing.add_rotation")
    if request.method == "POST":
        return MemberFileForm(request.POST, request.FILES, rotations=rotations, may_add=may_add)
    asked = request.GET.get("rotation", "")
    is_known = asked in {str(each.pk) for each in rotations}
    return MemberFileForm(rotations=rotations, may_add=may_add, into=asked if is_known else BY_FILE)


def _look(form: MemberFileForm, asked: Asked) -> Looked:
    """Raises CsvRefused."""
    file = read_file(form.content, asked)
    return Looked(form, file, packed(form.content), plan_of(file, form.choices(file)))


def _refused(request: HttpRequest, form: MemberFileForm, problem: CsvRefused) -> HttpResponse:
    """A file that is read for the first time is asked for again; one that could be read before another line of titles
    was asked for is shown as before."""
    if form.asked.header_line is None or not form.cleaned_data["kept"]:
        form.refuse(refusal_text(problem))
        return _ask(request, form)
    try:
        looked = _look(form, replace(form.asked, header_line=None))
    except CsvRefused as again:
        form.refuse(refusal_text(again))
        return _ask(request, form)
    return _preview(request, looked, refused=refusal_text(problem), status=422)


def _ask(request: HttpRequest, form: MemberFileForm) -> HttpResponse:
    keys = [pk for text in request.GET.get("made", "").split(",")[:20] if (pk := read_id(text))]
    made = RotationDraft.objects.filter(pk__in=keys).select_related("rotation").order_by("rotation__name", "pk")
    into = read_id(str(form["into"].value() or ""))
    chosen = Rotation.objects.filter(pk=into).first() if into else None
    drafts = [(draft.rotation.name, draft_place(draft)) for draft in made]
    context = {"form": form, "made": drafts, "rotation": chosen}
    status = 422 if form.is_bound else 200
    return render(request, "routing/members_from_file.html", context, status=status)


def _preview(request: HttpRequest, looked: Looked, *, refused: str = "", status: int = 200) -> HttpResponse:
    form, file, plan = looked.form, looked.file, looked.plan
    group_column = next((str(column) for column, name in plan.mapping.items() if name == GROUP), "")
    context = {
        "form": form,
        "file": file,
        "kept": looked.kept,
        "plan": plan,
        "refused": refused,
        "shown": shown_file(file, plan, plan.people),
        "problems": [problem_sentence(code) for code in plan.problems],
        "fields": field_choices(),
        "people": suggested(plan.people),
        "group_column": group_column,
        "header_line": file.shape.header_line,
        "encoding": form.cleaned_data["encoding"],
        "act_text": _act_text(plan),
        "may_invite": request.user.has_perm("routing.add_rep"),
    }
    return render(request, "routing/member_file_preview.html", context, status=status)


def _draft(request: HttpRequest, looked: Looked) -> HttpResponse:
    """What changed since the page was shown, or cannot be drafted, is shown again; nothing is half-done."""
    by, plan = cast(User, request.user), looked.plan
    is_stale = request.POST.get("seen", "") != plan.seen
    if (is_stale or not plan.is_ready) and (made := drafts_made_already(plan, by=by)):
        return _done(request, made)
    if is_stale:
        text = _("What a draft would be has changed since you looked. Check it below, then make it.")
        return _preview(request, looked, refused=text, status=409)
    if not plan.is_ready:
        text = _("No draft is made yet. See below what is missing.")
        return _preview(request, looked, refused=text, status=422)
    try:
        made = draft_members([_wanted(target, looked.form) for target in plan.drafted], by=by, at=timezone.now())
    except (VersionConflict, DraftIsOpen, DraftIsClosed, NameTaken, NothingToChange):
        looked = looked.again()
        if made := drafts_made_already(looked.plan, by=by):
            return _done(request, made)
        text = _("Somebody else was quicker: a rotation or its draft is another one now. Check it below.")
        return _preview(request, looked, refused=text, status=409)
    return _done(request, made)


def _wanted(target: Target, form: MemberFileForm) -> MemberDraft:
    return MemberDraft(
        name=target.name,
        members=target.wanted,
        rotation=target.rotation,
        version=target.rotation.version if target.rotation else None,
        replaces=form.replaces,
        spared=target.own.spared,
        replaced=target.replaced,
    )


def _done(request: HttpRequest, made: Sequence[RotationDraft]) -> HttpResponse:
    """To the draft, where it is compared, tried and published; of several, to a list of them."""
    text = ngettext(
        "The draft is saved. Nothing has changed yet.", "The drafts are saved. Nothing has changed yet.", len(made)
    )
    messages.success(request, text)
    if len(made) == 1:
        return redirect(draft_place(made[0]))
    keys = ",".join(str(draft.pk) for draft in made)
    return redirect(f"{request.path}?made={keys}")


def _act_text(plan: FilePlan) -> str:
    count = len(plan.drafted)
    if count == 1 and plan.drafted[0].replaced:
        return _("Replace the draft")
    return ngettext("Make the draft", "Make %(n)s drafts", count) % {"n": count} if count else ""
