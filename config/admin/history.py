"""The history pages of settings in the admin: one list of versions with what each changed."""

from collections.abc import Iterable, Mapping

from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from config.history import differences, names_of


class ReadableHistory:
    """For admins with history: one list of versions and their changes. Versions cannot be edited or restored."""

    object_history_list_template = "admin/history_list.html"
    history_list_per_page = 50

    def set_history_delta_changes(
        self, request: HttpRequest, historical_records: Iterable, foreign_keys_are_objs: bool = True
    ) -> None:
        records = list(historical_records)
        earlier = [*records[1:], records[-1].prev_record] if records else []
        names = names_of([*records, *filter(None, earlier[-1:])])
        for record, before in zip(records, earlier, strict=True):
            record.differences = differences(record, before, names) if record.history_type != "-" else []

    def revert_disabled(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Mapping | None = None
    ) -> HttpResponse:
        """Restoring an old version would skip the checks of a change."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_history"
        return HttpResponseRedirect(reverse(name, args=[object_id]))
