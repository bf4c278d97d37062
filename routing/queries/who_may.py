"""The people whom somebody asks for what only sales ops may do (M6)."""

from collections.abc import Sequence

from django.contrib.auth.models import User

from routing.roles import SALES_OPS

MOST = 3


def whom_to_ask() -> Sequence[User]:
    """Up to three active people of sales ops; where there are none, administrators."""
    active = User.objects.filter(is_active=True).order_by("first_name", "last_name", "pk")
    return list(active.filter(groups__name=SALES_OPS)[:MOST]) or list(active.filter(is_superuser=True)[:MOST])
