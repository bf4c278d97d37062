"""Reps in the admin: invite people, set teams and limits, switch somebody off."""

from collections.abc import Mapping
from functools import partial
from typing import cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from config.admin.base import SettingAdmin
from config.live import announce
from config.web.times import ago
from routing.actions.availability.calendars import read_again
from routing.actions.availability.clocks import sync_clocks
from routing.actions.availability.holidays import sync_holidays
from routing.actions.availability.hours import set_hours
from routing.actions.availability.time_off import set_available
from routing.actions.people import (
    EmailTaken,
    RoleNotAllowed,
    add_person,
    deactivate_person,
    may_switch,
    reactivate_person,
    roles_allowed_for,
)
from routing.actions.rotation.member_sync import sync_members
from routing.admin.hours import HoursField, choice_field, zone_field
from routing.admin.leaving import hand_on_link, held_by
from routing.decisions.availability.skills import MAX_SKILL_LENGTH, MAX_SKILLS, SkillsRefused, read_skills
from routing.forms.holidays import HolidayFieldsMixin
from routing.forms.hours import REP_HOURS_HINT
from routing.forms.person import PersonForm
from routing.models import Rep
from routing.queries.availability.status import availability_of
from routing.queries.workload import open_leads_by_user

HOURS = ("own_hours", "time_zone")
LAST_YEAR = 2100


class SkillsField(forms.CharField):
    """Words between commas; stored as a list."""

    def prepare_value(self, value: object) -> object:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: object) -> list[str]:
        try:
            return read_skills(super().clean(value) or "")
        except SkillsRefused as refused:
            if refused.code == "too_many":
                raise ValidationError(_("At most %(most)s skills.") % {"most": MAX_SKILLS}) from None
            words = {"skill": f"{refused.detail[:40]} …", "most": MAX_SKILL_LENGTH}
            raise ValidationError(_("“%(skill)s” is too long: %(most)s characters at most.") % words) from None

    def has_changed(self, initial: object, data: object) -> bool:
        return super().has_changed(self.prepare_value(initial or []), data)


class RepForm(HolidayFieldsMixin, ModelForm):
    time_zone = zone_field(required=False, empty=lazy("As the team"))
    skills = SkillsField(
        label=lazy("Skills"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=lazy(
            "Industries, countries, sources or types of leads, separated by commas. Rotations that ask for a skill "
            "pass over reps without it."
        ),
    )
    own_hours = HoursField(label=lazy("Working hours"), required=False, hint=REP_HOURS_HINT)
    holiday_country = choice_field(lazy("Public holidays of"))
    holiday_region = choice_field(lazy("Region"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fill_choices(empty_label=lazy("As the team"))

    def clean(self) -> dict:
        typed = super().clean()
        until = typed.get("away_until")
        if until and typed.get("is_available"):
            self.add_error("away_until", ValidationError(_("Only for a rep who takes no leads now.")))
        elif until and until.year >= LAST_YEAR:
            self.add_error("away_until", ValidationError(_("Check the year.")))
        elif until and "away_until" in self.changed_data and until <= timezone.now():
            self.add_error("away_until", ValidationError(_("This is in the past.")))
        return typed

    def clean_delegate(self) -> Rep | None:
        delegate = self.cleaned_data["delegate"]
        if delegate is not None and delegate.pk == self.instance.pk:
            raise ValidationError(_("Nobody can be their own stand-in."))
        return delegate


@admin.register(Rep)
class RepAdmin(SettingAdmin):
    form = RepForm
    list_display = ("name", "state", "in_teams", "open_leads", "capacity", "seen", "joined_on")
    list_filter = ("teams", "is_available", "user__is_active")
    list_select_related = ("user",)
    search_fields = ("user__last_name", "user__first_name", "user__email")
    readonly_fields = ("user", "calendar_page", "held", "last_seen_at")
    fields = (
        "user",
        "teams",
        "is_available",
        "away_until",
        "capacity",
        "skills",
        "delegate",
        "time_zone",
        "own_hours",
        ("holiday_country", "holiday_region"),
        "calendar_page",
        "held",
        "joined_on",
        "last_seen_at",
    )
    actions_list = ("invitations",)
    actions_detail = ("deactivate", "reactivate")

    def has_delete_permission(self, request: HttpRequest, obj: Rep | None = None) -> bool:
        """History names reps, so nobody is deleted; people who leave are switched off."""
        return False

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("user").prefetch_related("teams")

    def get_changelist_instance(self, request: HttpRequest):
        """State and open leads of everybody on the page, in a few queries."""
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        states, load = availability_of(rows, at=timezone.now()), open_leads_by_user(row.user_id for row in rows)
        for row in rows:
            row.availability, row.load = states[row.pk], load[row.user_id]
        changelist.result_list = rows
        return changelist

    @display(description=lazy("name"), ordering="user__last_name")
    def name(self, obj: Rep) -> str:
        return str(obj)

    @display(description=lazy("now"), label={"on": "success", "away": "warning", "off": "danger"})
    def state(self, obj: Rep) -> tuple[str, str]:
        if not obj.user.is_active:
            return "off", _("Switched off")
        return ("on", _("Takes leads")) if obj.availability.is_available else ("away", _("Away"))

    @display(description=lazy("calendar"))
    def calendar_page(self, obj: Rep) -> str:
        return format_html('<a href="{}">{}</a>', reverse("routing:calendar", args=[obj.pk]), _("Hours and days off"))

    @display(description=lazy("open leads"))
    def held(self, obj: Rep) -> str:
        return hand_on_link(obj) or _("none")

    @display(description=lazy("teams"))
    def in_teams(self, obj: Rep) -> str:
        return ", ".join(team.name for team in obj.teams.all()) or _("none")

    @display(description=lazy("last seen"), ordering="last_seen_at")
    def seen(self, obj: Rep) -> str:
        return ago(obj.last_seen_at) if obj.last_seen_at else _("not signed in yet")

    @display(description=lazy("open leads"))
    def open_leads(self, obj: Rep) -> int:
        return obj.load

    def formfield_for_manytomany(self, db_field, request: HttpRequest, **kwargs):
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "delegate":
            able = Rep.objects.filter(user__is_active=True).select_related("user")
            kwargs["queryset"] = able.order_by("user__last_name", "user__first_name", "pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Rep, form: ModelForm, change: bool) -> None:
        who = {"by": request.user, "at": timezone.now()}
        changed = self.changed_values(form)
        if changed.keys() & {"is_available", "away_until"}:
            set_available(obj, is_available=obj.is_available, until=obj.away_until, **who)
        if changed.keys() & set(HOURS):
            set_hours(obj, own_hours=obj.own_hours, time_zone=obj.time_zone, **who)
        rest = [name for name in changed if name not in ("is_available", "away_until", *HOURS)]
        if rest:
            obj._history_user = request.user
            obj.save(update_fields=rest)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        rep, at = form.instance, timezone.now()
        sync_holidays([rep.pk], at=at)
        if "teams" in form.changed_data:
            read_again(Rep.objects.filter(pk=rep.pk), at=at)
        sync_clocks({"reps": [rep.pk]}, name=str(rep), by=cast(User, request.user), at=at)
        transaction.on_commit(partial(sync_members, at=timezone.now()), robust=True)
        announce("people", f"holder-{form.instance.user_id}")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Mapping | None = None) -> HttpResponse:
        roles = roles_allowed_for(request.user)
        if not self.has_add_permission(request) or not roles:
            raise PermissionDenied
        form = PersonForm(request.POST or None, roles=roles)
        if request.method == "POST" and form.is_valid():
            try:
                return self._invited(request, form)
            except EmailTaken:
                form.add_error(
                    "email", _("Somebody already has this address. Look under Reps, or ask an administrator.")
                )
        about = _("The person gets an e-mail with a link to set a password. Permissions come from the role.")
        return self.form_page(request, form, title=_("Invite a person"), act=_("Send invitation"), about=about)

    def _invited(self, request: HttpRequest, form: PersonForm) -> HttpResponse:
        site = request.build_absolute_uri("/")
        user = add_person(**form.cleaned_data, by=request.user, at=timezone.now(), site=site)
        self.log_addition(request, getattr(user, "rep", user), [{"added": {"name": "person", "object": user.email}}])
        text = _("%(name)s is invited. An e-mail goes to %(email)s.")
        words = {"name": user.get_full_name(), "email": user.email}
        self.message_user(request, text % words, messages.SUCCESS)
        return HttpResponseRedirect(self.admin_url(getattr(user, "rep", None)))

    @action(description=lazy("Invitations"), icon="mail", permissions=["add"])
    def invitations(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("routing:invitations"))

    @action(description=lazy("Switch off"), icon="person_off", permissions=["change"])
    def deactivate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        rep = self._rep(request, object_id)
        if request.method != "POST":
            return self._ask(request, rep)
        return self._switch(request, rep, deactivate_person, _("%(name)s is switched off and gets no more leads."))

    @action(description=lazy("Switch on"), icon="person_check", permissions=["change"])
    def reactivate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        rep = self._rep(request, object_id)
        if request.method != "POST":
            return self.confirm(
                request,
                rep,
                title=_("Switch %(name)s on again?") % {"name": rep},
                about=_("The person can sign in again and takes turns in all rotations as before."),
                act=_("Switch on"),
            )
        return self._switch(request, rep, reactivate_person, _("%(name)s is switched on."))

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list:
        """Switch off or switch on, and only where it is allowed."""
        rep = self.get_object(request, str(object_id))
        if rep is None or not may_switch(rep.user, request.user):
            return []
        wanted = "deactivate" if rep.user.is_active else "reactivate"
        return [each for each in super().get_actions_detail(request, object_id) if each.path == wanted]

    def _rep(self, request: HttpRequest, object_id: str) -> Rep:
        rep = self.get_object(request, object_id)
        if rep is None:
            raise Http404
        return rep

    def _ask(self, request: HttpRequest, rep: Rep) -> HttpResponse:
        title = _("Switch off %(name)s?") % {"name": rep}
        return self.confirm(request, rep, title=title, act=_("Switch off"), **held_by(rep))

    def _switch(self, request: HttpRequest, rep: Rep, act, text: str) -> HttpResponse:
        try:
            act(rep.user, by=request.user, at=timezone.now())
        except RoleNotAllowed:
            raise PermissionDenied from None
        transaction.on_commit(partial(sync_members, at=timezone.now()), robust=True)
        self.log_change(request, rep, [{"changed": {"fields": ["is_active"]}}])
        message = format_html("{} {}", text % {"name": rep}, "" if act is reactivate_person else hand_on_link(rep))
        self.message_user(request, message, messages.SUCCESS)
        return HttpResponseRedirect(self.admin_url(rep))
