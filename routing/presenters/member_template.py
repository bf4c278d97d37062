"""A file of members to fill in, or with the members that a rotation has; its titles are those that are guessed."""

from collections.abc import Iterator, Sequence

from routing.models import Rotation, RotationMember

TEMPLATE_TITLES = (
    "Rotation",
    "Name",
    "E-mail",
    "Weight",
    "Order",
    "Cap per hour",
    "Cap per day",
    "Cap per week",
    "Cap per month",
    "Active",
)
_EXAMPLES = (
    ("SMB", "Rina Hartono", "rina@example.com", "1", "1", "", "8", "", "", "yes"),
    ("SMB", "Budi Santoso", "budi@example.com", "0.5", "2", "", "4", "", "", "yes"),
)


def template_rows(rotation: Rotation | None) -> Iterator[Sequence[object]]:
    if rotation is None:
        yield from _EXAMPLES
        return
    rows = RotationMember.objects.filter(rotation=rotation).select_related("rep__user").order_by("position", "pk")
    for place, member in enumerate(rows, start=1):
        yield (
            rotation.name,
            str(member.rep),
            member.rep.user.email,
            f"{member.weight.normalize():f}",
            place,
            member.cap_hour,
            member.cap_day,
            member.cap_week,
            member.cap_month,
            "no" if member.is_paused else "yes",
        )
