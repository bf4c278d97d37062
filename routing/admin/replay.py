"""The leads of the last 30 or 90 days, run against a rotation as it is or as a draft has it, beside what happened
(F11b). Nothing is saved: a draft is put in force in a transaction, read, and taken back."""

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
from routing.presenters import replay as rerun_words
from routing.presenters.versions import conflict_words
from routing.queries.simulation.replay import DAYS, MOST, Replayed, ready, replay


class ReplaysLeads:
    """For the admin of rotations."""

    @action(description=lazy("Replay"), icon="replay", url_path="replay", permissions=["view"])
    def replay_leads(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """?draft=N a draft, else as it is; ?days=30 or 90."""
        rotation = self.get_object(request, object_id)
        if rotation is None:
            raise Http404
        if not self.has_view_permission(request, rotation):
            raise PermissionDenied
        draft = draft_of(rotation, request.GET["draft"]) if request.GET.get("draft") else None
        days = next((each for each in DAYS if request.GET.get("days") == str(each)), DAYS[0])
        found, conflicts = _replayed(rotation, draft, days=days)
        if "csv" in request.GET and found:
            return _as_csv(rotation, found)
        context = {}
        if found and found.cases:
            context = {
                "summary": rerun_words.summary(found, days=days),
                "judgements": rerun_words.judgements(found),
                "sums": rerun_words.sum_rows(found),
                "leads": rerun_words.elsewhere(found),
                "others": max(found.moved + found.waits - rerun_words.MOST_SHOWN, 0),
                "left_out": found.left_out,
                "most": MOST,
            }
        return self.page(
            request,
            "admin/replay_rotation.html",
            title=_("Replay %(name)s") % {"name": rotation.name},
            rotation=rotation,
            draft=draft,
            days=days,
            choices=DAYS,
            conflicts=conflict_words(conflicts),
            value_name=rerun_words.value_name(rotation),
            back=draft_place(draft) if draft else self.admin_url(rotation),
            **context,
        )


def _replayed(rotation: Rotation, draft: RotationDraft | None, *, days: int) -> tuple[Replayed | None, list]:
    at = timezone.now()
    if draft is None:
        return replay(ready(rotation, days=days, at=at)), []
    if draft.state == RotationDraft.State.OPEN:
        told = versions.merged_now(draft)
        snapshot, conflicts = told.snapshot, list(told.conflicts)
    else:
        snapshot, conflicts = draft.snapshot, versions.misfits(rotation, draft.snapshot)
    if conflicts:
        return None, conflicts
    with versions.tried(rotation, snapshot, at=at) as edited:
        told = ready(edited, days=days, at=at)
    return replay(told), []


def _as_csv(rotation: Rotation, found: Replayed) -> HttpResponse:
    header = (_("Turn"), _("When"), _("Lead"), rerun_words.value_name(rotation), _("Went to"), _("Goes to"), _("Why"))
    rows = [
        (row.number, row.at.isoformat(), row.lead, row.value, row.went, row.goes or _("waits"), row.why)
        for row in rerun_words.lead_rows(found, found.cases)
    ]
    return csv_response(f"rotation-{rotation.pk}-replay.csv", header, rows)
