"""Score rules in the admin: the effect on waiting leads is shown before and after a rule is saved (A4, B7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.contrib import admin, messages
from django.contrib.messages.storage import default_storage
from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import action

from config.admin.base import SettingAdmin
from leads.actions.scoring import ScorePreview, preview_rescore, rescore_in_background
from leads.admin.conditions import ConditionsAdmin
from leads.models import ScoreRule

SEE_EFFECT = "leads_scorerule_see_effect"  # the name that the theme gives the button of see_effect()


@dataclass(eq=False)
class PreviewDone(Exception):
    """A rule was saved to see its effect; this rolls the save back."""

    preview: ScorePreview


@admin.register(ScoreRule)
class ScoreRuleAdmin(ConditionsAdmin, SettingAdmin):
    list_display = ("name", "reads_as", "part", "points", "is_active")
    list_editable = ("is_active",)
    list_filter = ("part", "is_active")
    exclude = ("position",)
    actions_submit_line = ("see_effect",)

    @action(description=lazy("See the effect"), icon="visibility")
    def see_effect(self, request: HttpRequest, obj: ScoreRule) -> None:
        """Only names the button; changeform_view() does the work."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        shown = {"actions_submit_line": self.get_actions_submit_line(request, 0), **(extra_context or {})}
        act = partial(super().changeform_view, request, object_id, form_url, shown)
        if request.method != "POST" or SEE_EFFECT not in request.POST:
            return act()
        kept, request._messages = request._messages, default_storage(request)
        try:
            with transaction.atomic():
                response = act()
                if not getattr(request, "is_rescored", False):
                    return response  # refused: the messages are at the fields
                raise PreviewDone(preview_rescore())
        except PreviewDone as done:
            request._messages = kept
            request.is_previewed = True
            self.message_user(
                request,
                _("Not saved yet. %(effect)s") % {"effect": score_preview_sentence(done.preview)},
                messages.INFO,
            )
            return act()

    def get_form(self, request: HttpRequest, obj: ScoreRule | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (_OpenForm, form), {}) if getattr(request, "is_previewed", False) else form

    def save_model(self, request: HttpRequest, obj: ScoreRule, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.warn_about_conditions(request, obj)
        self._rescore_once(request)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        self._rescore_once(request)

    def changelist_view(self, request: HttpRequest, extra_context: Mapping | None = None) -> HttpResponse:
        """Several rules can be switched in the list; the effect is previewed when all of them are saved."""
        request.is_list = True
        with transaction.atomic():
            response = super().changelist_view(request, extra_context)
            if getattr(request, "is_rescored", False):
                self.message_user(request, score_preview_sentence(preview_rescore()), messages.INFO)
        return response

    def _rescore_once(self, request: HttpRequest) -> None:
        """Rescore waiting leads after the commit; given scores stay (A4, B7)."""
        if getattr(request, "is_rescored", False):
            return
        request.is_rescored = True
        rescore_in_background({}, by=request.user, at=timezone.now())
        if not getattr(request, "is_list", False):
            self.message_user(request, score_preview_sentence(preview_rescore()), messages.INFO)


class _OpenForm:
    """A form that is shown again with everything that was typed, not saved and without errors."""

    def is_valid(self) -> bool:
        return False


def score_preview_sentence(preview: ScorePreview) -> str:
    """What a change of the rules does to the waiting leads."""
    if not preview.rising and not preview.falling:
        return _("No score of a waiting lead changes.")
    words = {"up": preview.rising, "down": preview.falling, "of": preview.checked}
    if preview.is_complete:
        return _("Scores of waiting leads: %(up)s of %(of)s rise and %(down)s fall. Their places change too.") % words
    return _("Scores of the first %(of)s waiting leads: %(up)s rise and %(down)s fall. The others change too.") % words
