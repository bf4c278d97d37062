"""Users and roles in the admin: administrators change them, sales ops only read. routing/roles.py defines the roles."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from config.admin.base import PageAdmin, RecordAdmin
from config.live import announce, announce_rights
from config.sessions.browsers import end_others
from config.web.people import display_name
from routing.actions.people import announce_leaving
from routing.admin.leaving import hand_on_link
from routing.models import Assignment, Rep

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, PageAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser")
    list_filter = ("is_active", "groups")
    ordering = ("last_name", "first_name", "pk")
    compressed_fields = True
    read_only_fieldsets = (
        (None, {"fields": ("first_name", "last_name", "email", "is_active", "date_joined", "last_login")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None):
        """People who may only read see no password hash and no permissions."""
        if obj is not None and not self.has_change_permission(request, obj):
            return self.read_only_fieldsets
        return super().get_fieldsets(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """History names people, so nobody is deleted; people who leave are switched off."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form, change: bool) -> None:
        if change:
            columns = {field.name for field in self.opts.concrete_fields}
            obj.save(update_fields=[name for name in form.changed_data if name in columns])
            announce("people", f"holder-{obj.pk}")
            announce_rights([obj.pk])
            if "is_active" in form.changed_data and not obj.is_active:
                self._warn_of_leads(request, obj)
                announce_leaving(obj, at=timezone.now())
        else:
            obj.save()

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Who is signed in with the password before is out."""
        response = super().user_change_password(request, id, form_url)
        user = self.get_object(request, unquote(id))
        if request.method == "POST" and response.status_code == 302 and user is not None:
            end_others(user, here=request.session.session_key)
        return response

    def _warn_of_leads(self, request: HttpRequest, obj: User) -> None:
        count = Assignment.objects.open().filter(holder=obj).count()
        if count:
            text = ngettext(
                "%(n)s open lead stays with %(name)s until somebody gives it to another rep.",
                "%(n)s open leads stay with %(name)s until somebody gives them to other reps.",
                count,
            )
            text %= {"n": count, "name": display_name(obj)}
            rep = Rep.objects.filter(user=obj).first()
            link = hand_on_link(rep) if rep else ""
            self.message_user(request, format_html("{} {}", text, link), messages.WARNING)


@admin.register(Group)
class GroupAdmin(RecordAdmin):
    """Read only: the permissions of a role are written from routing/roles.py after every migration."""

    list_display = ("name", "people")
    fields = ("name", "permissions")
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).annotate(how_many=Count("user"))

    @display(description=lazy("people"))
    def people(self, obj: Group) -> int:
        return obj.how_many
