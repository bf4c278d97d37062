"""Sources and accounts in the admin."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display

from config.admin.base import SettingAdmin
from config.web.people import display_name
from config.web.times import ago
from leads.actions.accounts import apply_account_change, delete_account, save_handles
from leads.actions.scoring import rescore_in_background
from leads.actions.source_value import apply_source_value
from leads.decisions.facts.countries import iso_code
from leads.decisions.facts.domains import domain_of_website, read_website
from leads.models import Account, Lead, Source


@admin.register(Source)
class SourceAdmin(SettingAdmin):
    list_display = ("name", "slug", "lead_type", "points_shown", "worth")
    list_filter = ("lead_type", "points_follow")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    @display(description=lazy("points"), ordering="points")
    def points_shown(self, obj: Source) -> str:
        return _("%(points)s, by conversion") % {"points": obj.points} if obj.points_follow else str(obj.points)

    @display(description=lazy("conversion, 90 days"))
    def worth(self, obj: Source) -> str:
        """'4.2 % of 118 leads'; n/a without leads (L2)."""
        if obj.conversion is None:
            return _("n/a")
        return _("%(percent)s %% of %(n)s leads") % {"percent": floatformat(obj.conversion, 1), "n": obj.conversions_of}

    @display(description=lazy("counted"))
    def counted(self, obj: Source) -> str:
        return ago(obj.counted_at)

    def get_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple:
        fields = ("name", "slug", "lead_type", "points", "points_follow")
        return (*fields, ("worth", "counted")) if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        """The key of a source cannot change, because rules and captures use it."""
        return ("slug", "worth", "counted") if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Source | None = None) -> dict:
        return {} if obj else self.prepopulated_fields

    def save_model(self, request: HttpRequest, obj: Source, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        acting = {"by": request.user, "at": timezone.now()}
        if change and obj.points_follow and {"points", "points_follow"} & set(form.changed_data):
            apply_source_value(**acting)
        if change and "points" in form.changed_data:
            rescore_in_background({"source": obj.pk}, name=obj.name, **acting)

    def why_not_deletable(self, obj: Source) -> str:
        if Lead.objects.filter(source=obj).exists():
            return _("Leads came from this source, so it cannot be deleted. Rename it instead.")
        return ""


class AccountForm(ModelForm):
    def clean_domain(self) -> str:
        """Read the domain from a pasted address. A domain belongs to one account."""
        text = self.cleaned_data["domain"].strip()
        if not text:
            return ""
        site = read_website(text)
        domain = domain_of_website(site.host) if site else ""
        if not domain:
            raise ValidationError(
                _("This is not a company's own domain. Write it like example.com, or leave it empty.")
            )
        other = Account.objects.filter(domain=domain).exclude(pk=self.instance.pk).first()
        if other:
            raise ValidationError(_("%(name)s has this domain already.") % {"name": other})
        return domain

    def clean_owner(self):
        """The owner of an account gets its leads (G1). An inactive user can stay the owner, but cannot be chosen."""
        owner = self.cleaned_data["owner"]
        if owner is not None and "owner" in self.changed_data and not owner.is_active:
            raise ValidationError(_("%(name)s is switched off and gets no leads.") % {"name": owner.get_full_name()})
        return owner

    def clean_country(self) -> str:
        text = self.cleaned_data["country"].strip()
        if text and not iso_code(text):
            raise ValidationError(_("Write the country's two letters, such as ID."))
        return iso_code(text) if text else ""


@admin.register(Account)
class AccountAdmin(SettingAdmin):
    form = AccountForm
    list_display = ("name", "domain", "tier", "size", "owner_shown", "is_target", "is_customer", "is_competitor")
    list_filter = (
        "tier",
        "is_target",
        "is_customer",
        "is_competitor",
        ("owner", admin.EmptyFieldListFilter),
        ("owner__is_active", admin.BooleanFieldListFilter),
    )
    search_fields = ("name", "domain")
    autocomplete_fields = ("owner",)
    list_select_related = ("owner",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "domain", "owner"),
                "description": lazy("New leads of the account go to its owner, in queues with that setting."),
            },
        ),
        (lazy("Company"), {"fields": (("industry", "size"), ("city", "country"))}),
        (lazy("What it is to us"), {"fields": ("tier", "is_target", "is_customer", "is_competitor")}),
    )

    @display(description=lazy("owner"), ordering="owner__last_name")
    def owner_shown(self, obj: Account) -> str:
        if obj.owner is None:
            return ""
        name = display_name(obj.owner)
        return name if obj.owner.is_active else _("%(name)s (switched off)") % {"name": name}

    def save_model(self, request: HttpRequest, obj: Account, form: ModelForm, change: bool) -> None:
        if not change:
            obj.created_at = timezone.now()
        super().save_model(request, obj, form, change)
        save_handles(obj)
        apply_account_change(obj, by=request.user, at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Account) -> None:
        delete_account(obj, by=request.user, at=timezone.now())
