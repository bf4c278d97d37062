"""Presents a replay of past leads: a summary, fairness, rep by rep, and the leads that would go elsewhere (F11b)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import decimals, number
from routing.decisions.fairness import Level, Verdict
from routing.decisions.rotation.state import TurnKind
from routing.decisions.rotation.strategies.by_room import room_reason
from routing.models import Rotation
from routing.presenters.fairness import SIGNS, not_judged_sentence
from routing.presenters.room import room_text
from routing.queries.simulation.replay import ComparedLead, ReplayReport

MAX_SHOWN = 50


@dataclass(frozen=True, slots=True)
class RepRow:
    """One rep, at the time and in the replay."""

    name: str
    had: int
    gets: int
    difference: str
    had_value: int
    gets_value: int
    breaches: int
    would_breach: str


@dataclass(frozen=True, slots=True)
class LeadRow:
    number: int
    pk: int
    lead: str
    at: datetime
    value: int
    went: str
    goes: str
    why: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """The verdict on what happened, or on the replay."""

    title: str
    sign: str
    sentence: str


def summary(report: ReplayReport, *, days: int) -> str:
    """'Of 20 leads of the last 30 days, 3 would have gone to somebody else.'"""
    count = len(report.leads)
    words = {"n": number(count), "days": days, "moved": number(report.moved), "waits": number(report.waits)}
    if not report.waits:
        text = ngettext(
            "Of %(n)s lead of the last %(days)s days, %(moved)s would have gone to somebody else.",
            "Of %(n)s leads of the last %(days)s days, %(moved)s would have gone to somebody else.",
            count,
        )
        return text % words
    text = ngettext(
        "Of %(n)s lead of the last %(days)s days, %(moved)s would have gone to somebody else "
        "and %(waits)s would have waited.",
        "Of %(n)s leads of the last %(days)s days, %(moved)s would have gone to somebody else "
        "and %(waits)s would have waited.",
        count,
    )
    return text % words


def verdict_rows(report: ReplayReport) -> list[VerdictRow]:
    then, now = _("As it was"), _("In the replay")
    if report.goes_by_room:
        return [_verdict_row(then, report.then, report), VerdictRow(now, "off", not_judged_sentence())]
    return [_verdict_row(then, report.then, report), _verdict_row(now, report.now, report)]


def rep_rows(report: ReplayReport) -> list[RepRow]:
    rows = [
        RepRow(
            name=report.names.get(each.rep, ""),
            had=each.had,
            gets=each.gets,
            difference=f"{each.gets - each.had:+d}" if each.gets != each.had else "0",
            had_value=each.had_value,
            gets_value=each.gets_value,
            breaches=each.breaches,
            would_breach=decimals(each.would_breach),
        )
        for each in report.reps
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def lead_rows(report: ReplayReport, leads: Sequence[ComparedLead]) -> list[LeadRow]:
    return [
        LeadRow(
            number=each.turn,
            pk=each.lead.pk,
            lead=each.lead.label,
            at=each.at,
            value=each.value,
            went=report.names.get(each.went_to, ""),
            goes="" if each.goes_to is None else report.names.get(each.goes_to, _("the fallback person")),
            why=_reason_text(each),
            is_same=each.is_same,
        )
        for each in leads
    ]


def moved_lead_rows(report: ReplayReport) -> list[LeadRow]:
    """The first leads that would not have gone where they went."""
    return lead_rows(report, [each for each in report.leads if not each.is_same][:MAX_SHOWN])


def value_name(rotation: Rotation) -> str:
    is_deal = rotation.way == Rotation.Strategy.VALUE and rotation.value_of == Rotation.ValueOf.DEAL
    return _("Deal size") if is_deal else _("Score")


def _verdict_row(title: str, verdict: Verdict, report: ReplayReport) -> VerdictRow:
    worst = verdict.worst
    if verdict.level == Level.IDEAL or worst is None or not worst.off:
        return VerdictRow(
            title, SIGNS[verdict.level], _("Fair: everybody has what was due, as far as whole leads allow.")
        )
    words = {"name": report.names.get(worst.share.rep_id, ""), "n": decimals(abs(worst.off))}
    if worst.off > 0:
        return VerdictRow(title, SIGNS[verdict.level], _("%(name)s is %(n)s above what was due.") % words)
    return VerdictRow(title, SIGNS[verdict.level], _("%(name)s is %(n)s below what was due.") % words)


def _reason_text(each: ComparedLead) -> str:
    if (reason := room_reason(each.simulated.pick)) is not None:
        return room_text(each.simulated.pick.state.strategy, reason.room)
    return {
        TurnKind.OWED: _("an owed turn"),
        TurnKind.ANYWAY: _("nobody was available, assigned anyway"),
        TurnKind.FALLBACK: _("nobody was available, it goes to the fallback person"),
        TurnKind.WAITS: _("nobody was available, it waits"),
    }.get(each.simulated.kind, _("in turn"))
