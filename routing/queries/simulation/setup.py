"""Reads what a simulation needs to know of a rotation beside its state (F11, F11b)."""

from routing.decisions.rotation.state import RotationState
from routing.decisions.simulation.trial import SimulationSetup
from routing.models import Rep, Rotation
from routing.queries.rotation.state import skipped_turn_policy


def simulation_setup(rotation: Rotation, state: RotationState) -> SimulationSetup:
    return SimulationSetup(
        state=state,
        policy=skipped_turn_policy(rotation),
        assigns_anyway=rotation.when_nobody == Rotation.WhenNobody.ANYWAY,
        fallback=_active_fallback(rotation),
    )


def rep_names(rep_ids: set[int]) -> dict[int, str]:
    return {rep.pk: str(rep) for rep in Rep.objects.filter(pk__in=rep_ids).select_related("user").order_by("pk")}


def _active_fallback(rotation: Rotation) -> int | None:
    if rotation.when_nobody != Rotation.WhenNobody.FALLBACK:
        return None
    active = Rep.objects.filter(pk=rotation.fallback_id, user__is_active=True)
    return active.values_list("pk", flat=True).first()
