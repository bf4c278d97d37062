"""Words the weekly letter: share against due, and what counted, in plain sentences (K7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import NO_BREAK_SPACE, amount, trimmed
from routing.models import Rotation
from routing.presenters.turns import skip_text

Way = Rotation.Strategy
BY_ROOM = (Way.MOST_FREE, Way.FEWEST_OPEN)


@dataclass(frozen=True, slots=True)
class RotationPart:
    """What a letter says about one rotation: the share first, then what counted; `sign` is ok, warn or off."""

    rotation_id: int
    name: str
    sign: str
    says: str
    because: tuple[str, ...]
    got: int = 0
    is_member: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)


def days_of_week(week: date) -> str:
    """'16 – 22 Nov 2026'."""
    last = week + timedelta(days=6)
    form = "j" if (week.year, week.month) == (last.year, last.month) else "j M" if week.year == last.year else "j M Y"
    return f"{date_format(week, form)} – {date_format(last, 'j M Y')}".replace(" ", NO_BREAK_SPACE)


def letter_message(details: Mapping[str, Any]) -> str:
    """The one sentence in the inbox, from the sums that the message carries."""
    leads = details.get("leads", 0)
    parts = []
    if details.get("has_due"):
        given = details.get("given", 0)
        text = ngettext(
            "Last week rotations gave you %(given)s lead, and your due was %(due)s.",
            "Last week rotations gave you %(given)s leads, and your due was %(due)s.",
            _plural(given),
        )
        parts.append(text % {"given": lead_number(given), "due": lead_number(details.get("due", 0))})
    elif leads:
        parts.append(ngettext("Last week you got %(n)s lead.", "Last week you got %(n)s leads.", leads) % {"n": leads})
    if details.get("asks"):
        parts.append(_("Two questions about how leads are shared out wait for you."))
    return " ".join(parts) or _("Your letter about last week is there.")


def letter_opening(facts: Mapping[str, Any]) -> str:
    """What the week brought, over all."""
    rotations, taken, other = facts.get("rotations", ()), facts.get("taken", 0), facts.get("other", 0)
    given = sum(each["got"] for each in rotations)
    if not rotations and not taken and not other:
        return _("You were in no rotation and got no lead in this week.")
    words = [
        ngettext("%(n)s lead came to you from rotations.", "%(n)s leads came to you from rotations.", given)
        % {"n": given}
        if rotations
        else _("You are in no rotation.")
    ]
    if taken:
        text = ngettext(
            "You took %(n)s lead from a queue yourself, which moves no turn.",
            "You took %(n)s leads from queues yourself, which moves no turn.",
            taken,
        )
        words.append(text % {"n": taken})
    if other:
        text = ngettext(
            "%(n)s lead came in another way: by hand, from a colleague or from an own account.",
            "%(n)s leads came in other ways: by hand, from colleagues or from own accounts.",
            other,
        )
        words.append(text % {"n": other})
    return " ".join(words)


def letter_parts(facts: Mapping[str, Any]) -> list[RotationPart]:
    """`facts` of each part are its numbers, for files."""
    return [
        replace(_part(each), got=each["got"], is_member=each.get("is_member", True), facts=each)
        for each in facts.get("rotations", ())
    ]


def letter_lines(facts: Mapping[str, Any], week: date) -> list[str]:
    """The letter as plain text, for mail: one paragraph each."""
    lines = [_("Your week %(days)s.") % {"days": days_of_week(week)}, letter_opening(facts)]
    lines += [" ".join([part.says, *part.because]) for part in letter_parts(facts)]
    return [line.replace(NO_BREAK_SPACE, " ") for line in lines]


def lead_number(value: float) -> str:
    """Whole numbers without a decimal: 7, 6.8."""
    return amount(value, whole=True)


def _plural(value: float) -> int:
    """For ngettext, which knows whole numbers only."""
    return 1 if value == 1 else 2


def _part(each: Mapping[str, Any]) -> RotationPart:
    words = {"name": each["name"], "given": lead_number(each["given"]), "due": lead_number(each["due"])}
    because = tuple(filter(None, [_passed(each), _weight(each), *_lines(each), _owed(each)]))
    if not each["turns"]:
        return RotationPart(each["id"], each["name"], "off", _("%(name)s took no turn.") % words, because)
    if each["way"] in BY_ROOM:
        text = ngettext(
            "%(name)s gave you %(given)s lead. It gives leads to who has the most room, so nothing is due.",
            "%(name)s gave you %(given)s leads. It gives leads to who has the most room, so nothing is due.",
            _plural(each["given"]),
        )
        return RotationPart(each["id"], each["name"], "off", text % words, because)
    if each["way"] == Way.VALUE:
        share = _("%(name)s gave you leads worth %(given)s, and your due was %(due)s.")
    else:
        share = ngettext(
            "%(name)s gave you %(given)s lead, and your due was %(due)s.",
            "%(name)s gave you %(given)s leads, and your due was %(due)s.",
            _plural(each["given"]),
        )
    return RotationPart(
        each["id"], each["name"], "ok" if each["is_fair"] else "warn", f"{share % words} {_verdict(each)}", because
    )


def _verdict(each: Mapping[str, Any]) -> str:
    off = each["given"] - each["due"]
    if each["is_fair"]:
        return _("That is your share, as near as whole leads allow.")
    if off > 0:
        return _("That is %(n)s more than your share.") % {"n": lead_number(off)}
    return _("That is %(n)s less than your share. Rotations make up for it by themselves.") % {"n": lead_number(-off)}


def _passed(each: Mapping[str, Any]) -> str:
    """Absences and limits: for how many turns, and why."""
    count = sum(each["passed"].values())
    if not count:
        return ""
    text = ngettext(
        "You were passed over for %(n)s of its %(turns)s turns: %(why)s.",
        "You were passed over for %(n)s of its %(turns)s turns: %(why)s.",
        count,
    )
    why = ", ".join(_("%(reason)s (%(n)s)") % {"reason": skip_text(key), "n": n} for key, n in each["passed"].items())
    return text % {"n": count, "turns": each["turns"], "why": why}


def _weight(each: Mapping[str, Any]) -> str:
    if not each["has_weights"]:
        return ""
    text = _("Your weight was %(mine)s of %(all)s.")
    return text % {"mine": trimmed(each["weight"]), "all": trimmed(each["weights"])}


def _lines(each: Mapping[str, Any]) -> list[str]:
    """What the ledger wrote for this rep beside plain turns."""
    lines = each["lines"]
    texts = {
        "credit": lambda n: ngettext("%(n)s turn was given back to you.", "%(n)s turns were given back to you.", n),
        "back": lambda n: ngettext(
            "%(n)s turn is made up to you after an absence.", "%(n)s turns are made up to you after an absence.", n
        ),
        "catch_up": lambda n: ngettext(
            "Sales ops gave you %(n)s turn ahead of the others.",
            "Sales ops gave you %(n)s turns ahead of the others.",
            n,
        ),
        "counted": lambda n: ngettext(
            "%(n)s lead from elsewhere counted as a turn.", "%(n)s leads from elsewhere counted as turns.", n
        ),
    }
    return [text(lines[kind]) % {"n": lines[kind]} for kind, text in texts.items() if lines.get(kind, 0) > 0]


def _owed(each: Mapping[str, Any]) -> str:
    if each["owed"] <= 0:
        return ""
    text = ngettext("%(n)s turn is still owed to you.", "%(n)s turns are still owed to you.", each["owed"])
    return text % {"n": each["owed"]}
