"""Authentication by e-mail or user name, and permissions on single leads: who may see or work which lead (C9)."""

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from config.account_names import account_named
from config.sessions.user import JoinedUserMixin
from leads.models import Lead
from routing.models import Assignment, Rep, Team

# a holder who returned or lost the lead may no longer see it
GONE = (Assignment.Ended.RETURNED, Assignment.Ended.BREACHED, Assignment.Ended.UNDONE)
LEAD_RIGHTS = {"leads.view_lead", "leads.change_lead"}
WAITS = (Lead.Stage.WAITING, Lead.Stage.CAPTURED, Lead.Stage.REVIEW)


class RoutingBackend(JoinedUserMixin, ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: object
    ):
        """The one active user with that name or address; an address shared by two people signs nobody in."""
        if not username or password is None:
            return None
        user = account_named(username)
        if user is None:
            get_user_model()().set_password(password)  # takes the same time, so that names cannot be guessed
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None

    def get_all_permissions(self, user_obj, obj: object = None) -> set[str]:
        """As ModelBackend has them, in one query instead of two: every page asks."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            held = Permission.objects.all()
            if not user_obj.is_superuser:
                held = held.filter(Q(user=user_obj) | Q(group__user=user_obj)).distinct()
            names = held.values_list("content_type__app_label", "codename").order_by()
            user_obj._perm_cache = {f"{app}.{name}" for app, name in names}
        return user_obj._perm_cache

    def has_perm(self, user_obj, perm: str, obj: object = None) -> bool:
        """For one lead: its holder, the managers of the holder's teams, and sales ops. The last holder may still see
        it."""
        if not isinstance(obj, Lead):
            return super().has_perm(user_obj, perm, obj)
        if perm not in LEAD_RIGHTS or not user_obj.is_active or user_obj.is_anonymous:
            return False
        if super().has_perm(user_obj, "queues.operate_queue"):
            return True
        last = Assignment.objects.standing().filter(lead=obj).order_by("-assigned_at", "-pk").first()
        if last is None:
            return False
        if last.holder_id == user_obj.pk:
            is_done = last.ended_how not in GONE and obj.stage != Lead.Stage.HELD and not _waits(obj)
            return last.is_open or (perm == "leads.view_lead" and is_done)
        if not last.is_open and _waits(obj):
            return False
        return (
            super().has_perm(user_obj, "queues.watch_queue")
            and get_user_model().objects.filter(pk=last.holder_id, rep__teams__managers=user_obj).exists()
        )

    def leads_in_reach(self, user_obj) -> Q:
        """The leads for which has_perm("leads.view_lead", lead) is true, as a filter
        (leads.queries.leads.visible_to)."""
        if not user_obj.is_active or user_obj.is_anonymous:
            return Q(pk__in=[])
        if super().has_perm(user_obj, "queues.operate_queue"):
            return Q(pk__gt=0)
        mine = Q(holder=user_obj)
        if super().has_perm(user_obj, "queues.watch_queue"):
            mine |= Q(holder__in=Rep.objects.filter(teams__managers=user_obj).values("user"))
        held = Assignment.objects.standing().filter(mine)
        later = (
            Assignment.objects.standing()
            .filter(lead=OuterRef("lead"))
            .filter(
                Q(assigned_at__gt=OuterRef("assigned_at"))
                | Q(assigned_at=OuterRef("assigned_at"), pk__gt=OuterRef("pk"))
            )
        )
        done = held.filter(ended_at__isnull=False).exclude(holder=user_obj, ended_how__in=GONE)
        had_last = done.exclude(Exists(later)).values("lead")
        return Q(pk__in=held.open().values("lead")) | (Q(pk__in=had_last) & ~Q(stage__in=[*WAITS, Lead.Stage.HELD]))

    def shares_views_with(self, user_obj) -> Q:
        """Whose views of lists this person sees when they are shared: the managers of the own teams
        (leads.queries.saved_views)."""
        own = Team.objects.filter(Q(reps__user=user_obj) | Q(managers=user_obj))
        return Q(pk__in=own.order_by().values("managers"))


def _waits(lead: Lead) -> bool:
    """Back in a queue or on the review desk: only the person who takes it sees the contact details (C1)."""
    return lead.stage in WAITS
