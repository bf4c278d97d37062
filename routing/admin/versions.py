"""Versions and drafts of a rotation in the admin: what each changed, publish now or later, restore one (F11b).

A draft is taken from the form as "try before saving" does it: the form is saved in a transaction, read, and rolled
back.
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
    NOW_ID,
    PlanForm,
    ReasonForm,
    VersionActionsMixin,
    draft_closed_text,
    draft_of,
    draft_place,
    number_of,
    open_draft,
    versions_place,
)
from routing.decisions.rotation.versions import Snapshot
from routing.models import Rotation, RotationDraft, RotationVersion
from routing.presenters.rotation_warnings import rotation_warnings
from routing.presenters.versions import conflict_names, snapshot_differences, version_rows
from routing.queries.rotation.versions import latest_version, snapshot_of

DRAFT_BUTTON = "routing_rotation_save_draft"  # the name that the theme gives the button of `save_draft`
OF_DRAFT, AS_CSV = "of_draft", "csv"
NOT_SAVED = {DRAFT_BUTTON, OF_DRAFT, "csrfmiddlewaretoken", "change_again"}
PAGE_SIZE, MAX_LINES, MAX_CSV = 20, 12, 1000


@dataclass(eq=False)
class SnapshotTaken(Exception):
    """Rolls back the rotation of the form after its snapshot was taken."""

    snapshot: Snapshot
    version: int | None  # on which the snapshot is based


class VersionsMixin(VersionActionsMixin):
    """For the admin of rotations, which puts what a request saved into `request.edited`."""

    @action(description=lazy("Save as a draft"), icon="draft")
    def save_draft(self, request: HttpRequest, obj: Rotation) -> None:
        """changeform_view() sees the button by its name; there is nothing left to do here."""

    def get_actions_submit_line(self, request: HttpRequest, object_id: int) -> list:
        """A rotation that is not saved yet can have no draft."""
        return [
            each
            for each in super().get_actions_submit_line(request, object_id)
            if object_id or each.path != "save_draft"
        ]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        act = partial(super().changeform_view, request, object_id, form_url, extra_context)
        if request.method != "POST" or DRAFT_BUTTON not in request.POST or object_id is None:
            return act()
        kept, request._messages = request._messages, default_storage(request)
        try:
            with transaction.atomic():
                version = self._version_now(self.get_object(request, object_id))
                response = act()
                edited = getattr(request, "edited", None)
                if edited is not None:
                    raise SnapshotTaken(snapshot_of(edited), version)
        except SnapshotTaken as taken:
            request._messages = kept
            return self._drafted(request, self.get_object(request, object_id), taken)
        return response  # not valid: the page shows the messages at the fields

    def _version_now(self, rotation: Rotation | None) -> int | None:
        """Read under the lock under which the form is saved."""
        rows = Rotation.objects.select_for_update(no_key=True).filter(pk=rotation.pk if rotation else None)
        return rows.values_list("version", flat=True).first()

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        rotation = kwargs.get("obj")
        if rotation is not None and rotation.pk:
            context["of_draft"] = open_draft(rotation, request.POST.get(OF_DRAFT, ""))
        return super().render_change_form(request, context, *args, **kwargs)

    @action(description=lazy("Versions"), icon="layers", url_path="versions", permissions=["view"])
    def versions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """All versions and drafts; ?draft=N shows one draft, ?back=N asks before a version is restored."""
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

    def _drafted(self, request: HttpRequest, rotation: Rotation, taken: SnapshotTaken) -> HttpResponse:
        sent = [[key, value] for key, values in request.POST.lists() if key not in NOT_SAVED for value in values]
        of = open_draft(rotation, request.POST.get(OF_DRAFT, ""))
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
        except versions.NothingToChange:
            self.message_user(
                request, _("Nothing differs from what is in force, so no draft was saved."), messages.INFO
            )
            return HttpResponseRedirect(self.admin_url(rotation))
        except versions.TooManyDrafts:
            text = _("%(n)s drafts are open. Publish or discard one first.") % {"n": versions.MAX_DRAFTS}
            self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(versions_place(rotation))
        except versions.DraftIsClosed:
            self.message_user(request, draft_closed_text(), messages.ERROR)
            return HttpResponseRedirect(versions_place(rotation))
        self.message_user(request, _("The draft is saved. Nothing has changed yet."), messages.SUCCESS)
        return HttpResponseRedirect(draft_place(draft))

    def _list(self, request: HttpRequest, rotation: Rotation) -> HttpResponse:
        latest_version(rotation, at=timezone.now())
        rows = RotationVersion.objects.filter(rotation=rotation).select_related("by", "draft").order_by("-number")
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        shown = list(page.object_list)
        before = rows.filter(number__lt=shown[-1].number).first()
        drafts = RotationDraft.objects.filter(rotation=rotation).select_related("by", "publish_by", "ended_by")
        return self.page(
            request,
            "admin/rotation_versions.html",
            title=_("Versions of %(name)s") % {"name": rotation.name},
            rotation=rotation,
            version_rows=version_rows(shown, before, max_lines=MAX_LINES),
            drafts=list(drafts.filter(state=RotationDraft.State.OPEN).order_by("publish_at", "-pk")),
            ended=list(drafts.exclude(state=RotationDraft.State.OPEN).order_by("-ended_at", "-pk")[:PAGE_SIZE]),
            page_obj=page,
            may_change=self.has_change_permission(request, rotation),
            back=self.admin_url(rotation),
        )

    def _draft_page(
        self,
        request: HttpRequest,
        draft: RotationDraft,
        *,
        form: PlanForm | None = None,
        now_form: ReasonForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        rotation, at = draft.rotation, timezone.now()
        merged = versions.merge_with_current(draft)
        now = snapshot_of(rotation)
        is_open = draft.state == RotationDraft.State.OPEN
        can_publish = is_open and not merged.conflicts
        warnings, lines = [], []
        if can_publish:
            with versions.edited_for_preview(rotation, merged.snapshot, at=at) as edited:
                warnings, lines = rotation_warnings(edited, at=at), snapshot_differences(now, snapshot_of(edited))
        form = form or PlanForm(initial={"publish_at": draft.publish_at, "reason": draft.reason})
        return self.page(
            request,
            "admin/rotation_draft.html",
            status=status,
            title=_("Draft of %(name)s") % {"name": rotation.name},
            rotation=rotation,
            draft=draft,
            reason=draft.reason or _published_because(draft),
            is_open=is_open,
            can_publish=can_publish,
            lines=lines if can_publish else _own_lines(draft, now),
            conflicts=conflict_names(merged.conflicts) if is_open else "",
            warnings=warnings,
            form=form,
            now_form=now_form or ReasonForm(auto_id=NOW_ID),
            media=self.media + form.media,
            sent=draft.sent,
            may_change=self.has_change_permission(request, rotation),
            change_place=self.admin_url(rotation),
            replay_place=f"{reverse('admin:routing_rotation_replay_leads', args=[rotation.pk])}?draft={draft.pk}",
            back=versions_place(rotation),
        )

    def _back_page(
        self,
        request: HttpRequest,
        rotation: Rotation,
        number: int,
        *,
        form: ReasonForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        if not self.has_change_permission(request, rotation):
            raise PermissionDenied
        old = RotationVersion.objects.filter(rotation=rotation, number=number).select_related("by").first()
        if old is None:
            raise Http404
        now, wanted = snapshot_of(rotation), old.snapshot
        if not versions.missing_references(rotation, wanted):  # who would be a member follows from the rules of then
            with versions.edited_for_preview(rotation, wanted, at=timezone.now()) as edited:
                wanted = snapshot_of(edited)
        return self.page(
            request,
            "admin/rotation_back.html",
            status=status,
            form=form or ReasonForm(),
            title=_("Restore version %(n)s?") % {"n": number},
            rotation=rotation,
            old=old,
            lines=snapshot_differences(now, wanted),
            back=versions_place(rotation),
        )


def _own_lines(draft: RotationDraft, now: Snapshot) -> list:
    """What the draft changed at the time it was saved."""
    base = RotationVersion.objects.filter(rotation=draft.rotation, number=draft.base).first()
    return snapshot_differences(base.snapshot if base else now, draft.snapshot)


def _published_because(draft: RotationDraft) -> str:
    return RotationVersion.objects.filter(draft=draft).values_list("reason", flat=True).first() or ""


def _as_csv(rotation: Rotation) -> HttpResponse:
    rows = RotationVersion.objects.filter(rotation=rotation).select_related("by").order_by("-number")[: MAX_CSV + 1]
    versions_shown = version_rows(list(rows)[:MAX_CSV], rows[MAX_CSV] if len(rows) > MAX_CSV else None, max_lines=None)
    header = (_("Version"), _("When"), _("Who"), _("What"), _("Before"), _("After"), _("Reason"))
    lines = []
    for each in versions_shown:
        who = display_name(each.row.by) if each.row.by else ""
        first, reason = (each.row.number, each.row.at.isoformat(), who), each.row.reason
        changed = [(line.label, line.old, line.new) for line in each.lines] or [("", "", "")]
        lines += [(*first, *line, reason) for line in changed]
    return csv_response(f"rotation-{rotation.pk}-versions.csv", header, lines)
