"""API keys in the admin: created here, shown once, limited and revoked (A1b)."""

from collections.abc import Mapping
from typing import cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from config.admin.base import SettingAdmin
from config.web.figures import number
from leads.actions.api.keys import KeyIsRevoked, make_key, revoke_key
from leads.actions.systems import follow_system
from leads.models import ApiKey, SourceSystem
from leads.queries.webhooks import hooks_of


class KeyForm(forms.Form):
    name = forms.CharField(
        label=lazy("Name"),
        max_length=80,
        widget=UnfoldAdminTextInputWidget,
        help_text=lazy("Which program uses it, such as the website's form."),
    )
    per_minute = forms.IntegerField(
        label=lazy("Calls per minute"),
        initial=120,
        min_value=1,
        max_value=100_000,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=lazy("More than this in one minute is answered with 429."),
    )
    system = forms.ModelChoiceField(
        label=lazy("Ids of"),
        queryset=SourceSystem.objects.order_by("name", "pk"),
        required=False,
        empty_label=lazy("This program's own"),
        widget=UnfoldAdminSelectWidget,
        help_text=lazy("The system whose external ids it sends. Programs with the same system mean the same leads."),
    )
    may_send_leads = forms.BooleanField(
        label=lazy("May send leads"), required=False, initial=True, widget=UnfoldBooleanSwitchWidget
    )
    may_make_hooks = forms.BooleanField(
        label=lazy("May subscribe to webhooks"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=lazy("As Zapier does: it makes and removes webhooks of its own."),
    )
    hooks_see_person = forms.BooleanField(
        label=lazy("Its webhooks see the person"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=lazy("Name, e-mail, phone, job title and message of a lead leave with the events."),
    )


@admin.register(ApiKey)
class ApiKeyAdmin(SettingAdmin):
    list_display = ("name", "prefix", "state", "per_minute", "created_at", "created_by", "last_used_at")
    list_select_related = ("created_by",)
    fields = (
        "name",
        "per_minute",
        "system",
        "may_send_leads",
        "may_make_hooks",
        "hooks_see_person",
        "prefix",
        "created_at",
        "created_by",
        "last_used_at",
        "revoked_at",
    )
    readonly_fields = ("prefix", "created_at", "created_by", "last_used_at", "revoked_at")
    actions_detail = ("revoke",)

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        before = ApiKey.objects.select_related("system").get(pk=obj.pk).system
        super().save_model(request, obj, form, change)
        if "system" in form.changed_data:
            follow_system(cast(ApiKey, obj), before=before)
        if "may_make_hooks" in form.changed_data and not cast(ApiKey, obj).may_make_hooks:
            self._say_what_stands_still(request, cast(ApiKey, obj))

    def _say_what_stands_still(self, request: HttpRequest, key: ApiKey) -> None:
        n = hooks_of(key).count()
        text = ngettext(
            "Nothing goes to its %(n)s webhook any more. Connections, Webhooks removes it.",
            "Nothing goes to its %(n)s webhooks any more. Connections, Webhooks removes them.",
            n,
        )
        if n:
            self.message_user(request, text % {"n": number(n)}, messages.WARNING)

    @display(description=lazy("state"), label={"on": "success", "off": "danger"})
    def state(self, obj: ApiKey) -> tuple[str, str]:
        return ("off", _("Revoked")) if obj.revoked_at else ("on", _("In use"))

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Keys are revoked, not deleted, so that captures keep the name of their key."""
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Mapping | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = KeyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            key, secret = make_key(**form.cleaned_data, by=request.user, at=timezone.now())
            self.log_addition(request, key, [{"added": {}}])
            return self._shown_once(request, key, secret)
        about = _("The key is shown once, on the next page. Only a fingerprint of it is kept.")
        return self.form_page(request, form, title=_("Make an API key"), act=_("Make key"), about=about)

    def _shown_once(self, request: HttpRequest, key: ApiKey, secret: str) -> HttpResponse:
        """The key is in this response and nowhere else: not in a session, message or log. Admin pages are not
        cached."""
        return self.page(request, "admin/key_made.html", title=_("Your new key"), key=key, secret=secret)

    @action(description=lazy("Revoke"), icon="block", permissions=["change"])
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        key = self.get_object(request, object_id)
        if key is None:
            raise Http404
        if request.method != "POST":
            return self.confirm(
                request,
                key,
                title=_("Revoke %(name)s?") % {"name": key.name},
                about=_(
                    "Programs that use it are refused from now on, and the webhooks that they made end. This cannot be "
                    "undone; make a new key instead."
                ),
                act=_("Revoke key"),
            )
        try:
            revoke_key(key, by=request.user, at=timezone.now())
            self.log_change(request, key, [{"changed": {"fields": ["revoked_at"]}}])
            self.message_user(request, _("%(name)s is revoked.") % {"name": key.name}, messages.SUCCESS)
        except KeyIsRevoked:
            self.message_user(request, _("%(name)s was revoked before.") % {"name": key.name}, messages.WARNING)
        return HttpResponseRedirect(self.admin_url(key))
