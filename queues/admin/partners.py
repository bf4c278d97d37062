"""Sales ops' form of partner pools (D8)."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import ModelForm
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display

from config.admin.base import SettingAdmin
from config.web.safe_fetch import FetchRefused, public_https
from queues.models import PartnerLead, PartnerPool, Queue


class PoolForm(ModelForm):
    def clean_address(self) -> str:
        typed = (self.cleaned_data["address"] or "").strip()
        if not typed:
            return ""
        try:
            return public_https(typed)
        except FetchRefused:
            text = _("Paste an address that begins with https:// and is on a public host.")
            raise ValidationError(text) from None

    def clean(self) -> dict:
        typed = super().clean() or {}
        is_closing = self.instance.pk and "is_active" in self.changed_data and typed.get("is_active") is False
        if is_closing and (queue := self.instance.queues.filter(when_full="partner").order_by("name").first()):
            text = _("%(queue)s sends its overflow here. Choose another way there first.")
            self.add_error("is_active", text % {"queue": queue.name})
        return typed


@admin.register(PartnerPool)
class PartnerPoolAdmin(SettingAdmin):
    form = PoolForm
    list_display = ("name", "is_active", "address")
    filter_horizontal = ("downloaders",)
    readonly_fields = ("page",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "is_active", "downloaders", "page"),
                "description": lazy(
                    "Leads that you send here leave your sales team, with their personal data. They can be called back."
                ),
            },
        ),
        (lazy("Webhook"), {"fields": ("address",)}),
    )

    @display(description=lazy("downloads, secret and deliveries"))
    def page(self, obj: PartnerPool) -> str | SafeString:
        if obj.pk is None:
            return _("Shown once the pool is saved.")
        return format_html('<a href="{}">{}</a>', reverse("queues:partners"), _("Open the page of the partner pools"))

    def why_not_deletable(self, obj: Model) -> str:
        if Queue.objects.filter(overflow_pool=obj.pk).exists():
            return _("A queue sends its overflow here. Choose another way there first.")
        if PartnerLead.objects.filter(pool=obj.pk).exists():
            return _("Leads were sent to this partner, and their history refers to it. Switch it off instead.")
        return ""
