"""Settings of intake: sources, accounts and score rules."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.admin_base import SettingAdmin
from leads.actions.accounts import follow_account
from leads.actions.scoring import rescore
from leads.admin.conditions import ConditionsAdmin
from leads.decisions.countries import iso_code
from leads.decisions.domains import domain_of_website, read_website
from leads.models import Account, Lead, ScoreRule, Source


@admin.register(Source)
class SourceAdmin(SettingAdmin):
    list_display = ("name", "slug", "lead_type", "points")
    list_filter = ("lead_type",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        """Rules and captures name a source by its key."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Source | None = None) -> dict:
        return {} if obj else self.prepopulated_fields

    def save_model(self, request: HttpRequest, obj: Source, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "points" in form.changed_data:
            leads = Lead.objects.filter(source=obj)
            transaction.on_commit(partial(rescore, leads, by=request.user, at=timezone.now()), robust=True)

    def why_kept(self, obj: Source) -> str:
        if Lead.objects.filter(source=obj).exists():
            return _("Leads came from this source, so it stays. Rename it instead.")
        return ""


class AccountForm(ModelForm):
    def clean_domain(self) -> str:
        """A pasted address becomes its domain; one domain is one company."""
        text = self.cleaned_data["domain"].strip()
        if not text:
            return ""
        site = read_website(text)
        domain = domain_of_website(site.host) if site else ""
        if not domain:
            raise ValidationError(_("This is no company's own domain. Write it like example.com, or leave it empty."))
        other = Account.objects.filter(domain=domain).exclude(pk=self.instance.pk).first()
        if other:
            raise ValidationError(_("%(name)s has this domain already.") % {"name": other})
        return domain

    def clean_country(self) -> str:
        text = self.cleaned_data["country"].strip()
        if text and not iso_code(text):
            raise ValidationError(_("Write the country's two letters, such as ID."))
        return iso_code(text) if text else ""


@admin.register(Account)
class AccountAdmin(SettingAdmin):
    form = AccountForm
    list_display = ("name", "domain", "tier", "size", "owner", "is_target", "is_customer", "is_competitor")
    list_filter = ("tier", "is_target", "is_customer", "is_competitor")
    search_fields = ("name", "domain")
    autocomplete_fields = ("owner",)
    list_select_related = ("owner",)
    fieldsets = (
        (None, {"fields": ("name", "domain", "owner")}),
        (lazy("Company"), {"fields": (("industry", "size"), ("city", "country"))}),
        (lazy("What it is to us"), {"fields": ("tier", "is_target", "is_customer", "is_competitor")}),
    )

    def save_model(self, request: HttpRequest, obj: Account, form: ModelForm, change: bool) -> None:
        if not change:
            obj.created_at = timezone.now()
        super().save_model(request, obj, form, change)
        transaction.on_commit(partial(follow_account, obj, by=request.user, at=timezone.now()), robust=True)


@admin.register(ScoreRule)
class ScoreRuleAdmin(ConditionsAdmin, SettingAdmin):
    list_display = ("name", "reads_as", "part", "points", "is_active")
    list_editable = ("is_active",)
    list_filter = ("part", "is_active")
    exclude = ("position",)

    def save_model(self, request: HttpRequest, obj: ScoreRule, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.warn_about_conditions(request, obj)
        self._follow(request)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        self._follow(request)

    def _follow(self, request: HttpRequest) -> None:
        """Leads that wait are scored anew; those with a score of their own keep it (A4, B7)."""
        again = partial(rescore, Lead.objects.all(), by=request.user, at=timezone.now())
        if not getattr(request, "is_followed", False):
            request.is_followed = True
            transaction.on_commit(again, robust=True)
            self.message_user(request, _("Leads that wait are scored anew."), messages.INFO)
