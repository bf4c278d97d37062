"""Presents what the leads of a rotation were worth and what became of them: a row for each rep, sentences, what helps
(H1, H2)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import decimals, number, percent
from routing.decisions.fairness import Level
from routing.decisions.rotation.state import Strategy
from routing.decisions.value_fairness import ENOUGH_RESULTS, JudgedValue, LeadSums, RateSpread
from routing.models import Rotation
from routing.presenters.fairness import SIGNS, is_judged
from routing.queries.fairness import FairnessReport

FAIR = (Level.IDEAL, Level.ACCEPTABLE)


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One rep: leads beside points, and what became of the leads; `level` is the sign of the points."""

    rep_id: int
    name: str
    leads: str
    points: str
    due: str
    each: str
    level: str
    deals: str
    deals_of: str
    known: str
    conversion: str
    win_rate: str


@dataclass(frozen=True, slots=True)
class ValueSummary:
    """A sentence on the value, one on the results, each with what would narrow it; empty where nothing can be said."""

    sign: str
    sentence: str
    helps: str
    results_sign: str
    results: str
    results_help: str


def value_rows(report: FairnessReport, *, results_of: Collection[int] | None = None) -> dict[int, ValueRow]:
    """By rep. `results_of`: the reps whose conversion the reader may see; None for all."""
    return {
        row.rep_id: _value_row(row, report, shows_results=results_of is None or row.rep_id in results_of)
        for row in report.value.rows
    }


def value_summary(report: FairnessReport, rotation: Rotation, *, shows_results: bool) -> ValueSummary:
    sign, sentence, helps = _value(report, rotation)
    results = _results(report) if shows_results and report.turns else ("", "", "")
    return ValueSummary(sign, sentence, helps, *results)


def _value_row(row: JudgedValue, report: FairnessReport, *, shows_results: bool) -> ValueRow:
    sums = row.sums
    return ValueRow(
        rep_id=row.rep_id,
        name=str(report.reps[row.rep_id]),
        leads=number(sums.leads),
        points=number(sums.points) if sums.scored else _("n/a"),
        due=number(round(row.due)),
        each=decimals(sums.points_a_lead),
        level=SIGNS[row.level],
        deals=number(round(sums.deals)) if sums.with_deal else _("n/a"),
        deals_of="" if sums.with_deal == sums.leads else _known_of(sums),
        known=number(sums.with_deal),
        conversion=percent(sums.conversion) if shows_results else "–",
        win_rate=percent(sums.win_rate) if shows_results else "–",
    )


def _known_of(sums: LeadSums) -> str:
    words = {"n": number(sums.with_deal), "of": number(sums.leads)}
    return _("%(n)s of %(of)s known") % words if sums.with_deal else ""


def _value(report: FairnessReport, rotation: Rotation) -> tuple[str, str, str]:
    if not report.turns:
        return "", "", ""
    if rotation.way == Rotation.Strategy.VALUE:
        return "off", _("Value is what this rotation shares, so the verdict above is on value."), ""
    found = report.value
    if found.level in FAIR:
        return "ok", _("The value is fair: no difference in points is larger than chance explains."), ""
    who = " ".join(_points(row, report) for row in (found.most, found.least) if row is not None)
    is_count_fair = is_judged(rotation) and report.verdict.level in FAIR
    says = _("The count is fair, the value is not: %(who)s") if is_count_fair else _("The value is not fair: %(who)s")
    return SIGNS[found.level], says % {"who": who}, _what_narrows(rotation)


def _points(row: JudgedValue, report: FairnessReport) -> str:
    return _("%(name)s got %(points)s points, %(due)s were due.") % {
        "name": report.reps[row.rep_id],
        "points": number(row.sums.points),
        "due": number(round(row.due)),
    }


def _what_narrows(rotation: Rotation) -> str:
    texts = [_("Sharing by value would narrow it: the next lead goes to the member furthest below the share of value.")]
    if Strategy(rotation.way).compares_room:
        texts = [_("Leads go by room here, whatever they are worth. Sharing by value would narrow it.")]
    if rotation.skill:
        texts.append(_("Leads ask for a skill here, so one rotation for each segment would compare like with like."))
    return " ".join(texts)


def _results(report: FairnessReport) -> tuple[str, str, str]:
    spread = report.rates
    if spread is None:
        few = _("Conversion cannot be compared: that takes two reps with %(n)s leads each, and one that was converted.")
        return "off", few % {"n": ENOUGH_RESULTS}, ""
    texts = [_compared(spread, report)]
    if spread.left_out:
        text = ngettext(
            "%(n)s rep with fewer than %(of)s leads is not compared.",
            "%(n)s reps with fewer than %(of)s leads are not compared.",
            spread.left_out,
        )
        texts.append(text % {"n": spread.left_out, "of": ENOUGH_RESULTS})
    if not spread.is_wide:
        return "ok", " ".join(texts), ""
    helps = _("Twice as much or more suggests weights, so that who converts more gets more leads, or training.")
    return "warn", " ".join(texts), helps


def _compared(spread: RateSpread, report: FairnessReport) -> str:
    (best, most), (worst, least) = spread.best, spread.worst
    words = {
        "best": report.reps[best],
        "high": percent(most.conversion),
        "n": number(most.leads),
        "worst": report.reps[worst],
        "low": percent(least.conversion),
        "of": number(least.leads),
    }
    if spread.times is None:
        return _("%(best)s converts %(high)s of %(n)s leads, %(worst)s none of %(of)s.") % words
    words["times"] = decimals(spread.times)
    return _("%(best)s converts %(high)s of %(n)s leads, %(worst)s %(low)s of %(of)s: %(times)s times as much.") % words
