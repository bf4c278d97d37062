"""Reads what a rotation can give out now: how many leads, and which place each member has in line (C5, F6)."""

from datetime import datetime

from routing.decisions.rotation.turns import in_line
from routing.models import Rep, Rotation
from routing.queries.rotation.state import candidates, line_of


def possible_turns(rotation: Rotation, *, at: datetime) -> int | None:
    """How many leads this rotation would give out now; None is no limit, 0 that nobody can be given one."""
    if rotation.when_nobody != Rotation.WhenNobody.HOLD:
        return None
    rooms = [member.room for member in candidates(rotation, at=at) if not member.skip_reason]
    return None if None in rooms else sum(max(room, 0) for room in rooms)


def places_in_line(rep: Rep, *, at: datetime) -> list[dict]:
    """This rep's place in each of his or her rotations (C5): name, place (None when passed over), how many."""
    found = []
    rotations = Rotation.objects.filter(members__rep=rep, is_active=True).order_by("name", "pk").distinct()
    for rotation in rotations:
        line = in_line(line_of(rotation, at=at))
        place = line.index(rep.pk) + 1 if rep.pk in line else None
        found.append({"rotation": rotation, "place": place, "of": len(line)})
    return found
