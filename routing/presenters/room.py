"""Presents how much room a member has, where leads go by free capacity or by open leads."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from routing.models import Rotation

MOST_FREE = Rotation.Strategy.MOST_FREE


def room_title(rotation: Rotation) -> str:
    """The name of the column that says how much room each member has; "" where leads do not go by it."""
    titles: dict[str, str] = {MOST_FREE: _("Places free"), Rotation.Strategy.FEWEST_OPEN: _("Open leads")}
    return titles.get(rotation.way, "")


def room_text(way: str, room: int) -> str:
    """Why a lead goes to this member: '15 places free, the most', '3 open leads, the fewest'."""
    words = {"n": number(abs(room))}
    if way != MOST_FREE:
        return ngettext("%(n)s open lead, the fewest", "%(n)s open leads, the fewest", -room) % words
    if room <= 0:
        return _("just at the capacity, and nobody has a place free")
    return ngettext("%(n)s place free, the most", "%(n)s places free, the most", room) % words


def room_sentence(way: str, name: str, room: Sequence, *, names_other: bool) -> str:
    """Why the member got a lead. `room` is what the member had, what the next one in line had, and the name of that
    one; or the first alone. The other one is named only to those who may know."""
    own = _own(way, name, room[0])
    if len(room) < 3 or (way == MOST_FREE and room[0] <= 0):
        return own
    _mine, others, other = room
    if others == room[0] and names_other:
        return f"{own} " + _("%(other)s had as many, and stands later in the line.") % {"other": other}
    if others == room[0]:
        return f"{own} " + _("Somebody else had as many, and stands later in the line.")
    return f"{own} " + _("%(other)s had %(n)s.") % {"other": other, "n": number(abs(others))} if names_other else own


def _own(way: str, name: str, room: int) -> str:
    words = {"name": name, "n": number(abs(room))}
    if way != MOST_FREE:
        text = ngettext(
            "%(name)s had %(n)s open lead, the fewest.", "%(name)s had %(n)s open leads, the fewest.", -room
        )
        return text % words
    if room <= 0:
        return _("%(name)s was just at the capacity, and nobody had a place free.") % words
    text = ngettext("%(name)s had %(n)s place free, the most.", "%(name)s had %(n)s places free, the most.", room)
    return text % words
