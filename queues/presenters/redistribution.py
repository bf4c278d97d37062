"""Messages about the redistribution of a rep's leads: how many go to whom, and which stay (F9)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.people import display_name
from queues.actions.dispatch.redistribution import Redistribution
from routing.models import Assignment, Rep, Rotation
from routing.presenters.turns import skip_text
from routing.queries.rotation.overview import rotation_overview

MAX_NAMED = 10


def leads_per_person(given: Sequence[Assignment]) -> list[tuple[str, int]]:
    """How many leads go to whom, by name; the most first."""
    counts = Counter(each.holder_id for each in given)
    people = User.objects.in_bulk(counts)
    rows = [(display_name(people[pk]), count) for pk, count in counts.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def redistributed_message(found: Redistribution, rep: Rep, through: Rotation) -> str:
    """What was redistributed."""
    text = ngettext(
        "%(n)s lead of %(name)s was redistributed through %(rotation)s: %(whom)s.",
        "%(n)s leads of %(name)s were redistributed through %(rotation)s: %(whom)s.",
        len(found.given),
    )
    whom = ", ".join(_("%(name)s %(n)s") % {"name": name, "n": count} for name, count in leads_per_person(found.given))
    return text % {"n": len(found.given), "name": rep, "rotation": through.name, "whom": whom}


def not_redistributed_message(found: Redistribution, rep: Rep) -> str:
    """Which leads stay because nobody could be given them."""
    text = ngettext(
        "%(n)s lead stays with %(name)s, because nobody can take it now: %(leads)s.",
        "%(n)s leads stay with %(name)s, because nobody can take them now: %(leads)s.",
        len(found.stayed),
    )
    names = [each.lead.label for each in found.stayed[:MAX_NAMED]]
    if len(found.stayed) > MAX_NAMED:
        names.append(_("and %(n)s more") % {"n": len(found.stayed) - MAX_NAMED})
    return text % {"n": len(found.stayed), "name": rep, "leads": ", ".join(names)}


def remaining_message(found: Redistribution) -> str:
    """How many leads are left for another time."""
    text = ngettext(
        "%(n)s more lead is left. Do it again for the rest.",
        "%(n)s more leads are left. Do it again for the rest.",
        found.left,
    )
    return text % {"n": found.left}


def skipped_members(through: Rotation, *, at: datetime) -> list[tuple[str, str]]:
    """Which members of the rotation can take no turn now, and why; shown to managers only."""
    members, _coming = rotation_overview(through, at=at)
    return [(str(each.rep), skip_text(each.reason, each.until)) for each in members if each.reason]
