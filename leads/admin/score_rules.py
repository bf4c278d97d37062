"""Score rules: what a rule does to the leads that wait is shown before it is saved, and said when it is (A4, B7)."""

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
from leads.actions.scoring import ScorePreview, preview_rescore, rescore
from leads.admin.conditions import ConditionsAdmin
from leads.models import Lead, ScoreRule

SEE_EFFECT = "leads_scorerule_see_effect"  # as the theme names the button of `see_effect`


@dataclass(eq=False)
class PreviewDone(Exception):
    """A rule was saved to see what it does, and is taken back."""

    moves: ScorePreview


@admin.register(ScoreRule)
class ScoreRuleAdmin(ConditionsAdmin, SettingAdmin):
    list_display = ("name", "reads_as", "part", "points", "is_active")
    list_editable = ("is_active",)
    list_filter = ("part", "is_active")
    exclude = ("position",)
    actions_submit_line = ("see_effect",)

    @action(description=lazy("See the effect"), icon="visibility")
    def see_effect(self, request: HttpRequest, obj: ScoreRule) -> None:
        """Asked for by its name in what is sent; nothing is left to do here."""

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
                if not getattr(request, "is_followed", False):
                    return response  # refused: the messages stand at the fields
                raise PreviewDone(preview_rescore())
        except PreviewDone as tried:
            request._messages = kept
            request.is_tried = True
            self.message_user(request, _("Not saved yet.") + " " + score_preview_sentence(tried.moves), messages.INFO)
            return act()

    def get_form(self, request: HttpRequest, obj: ScoreRule | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (_OpenForm, form), {}) if getattr(request, "is_tried", False) else form

    def save_model(self, request: HttpRequest, obj: ScoreRule, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.warn_about_conditions(request, obj)
        self._follow(request)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        self._follow(request)

    def changelist_view(self, request: HttpRequest, extra_context: Mapping | None = None) -> HttpResponse:
        """Several rules may be switched in the list: what they do is foretold when all of them are saved."""
        request.is_list = True
        with transaction.atomic():
            response = super().changelist_view(request, extra_context)
            if getattr(request, "is_followed", False):
                self.message_user(request, score_preview_sentence(preview_rescore()), messages.INFO)
        return response

    def _follow(self, request: HttpRequest) -> None:
        """Leads that wait are scored anew; those with a score of their own keep it (A4, B7)."""
        if getattr(request, "is_followed", False):
            return
        request.is_followed = True
        transaction.on_commit(partial(rescore, Lead.objects.all(), by=request.user, at=timezone.now()), robust=True)
        if not getattr(request, "is_list", False):
            self.message_user(request, score_preview_sentence(preview_rescore()), messages.INFO)


class _OpenForm:
    """Shown again with everything that was typed; not saved, and nothing is wrong with it."""

    def is_valid(self) -> bool:
        return False


def score_preview_sentence(preview: ScorePreview) -> str:
    """What a change of the rules does to the waiting leads."""
    if not preview.rising and not preview.falling:
        return _("No score of a waiting lead changes.")
    words = {"up": preview.rising, "down": preview.falling, "of": preview.checked}
    if preview.is_complete:
        return _("Waiting leads: of %(of)s scores %(up)s rise and %(down)s fall; places follow.") % words
    return _("Waiting leads: of the first %(of)s scores %(up)s rise and %(down)s fall; the rest follow too.") % words
