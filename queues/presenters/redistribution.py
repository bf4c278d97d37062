"""How the handing on of a person's leads reads: how many go to whom, and which stay (F9)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.people import display_name
from queues.actions.dispatch.redistribution import HandedOn
from routing.models import Assignment, Rep, Rotation
from routing.presenters.turns import skip_words
from routing.queries.rotation.overview import line_of

MOST_NAMED = 10


def spread(given: Sequence[Assignment]) -> list[tuple[str, int]]:
    """Whom they go to, by name, and how many; most first."""
    counts = Counter(each.holder_id for each in given)
    people = User.objects.in_bulk(counts)
    rows = [(display_name(people[pk]), count) for pk, count in counts.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def given_words(found: HandedOn, rep: Rep, through: Rotation) -> str:
    """What went on, after it did."""
    text = ngettext(
        "%(n)s lead of %(name)s went on through %(rotation)s: %(whom)s.",
        "%(n)s leads of %(name)s went on through %(rotation)s: %(whom)s.",
        len(found.given),
    )
    whom = ", ".join(_("%(name)s %(n)s") % {"name": name, "n": count} for name, count in spread(found.given))
    return text % {"n": len(found.given), "name": rep, "rotation": through.name, "whom": whom}


def stayed_words(found: HandedOn, rep: Rep) -> str:
    """Which leads nobody could be given, by name."""
    text = ngettext(
        "%(n)s stays with %(name)s, as nobody there can be given it: %(leads)s.",
        "%(n)s stay with %(name)s, as nobody there can be given them: %(leads)s.",
        len(found.stayed),
    )
    names = [each.lead.label for each in found.stayed[:MOST_NAMED]]
    if len(found.stayed) > MOST_NAMED:
        names.append(_("and %(n)s more") % {"n": len(found.stayed) - MOST_NAMED})
    return text % {"n": len(found.stayed), "name": rep, "leads": ", ".join(names)}


def left_words(found: HandedOn) -> str:
    """More than one go takes."""
    text = ngettext("%(n)s more is left for another go.", "%(n)s more are left for another go.", found.left)
    return text % {"n": found.left}


def why_nobody(through: Rotation, *, at: datetime) -> list[tuple[str, str]]:
    """Who of the rotation can take no turn now, and why; managers may know."""
    members, _coming = line_of(through, at=at)
    return [(str(each.rep), skip_words(each.reason, each.until)) for each in members if each.reason]
