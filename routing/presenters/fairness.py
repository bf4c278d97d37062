"""How fairness reads: one sentence, and the figures behind it (H1)."""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import NO_BREAK_SPACE
from routing.decisions.fairness import Judged, Level
from routing.models import Rotation
from routing.queries.fairness import Fairness

SIGNS = {Level.IDEAL: "ok", Level.ACCEPTABLE: "ok", Level.WATCH: "warn", Level.PROBLEM: "bad"}


@dataclass(frozen=True, slots=True)
class Told:
    """The verdict in words: a sign, one sentence, one line more; figures as (label, value)."""

    sign: str
    sentence: str
    more: str
    figures: list[tuple[str, str]]
    alerts: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One member: due, given and difference as they are shown, and the bars in percent of the longest."""

    rep_id: int
    name: str
    due: str
    given: str
    difference: str
    level: str
    due_percent: float
    given_percent: float


def told(found: Fairness, rotation: Rotation) -> Told:
    verdict = found.verdict
    sentence, more = _sentence(found, rotation)
    figures = [
        (_("Widest gap"), _gap(found, rotation)),
        (_("Spread"), _percent(verdict.spread)),
        (_("Gini"), _("n/a") if verdict.gini is None else f"{verdict.gini:.3f}"),
        (_("Gini of the best split"), _("n/a") if verdict.least_gini is None else f"{verdict.least_gini:.3f}"),
    ]
    return Told(SIGNS[verdict.level], sentence, more, figures, _alerts(found))


def lines(found: Fairness) -> dict[int, Line]:
    """By rep."""
    longest = max((max(row.share.due, row.share.given) for row in found.verdict.rows), default=0) or 1
    return {row.share.rep_id: _line(row, found, longest) for row in found.verdict.rows}


def _line(row: Judged, found: Fairness, longest) -> Line:
    share = row.share
    return Line(
        rep_id=share.rep_id,
        name=str(found.reps[share.rep_id]),
        due=_number(share.due),
        given=_number(share.given, whole=True),
        difference=_signed(share.given - share.due),
        level=SIGNS[row.level],
        due_percent=float(share.due / longest * 100),
        given_percent=float(share.given / longest * 100),
    )


def _sentence(found: Fairness, rotation: Rotation) -> tuple[str, str]:
    verdict, worst = found.verdict, found.verdict.worst
    if not found.turns:
        return _("No turn was taken in this time, so there is nothing to compare."), ""
    if verdict.level == Level.IDEAL:
        if rotation.way == Rotation.Way.VALUE:
            return _("Fair: nobody is a whole lead away from the share of value."), ""
        return (
            _("Fair: nobody is more than one lead from what was due."),
            _("Whole leads cannot be split better.") if not verdict.is_gini_high else "",
        )
    words = {
        "name": found.reps[worst.share.rep_id],
        "off": _percent(abs(float(worst.share_off))),
        "given": _number(worst.share.given, whole=True),
        "due": _number(worst.share.due),
    }
    more = _("%(name)s was given %(given)s, due were %(due)s.") % words
    if verdict.level == Level.ACCEPTABLE:
        return _("Acceptable: nobody is more than 5 %% from what was due.") % (), more
    if verdict.level == Level.WATCH:
        return _("Watch: %(name)s is %(off)s from what was due.") % words, more
    return _("Not fair: %(name)s is %(off)s from what was due.") % words, more


def _alerts(found: Fairness) -> list[str]:
    """What somebody must look at: far off, or nothing for a day although leads came (H1)."""
    far = [row for row in found.verdict.rows if row.is_far]
    texts = [
        _("%(name)s is more than half away from what was due: %(given)s of %(due)s.")
        % {
            "name": found.reps[row.share.rep_id],
            "given": _number(row.share.given, whole=True),
            "due": _number(row.share.due),
        }
        for row in far
    ]
    waited = [str(found.reps[row.share.rep_id]) for row in found.verdict.rows if row.share.waited]
    if waited:
        text = ngettext(
            "%(names)s got no lead for 24 hours, although leads came and he or she was available.",
            "%(names)s got no lead for 24 hours, although leads came and they were available.",
            len(waited),
        )
        texts.append(text % {"names": ", ".join(waited)})
    return texts


def _gap(found: Fairness, rotation: Rotation) -> str:
    gaps = [abs(row.share.given - row.share.due) for row in found.verdict.rows]
    if not found.turns or not gaps:
        return _("n/a")
    unit = _("%(n)s of value") if rotation.way == Rotation.Way.VALUE else _("%(n)s leads")
    return unit % {"n": _number(max(gaps))}


def _percent(share: float | None) -> str:
    return _("n/a") if share is None else f"{share * 100:.1f}{NO_BREAK_SPACE}%"


def _number(value: Fraction | int, *, whole: bool = False) -> str:
    number = float(value)
    text = f"{number:,.0f}" if whole and number == int(number) else f"{number:,.1f}"
    return text.replace(",", NO_BREAK_SPACE)


def _signed(value: Fraction | int) -> str:
    text = _number(abs(value))
    return text if text == "0.0" else f"+{text}" if value > 0 else f"−{text}"
