"""Who a message is for: sales ops, leadership, managers (I1)."""

from django.contrib.auth import get_user_model

from routing.models import Team
from routing.queries.people import manager_ids
from routing.roles import LEADERSHIP

OPERATES = "queues.operate_queue"


def ops_ids() -> list[int]:
    """Active people with the permission of sales ops."""
    people = get_user_model().objects.with_perm(
        OPERATES, backend="routing.backends.RoutingBackend", include_superusers=False
    )
    return list(people.filter(is_active=True).order_by("pk").values_list("pk", flat=True))


def leadership_ids() -> list[int]:
    """Active people of the group Leadership."""
    people = get_user_model().objects.filter(groups__name=LEADERSHIP, is_active=True)
    return list(people.order_by("pk").values_list("pk", flat=True))


def all_manager_ids() -> list[int]:
    """All active managers: for queues without a team."""
    return manager_ids(Team.objects.values_list("pk", flat=True).order_by("pk"))
