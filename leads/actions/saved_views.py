"""Keep a view of a list under a name, change it, take it away and bring it back (M8)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from leads.models import SavedView
from leads.queries.saved_views import MOST, own_views


class NameIsTaken(Exception):
    """This person has a view of this list with this name."""


class TooManyViews(Exception):
    """This person has as many views of this list as one may have."""


@transaction.atomic
def save_view(page: str, *, name: str, query: str, by: User, at: datetime) -> SavedView:
    """A view of the same name that shows the same is the answer to a second press. Raises NameIsTaken, TooManyViews."""
    known = _standing(by, page)
    same = _named(known, name).first()
    if same is not None and same.query == query:
        return same
    if same is not None:
        raise NameIsTaken
    if known.count() >= MOST:
        raise TooManyViews
    return SavedView.objects.create(user=by, page=page, name=name, query=query, made_at=at)


@transaction.atomic
def rename_view(view: SavedView, *, name: str) -> None:
    """Raises NameIsTaken."""
    if _named(_standing(view.user, view.page), name).exclude(pk=view.pk).exists():
        raise NameIsTaken
    _change(view, name=name)


@transaction.atomic
def change_view(view: SavedView, *, query: str) -> None:
    """From now on it shows this."""
    _change(view, query=query)


@transaction.atomic
def set_default(view: SavedView, *, is_default: bool) -> None:
    """The list opens with it, and with no other one; or as it stands for everybody."""
    _standing(view.user, view.page).filter(is_default=True).update(is_default=False)
    _change(view, is_default=is_default)


@transaction.atomic
def share_view(view: SavedView, *, is_shared: bool) -> None:
    """The view checks who may."""
    _change(view, is_shared=is_shared)


@transaction.atomic
def remove_view(view: SavedView, *, at: datetime) -> None:
    """It can be brought back for a while: of each list as many removed ones stay as one may have."""
    _standing(view.user, view.page)
    SavedView.objects.filter(pk=view.pk, removed_at=None).update(removed_at=at)
    removed = own_views(view.user).filter(page=view.page).exclude(removed_at=None).order_by("-removed_at", "-pk")
    SavedView.objects.filter(pk__in=list(removed.values_list("pk", flat=True)[MOST:])).delete()


@transaction.atomic
def bring_back(view: SavedView) -> None:
    """As it was; the default again only if no other one is by now. Raises NameIsTaken, TooManyViews."""
    known = _standing(view.user, view.page)
    if known.filter(pk=view.pk).exists():
        return
    if _named(known, view.name).exists():
        raise NameIsTaken
    if known.count() >= MOST:
        raise TooManyViews
    is_default = view.is_default and not known.filter(is_default=True).exists()
    SavedView.objects.filter(pk=view.pk).update(removed_at=None, is_default=is_default)


def _standing(user: User, page: str) -> QuerySet[SavedView]:
    """The views of a person and a list, locked until the end of the transaction."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return own_views(user).filter(page=page, removed_at=None)


def _named(views: QuerySet[SavedView], name: str) -> QuerySet[SavedView]:
    """As the constraint compares names."""
    return views.alias(small=Lower("name")).filter(small=Lower(Value(name)))


def _change(view: SavedView, **fields: object) -> None:
    SavedView.objects.filter(pk=view.pk, removed_at=None).update(**fields)
