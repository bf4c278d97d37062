"""Presents a trial of a rotation: lead by lead, the totals, and the five checks with a sentence each (F11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.figures import number, trimmed
from routing.decisions.rotation.state import WEIGHT_ONE, TurnKind
from routing.decisions.rotation.strategies.by_room import room_reason
from routing.decisions.simulation.checks import BY_ROOM, Check, CheckCode, CheckReason, CheckVerdict, sharing_of
from routing.decisions.simulation.trial import MemberTotals, SimulatedTurn
from routing.models import Rotation
from routing.presenters.check_sentences import check_sentence
from routing.presenters.room import room_text
from routing.presenters.turns import skip_text
from routing.queries.simulation.trial import TrialLead, TrialReport, value_of

MAX_NAMES, MAX_PASSED_OVER = 5, 8
TITLES: Mapping[CheckCode, object] = {
    CheckCode.EACH: lazy("Each rep gets at least one"),
    CheckCode.WITHIN: lazy("Nobody is more than one ahead"),
    CheckCode.ASSIGNED: lazy("No lead is left unassigned"),
    CheckCode.WRAPS: lazy("After the last member the list starts again"),
    CheckCode.DEACTIVATED: lazy("A deactivated rep is passed over"),
}
SIGNS = {CheckVerdict.PASSED: "ok", CheckVerdict.NOT_PASSED: "bad", CheckVerdict.NOT_APPLICABLE: "off"}
VERDICTS: Mapping[CheckVerdict, object] = {
    CheckVerdict.PASSED: lazy("Passed"),
    CheckVerdict.NOT_PASSED: lazy("Not passed"),
    CheckVerdict.NOT_APPLICABLE: lazy("Not applicable"),
}


@dataclass(frozen=True, slots=True)
class LeadRow:
    number: int
    lead: str
    pk: int | None
    value: str
    to: str
    reason: str
    passed: Sequence[tuple[str, str]]
    more: int
    then: str

    @property
    def passed_text(self) -> str:
        return "; ".join(f"{name}: {reason}" for name, reason in self.passed)


@dataclass(frozen=True, slots=True)
class MemberRow:
    name: str
    weight: str
    got: int
    owed_given: int
    share: str
    value: str
    state: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    title: str
    verdict: str
    sign: str
    sentence: str


def lead_rows(rotation: Rotation, report: TrialReport) -> list[LeadRow]:
    return [_lead_row(rotation, report.names, *each) for each in zip(report.leads, report.trial.turns, strict=True)]


def member_rows(rotation: Rotation, report: TrialReport) -> list[MemberRow]:
    return [
        MemberRow(
            name=report.names[each.member.rep_id],
            weight=_decimal(Fraction(each.member.weight, WEIGHT_ONE)),
            got=each.got,
            owed_given=each.owed_given,
            share=_share(rotation, report, each),
            value=_value(rotation, each.value),
            state=_state(each),
        )
        for each in report.trial.totals
    ]


def check_rows(report: TrialReport) -> list[CheckRow]:
    return [
        CheckRow(_title(report, each), str(VERDICTS[each.verdict]), SIGNS[each.verdict], _sentence(report, each))
        for each in report.checks
    ]


def summary(report: TrialReport) -> str:
    """'20 leads: 4 checks passed, 1 not applicable.'"""
    count = {verdict: sum(each.verdict == verdict for each in report.checks) for verdict in VERDICTS}
    parts = [
        (CheckVerdict.PASSED, _("%(n)s passed")),
        (CheckVerdict.NOT_PASSED, _("%(n)s not passed")),
        (CheckVerdict.NOT_APPLICABLE, _("%(n)s not applicable")),
    ]
    of = ", ".join(words % {"n": count[verdict]} for verdict, words in parts if count[verdict])
    leads = len(report.leads)
    text = ngettext("%(n)s lead, five checks: %(of)s.", "%(n)s leads, five checks: %(of)s.", leads)
    return text % {"n": number(leads), "of": of}


def value_name(rotation: Rotation) -> str:
    """The name of the value that is shared; empty for a rotation that shares turns."""
    return capfirst(rotation.get_value_of_display()) if rotation.way == Rotation.Strategy.VALUE else ""


def _lead_row(rotation: Rotation, names: Mapping[int, str], lead: TrialLead, turn: SimulatedTurn) -> LeadRow:
    chosen = turn.pick.chosen
    skipped = [each for each in turn.pick.considered if chosen is None or each.member_id != chosen.member_id]
    results = [turn.pick.result_of(each) for each in skipped[:MAX_PASSED_OVER]]
    return LeadRow(
        number=lead.number,
        lead=lead.lead.label if lead.lead.pk else _("Sample %(n)s") % {"n": lead.number},
        pk=lead.lead.pk,
        value=_value(rotation, turn.pick.size),
        to=names[chosen.rep_id] if chosen else "",
        reason=_reason_text(turn),
        passed=[(names[result.rep_id], skip_text(result.reason)) for result in results],
        more=len(skipped) - len(results),
        then=names.get(lead.went_to, ""),
    )


def _reason_text(turn: SimulatedTurn) -> str:
    if turn.kind == TurnKind.WAITS:
        return _("nobody is available: the lead waits")
    if turn.kind == TurnKind.FALLBACK:
        return _("nobody is available: the fallback person")
    if turn.kind == TurnKind.ANYWAY:
        return _("nobody is available: assigned anyway, in turn")
    if turn.kind == TurnKind.OWED:
        return _("an owed turn")
    sharing = sharing_of(turn.pick.state)
    if sharing == CheckReason.VALUE:
        return _("furthest below the share of value")
    if (reason := room_reason(turn.pick)) is not None:
        return room_text(sharing, reason.room)
    if sharing == CheckReason.SMOOTH:
        return _("due soonest by weight")
    if sharing == CheckReason.BLOCKS:
        return _("turn %(n)s of the member's block") % {"n": turn.pick.in_block}
    return _("next in turn")


def _state(each: MemberTotals) -> str:
    if not each.is_able:
        return _("Passed over: %(reason)s") % {"reason": skip_text(each.member.skip_reason)}
    if each.limit_reached:
        return _("Reached a limit on the way: %(reason)s") % {"reason": skip_text(each.limit_reached)}
    return _("Takes turns")


def _share(rotation: Rotation, report: TrialReport, each: MemberTotals) -> str:
    """The member's part by weight of the turns of the list itself, in leads or in value. By room there are no
    shares."""
    if sharing_of(report.trial.state) in BY_ROOM:
        return ""
    if rotation.way == Rotation.Strategy.VALUE:
        return number(round(each.share * (10**6 if rotation.value_of == Rotation.ValueOf.DEAL else 100)))
    return _decimal(each.share)


def _value(rotation: Rotation, size: int) -> str:
    return number(value_of(rotation, size)) if rotation.way == Rotation.Strategy.VALUE else ""


def _decimal(value: Fraction) -> str:
    return trimmed(value, 1)


def _title(report: TrialReport, check: Check) -> str:
    sharing = sharing_of(report.trial.state)
    if check.code != CheckCode.WITHIN or sharing == CheckReason.PLAIN:
        return str(TITLES[check.code])
    if sharing in BY_ROOM:
        return _("Nobody gets a lead while another has more room")
    return _("The value is shared") if sharing == CheckReason.VALUE else _("Everybody is within the share by weight")


def _sentence(report: TrialReport, check: Check) -> str:
    words = {"n": number(check.number), "most": _decimal(check.most), "names": _names(report, check.reps)}
    return check_sentence(check, words | {"leads": number(len(report.leads))})


def _names(report: TrialReport, reps: Sequence[int]) -> str:
    names = ", ".join(report.names[rep] for rep in reps[:MAX_NAMES])
    left = len(reps) - MAX_NAMES
    return _("%(names)s and %(n)s more") % {"names": names, "n": number(left)} if left > 0 else names
