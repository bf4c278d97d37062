"""Replay the leads of the last 30 or 90 days on a rotation as it is or as a draft has it, beside what happened (F11b).

Nothing is saved: a draft is applied in a transaction, read, and rolled back.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import action

from leads.presenters.csv_response import csv_response
from routing.actions.rotation import versions
from routing.admin.version_actions import draft_of, draft_place
from routing.models import Rotation, RotationDraft
from routing.presenters.replay import MAX_SHOWN, lead_rows, moved_lead_rows, rep_rows, summary, value_name, verdict_rows
from routing.presenters.versions import conflict_names
from routing.queries.simulation.replay import DAYS, MAX_TURNS, ReplayReport, load_replay, run_replay


class ReplayMixin:
    """For the admin of rotations."""

    @action(description=lazy("Replay"), icon="replay", url_path="replay", permissions=["view"])
    def replay_leads(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """?draft=N replays on a draft, otherwise on the rotation as it is; ?days=30 or 90."""
        rotation = self.get_object(request, object_id)
        if rotation is None:
            raise Http404
        if not self.has_view_permission(request, rotation):
            raise PermissionDenied
        draft = draft_of(rotation, request.GET["draft"]) if request.GET.get("draft") else None
        days = next((each for each in DAYS if request.GET.get("days") == str(each)), DAYS[0])
        report, conflicts = _report(rotation, draft, days=days)
        if "csv" in request.GET and report:
            return _as_csv(rotation, report)
        context = {}
        if report and report.leads:
            context = {
                "summary": summary(report, days=days),
                "judgements": verdict_rows(report),
                "sums": rep_rows(report),
                "leads": moved_lead_rows(report),
                "others": max(report.moved + report.waits - MAX_SHOWN, 0),
                "left_out": report.left_out,
                "goes_by_room": report.goes_by_room,
                "most": MAX_TURNS,
            }
        return self.page(
            request,
            "admin/replay_rotation.html",
            title=_("Replay %(name)s") % {"name": rotation.name},
            rotation=rotation,
            draft=draft,
            days=days,
            choices=DAYS,
            conflicts=conflict_names(conflicts),
            value_name=value_name(rotation),
            back=draft_place(draft) if draft else self.admin_url(rotation),
            **context,
        )


def _report(rotation: Rotation, draft: RotationDraft | None, *, days: int) -> tuple[ReplayReport | None, list]:
    at = timezone.now()
    if draft is None:
        return run_replay(load_replay(rotation, days=days, at=at)), []
    if draft.state == RotationDraft.State.OPEN:
        merged = versions.merge_with_current(draft)
        snapshot, conflicts = merged.snapshot, list(merged.conflicts)
    else:
        snapshot, conflicts = draft.snapshot, versions.missing_references(rotation, draft.snapshot)
    if conflicts:
        return None, conflicts
    with versions.edited_for_preview(rotation, snapshot, at=at) as edited:
        given = load_replay(edited, days=days, at=at)
    return run_replay(given), []


def _as_csv(rotation: Rotation, report: ReplayReport) -> HttpResponse:
    header = (_("Turn"), _("When"), _("Lead"), value_name(rotation), _("Went to"), _("Goes to"), _("Why"))
    rows = [
        (row.number, row.at.isoformat(), row.lead, row.value, row.went, row.goes or _("waits"), row.why)
        for row in lead_rows(report, report.leads)
    ]
    return csv_response(f"rotation-{rotation.pk}-replay.csv", header, rows)
