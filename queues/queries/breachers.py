"""Who let the first contact of a lead run out (D2)."""

from routing.models import Assignment


def breachers(lead_id: int) -> frozenset[int]:
    """The users in whose hands a contact limit of this lead ran out, now or ever before."""
    missed = Assignment.objects.filter(lead=lead_id, breaches__gt=0)
    return frozenset(missed.values_list("holder", flat=True).order_by("holder"))
