"""Presents the fairness of a rotation: one sentence, the figures behind it, and a row for each rep (H1)."""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import amount, decimals, percent, signed
from routing.decisions.fairness import MAX_ACCEPTABLE, JudgedShare, Level
from routing.decisions.rotation.state import Strategy
from routing.models import Rotation
from routing.queries.fairness import FairnessReport

SIGNS = {Level.IDEAL: "ok", Level.ACCEPTABLE: "ok", Level.WATCH: "warn", Level.PROBLEM: "bad"}


@dataclass(frozen=True, slots=True)
class FairnessSummary:
    """The verdict: a sign, one sentence, one more line, and figures as (label, value)."""

    sign: str
    sentence: str
    more: str
    figures: list[tuple[str, str]]
    alerts: list[str]


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One rep: due, given and the difference as text, and the lengths of the bars in percent of the longest."""

    rep_id: int
    name: str
    due: str
    given: str
    difference: str
    level: str
    due_percent: float
    given_percent: float


def fairness_summary(report: FairnessReport, rotation: Rotation) -> FairnessSummary:
    verdict = report.verdict
    sentence, more = _sentence(report, rotation)
    figures = [
        (_("Widest gap"), _gap(report, rotation)),
        (_("Spread"), percent(verdict.spread, decimals=1)),
        (_("Gini"), decimals(verdict.gini, 3)),
        (_("Gini of the best split"), decimals(verdict.least_gini, 3)),
    ]
    if not is_judged(rotation):
        return FairnessSummary("off", sentence, more, figures, [])
    return FairnessSummary(SIGNS[verdict.level], sentence, more, figures, _alerts(report))


def is_judged(rotation: Rotation) -> bool:
    """Where leads go to who has the most room, equal numbers are not the aim."""
    return not Strategy(rotation.way).compares_room


def not_judged_sentence() -> str:
    return _("Leads go to who has the most room here. Equal numbers are not the aim, so they are not judged.")


def share_rows(report: FairnessReport, rotation: Rotation) -> dict[int, ShareRow]:
    """By rep."""
    longest = max((max(row.share.due, row.share.given) for row in report.verdict.rows), default=0) or 1
    judged = is_judged(rotation)
    return {row.share.rep_id: _share_row(row, report, longest, is_judged=judged) for row in report.verdict.rows}


def _share_row(row: JudgedShare, report: FairnessReport, longest: Fraction | int, *, is_judged: bool) -> ShareRow:
    share = row.share
    return ShareRow(
        rep_id=share.rep_id,
        name=str(report.reps[share.rep_id]),
        due=amount(share.due),
        given=amount(share.given, whole=True),
        difference=signed(share.given - share.due),
        level=SIGNS[row.level] if is_judged else "ok",
        due_percent=float(share.due / longest * 100),
        given_percent=float(share.given / longest * 100),
    )


def _sentence(report: FairnessReport, rotation: Rotation) -> tuple[str, str]:
    verdict, worst = report.verdict, report.verdict.worst
    if not report.turns:
        return _("No turn was taken in this time, so there is nothing to compare."), ""
    if not is_judged(rotation):
        return not_judged_sentence(), _("Due is an equal part of the leads that came while a member could get them.")
    if verdict.level == Level.IDEAL:
        if rotation.way == Rotation.Strategy.VALUE:
            return _("Fair: nobody is a whole lead away from the share of value."), ""
        return (
            _("Fair: nobody is more than one lead from what was due."),
            _("Whole leads cannot be split better.") if not verdict.is_gini_high else "",
        )
    words = {
        "name": report.reps[worst.share.rep_id],
        "off": percent(abs(worst.share_off), decimals=1, limit=MAX_ACCEPTABLE),
        "given": amount(worst.share.given, whole=True),
        "due": amount(worst.share.due),
    }
    if verdict.level == Level.ACCEPTABLE:
        return _("Acceptable: %(name)s was given %(given)s, and %(due)s were due.") % words, _beyond(words)
    if verdict.level == Level.WATCH:
        return _("Watch: %(name)s was given %(given)s, and %(due)s were due.") % words, _beyond(words)
    return _("Not fair: %(name)s was given %(given)s, and %(due)s were due.") % words, _beyond(words)


def _beyond(words: dict[str, object]) -> str:
    says = _(
        "Leads cannot be split, so less than one lead is left out. The rest of the difference is %(off)s of what was "
        "due; up to 5 %% is fine."
    )
    return says % words


def _alerts(report: FairnessReport) -> list[str]:
    """Reps that need attention: far off, or without a lead for a day although leads came (H1)."""
    far = [row for row in report.verdict.rows if row.is_far]
    texts = [
        _("%(name)s is more than half away from what was due: %(given)s of %(due)s.")
        % {
            "name": report.reps[row.share.rep_id],
            "given": amount(row.share.given, whole=True),
            "due": amount(row.share.due),
        }
        for row in far
    ]
    waited = [str(report.reps[row.share.rep_id]) for row in report.verdict.rows if row.share.waited]
    if waited:
        text = ngettext(
            "%(names)s got no lead for 24 hours, although leads came and this rep was available.",
            "%(names)s got no lead for 24 hours, although leads came and these reps were available.",
            len(waited),
        )
        texts.append(text % {"names": ", ".join(waited)})
    return texts


def _gap(report: FairnessReport, rotation: Rotation) -> str:
    gaps = [abs(row.share.given - row.share.due) for row in report.verdict.rows]
    if not report.turns or not gaps:
        return _("n/a")
    unit = _("%(n)s of value") if rotation.way == Rotation.Strategy.VALUE else _("%(n)s leads")
    return unit % {"n": amount(max(gaps))}
