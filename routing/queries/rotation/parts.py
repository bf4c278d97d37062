"""Reads what part of the leads the weight of each member comes to (F4)."""

from fractions import Fraction

from routing.decisions.rotation.state import WEIGHT_ONE
from routing.decisions.rotation.weights import shares_of
from routing.models import Rotation, RotationMember


def parts_of_leads(rotation: Rotation) -> dict[int, Fraction]:
    """By member, without those who are paused or deactivated: while all others are available."""
    rows = RotationMember.objects.filter(rotation=rotation, is_paused=False, weight__gt=0, rep__user__is_active=True)
    weights = {pk: int(weight * WEIGHT_ONE) for pk, weight in rows.order_by("pk").values_list("pk", "weight")}
    return dict(zip(weights, shares_of(weights.values()), strict=True))
