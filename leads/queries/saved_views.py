"""Reads the views of lists that a person may open: the own ones, and those that managers share (M8)."""

from django.contrib.auth import get_backends
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from leads.models import SavedView

MOST = 20  # of one person, on one list
MOST_SHOWN = 80


def views_of(user: User, page: str) -> list[SavedView]:
    """Those that stand, by name; the own ones first. One statement."""
    mine = Q(user=user) | Q(is_shared=True, user__in=_sharers(user))
    found = SavedView.objects.filter(mine, page=page, removed_at=None).select_related("user").order_by("name", "pk")
    return sorted(found[:MOST_SHOWN], key=lambda view: view.user_id != user.pk)


def own_views(user: User) -> QuerySet[SavedView]:
    """All views of this person, also removed ones."""
    return SavedView.objects.filter(user=user).order_by("name", "pk")


def _sharers(user: User) -> QuerySet[User]:
    """Whose shared views this person sees: the authentication backends say it, as they say who sees which lead."""
    whose = Q(pk__in=[])
    for backend in get_backends():
        if hasattr(backend, "shares_views_with"):
            whose |= backend.shares_views_with(user)
    return User.objects.filter(whose).order_by()
