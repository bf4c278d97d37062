"""Versions and drafts of a rotation in the admin: what each changed, publish now or at a time, bring one back (F11b).

A draft is taken from the form as "try before saving" is: the form is saved in a transaction, read, and taken back.
"""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import action

from config.web.people import display_name
from leads.presenters.csv_response import csv_response
from routing.actions.rotation import versions
from routing.admin.version_actions import (
    ActsOnVersions,
    PlanForm,
    draft_of,
    draft_place,
    gone_words,
    number_of,
    open_draft,
    versions_place,
)
from routing.decisions.rotation.versions import Snapshot
from routing.models import Rotation, RotationDraft, RotationVersion
from routing.presenters.rotation_warnings import rotation_warnings
from routing.presenters.versions import conflict_words, differences_of, told_versions
from routing.queries.rotation.versions import latest_version, snapshot_of

DRAFT = "routing_rotation_save_draft"  # as the theme names the button of `save_draft`
OF, AS_CSV = "of_draft", "csv"
NOT_KEPT = {DRAFT, OF, "csrfmiddlewaretoken", "change_again"}
PAGE, MOST_LINES, MOST_CSV = 20, 12, 1000


@dataclass(eq=False)
class Taken(Exception):
    """What the form would have made of the rotation was read, and taken back."""

    snapshot: Snapshot
    version: int | None  # on top of which it was made


class KeepsVersions(ActsOnVersions):
    """For the admin of rotations, which names what a request saved in `request.edited`."""

    @action(description=lazy("Save as a draft"), icon="draft")
    def save_draft(self, request: HttpRequest, obj: Rotation) -> None:
        """Asked for by its name in what is sent; nothing is left to do here."""

    def get_actions_submit_line(self, request: HttpRequest, object_id: int) -> list:
        """What does not exist yet has no draft."""
        return [
            each
            for each in super().get_actions_submit_line(request, object_id)
            if object_id or each.path != "save_draft"
        ]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        act = partial(super().changeform_view, request, object_id, form_url, extra_context)
        if request.method != "POST" or DRAFT not in request.POST or object_id is None:
            return act()
        kept, request._messages = request._messages, default_storage(request)
        try:
            with transaction.atomic():
                version = self._version_now(self.get_object(request, object_id))
                response = act()
                edited = getattr(request, "edited", None)
                if edited is not None:
                    raise Taken(snapshot_of(edited), version)
        except Taken as taken:
            request._messages = kept
            return self._drafted(request, self.get_object(request, object_id), taken)
        return response  # refused: the messages stand at the fields

    def _version_now(self, rotation: Rotation | None) -> int | None:
        """Behind the lock under which the form will be saved."""
        rows = Rotation.objects.select_for_update(no_key=True).filter(pk=rotation.pk if rotation else None)
        return rows.values_list("version", flat=True).first()

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        rotation = kwargs.get("obj")
        if rotation is not None and rotation.pk:
            context["of_draft"] = open_draft(rotation, request.POST.get(OF, ""))
        return super().render_change_form(request, context, *args, **kwargs)

    @action(description=lazy("Versions"), icon="layers", url_path="versions", permissions=["view"])
    def versions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """All versions and drafts; ?draft=N one draft, ?back=N asks before a version is brought back."""
        rotation = self.get_object(request, object_id)
        if rotation is None:
            raise Http404
        if not self.has_view_permission(request, rotation):
            raise PermissionDenied
        if request.method == "POST":
            return self._act(request, rotation)
        if AS_CSV in request.GET:
            return _as_csv(rotation)
        if "draft" in request.GET:
            return self._draft_page(request, draft_of(rotation, request.GET["draft"]))
        if "back" in request.GET:
            return self._back_page(request, rotation, number_of(request.GET["back"]))
        return self._list(request, rotation)

    def _drafted(self, request: HttpRequest, rotation: Rotation, taken: Taken) -> HttpResponse:
        sent = [[key, value] for key, values in request.POST.lists() if key not in NOT_KEPT for value in values]
        of = open_draft(rotation, request.POST.get(OF, ""))
        try:
            draft = versions.save_draft(
                rotation,
                taken.snapshot,
                version=taken.version,
                sent=sent,
                by=request.user,
                at=timezone.now(),
                draft=of,
            )
        except versions.SameAsNow:
            self.message_user(request, _("Nothing differs from what is in force, so there is no draft."), messages.INFO)
            return HttpResponseRedirect(self.admin_url(rotation))
        except versions.TooManyDrafts:
            text = _("%(n)s drafts are open. Publish or discard one first.") % {"n": versions.MOST_DRAFTS}
            self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(versions_place(rotation))
        except versions.NotOpen:
            self.message_user(request, gone_words(), messages.ERROR)
            return HttpResponseRedirect(versions_place(rotation))
        self.message_user(request, _("The draft is kept. Nothing has changed yet."), messages.SUCCESS)
        return HttpResponseRedirect(draft_place(draft))

    def _list(self, request: HttpRequest, rotation: Rotation) -> HttpResponse:
        latest_version(rotation, at=timezone.now())
        rows = RotationVersion.objects.filter(rotation=rotation).select_related("by", "draft").order_by("-number")
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        shown = list(page.object_list)
        before = rows.filter(number__lt=shown[-1].number).first()
        drafts = RotationDraft.objects.filter(rotation=rotation).select_related("by", "publish_by", "ended_by")
        return self.page(
            request,
            "admin/rotation_versions.html",
            title=_("Versions of %(name)s") % {"name": rotation.name},
            rotation=rotation,
            told=told_versions(shown, before, most=MOST_LINES),
            drafts=list(drafts.filter(state=RotationDraft.State.OPEN).order_by("publish_at", "-pk")),
            ended=list(drafts.exclude(state=RotationDraft.State.OPEN).order_by("-ended_at", "-pk")[:PAGE]),
            page_obj=page,
            may_change=self.has_change_permission(request, rotation),
            back=self.admin_url(rotation),
        )

    def _draft_page(
        self, request: HttpRequest, draft: RotationDraft, *, form: PlanForm | None = None, status: int = 200
    ) -> HttpResponse:
        rotation, at = draft.rotation, timezone.now()
        told = versions.merged_now(draft)
        now = snapshot_of(rotation)
        is_open = draft.state == RotationDraft.State.OPEN
        warnings = []
        if is_open and not told.conflicts:
            with versions.tried(rotation, told.snapshot, at=at) as edited:
                warnings = rotation_warnings(edited, at=at)
        form = form or PlanForm(initial={"publish_at": draft.publish_at})
        return self.page(
            request,
            "admin/rotation_draft.html",
            status=status,
            title=_("Draft of %(name)s") % {"name": rotation.name},
            rotation=rotation,
            draft=draft,
            is_open=is_open,
            lines=differences_of(now, told.snapshot) if is_open and not told.conflicts else _own_lines(draft, now),
            conflicts=conflict_words(told.conflicts) if is_open else "",
            warnings=warnings,
            form=form,
            media=self.media + form.media,
            sent=draft.sent,
            may_change=self.has_change_permission(request, rotation),
            change_place=self.admin_url(rotation),
            replay_place=f"{reverse('admin:routing_rotation_replay_leads', args=[rotation.pk])}?draft={draft.pk}",
            back=versions_place(rotation),
        )

    def _back_page(self, request: HttpRequest, rotation: Rotation, number: int) -> HttpResponse:
        if not self.has_change_permission(request, rotation):
            raise PermissionDenied
        old = RotationVersion.objects.filter(rotation=rotation, number=number).select_related("by").first()
        if old is None:
            raise Http404
        return self.page(
            request,
            "admin/rotation_back.html",
            title=_("Bring version %(n)s back?") % {"n": number},
            rotation=rotation,
            old=old,
            lines=differences_of(snapshot_of(rotation), old.snapshot),
            back=versions_place(rotation),
        )


def _own_lines(draft: RotationDraft, now: Snapshot) -> list:
    """What the draft changed when it was made."""
    base = RotationVersion.objects.filter(rotation=draft.rotation, number=draft.base).first()
    return differences_of(base.snapshot if base else now, draft.snapshot)


def _as_csv(rotation: Rotation) -> HttpResponse:
    rows = RotationVersion.objects.filter(rotation=rotation).select_related("by").order_by("-number")[: MOST_CSV + 1]
    told = told_versions(list(rows)[:MOST_CSV], rows[MOST_CSV] if len(rows) > MOST_CSV else None, most=10**6)
    header = (_("Version"), _("When"), _("Who"), _("What"), _("Before"), _("After"))
    lines = []
    for each in told:
        first = (each.row.number, each.row.at.isoformat(), display_name(each.row.by) if each.row.by else "")
        lines += [(*first, line.label, line.old, line.new) for line in each.lines] or [(*first, "", "", "")]
    return csv_response(f"rotation-{rotation.pk}-versions.csv", header, lines)
