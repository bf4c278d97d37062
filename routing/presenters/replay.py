"""How a replay of past leads reads: the sentence, fairness, rep by rep, and which leads would go elsewhere (F11b)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from routing.decisions.fairness import Level, Verdict
from routing.decisions.simulation.replay import OWED
from routing.decisions.simulation.trial import ANYWAY, STAND_IN, WAITS
from routing.models import Rotation
from routing.presenters.fairness import SIGNS
from routing.queries.simulation.replay import Compared, Replayed

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class SumRow:
    """One rep, then and in the replay, as shown."""

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
class Judgement:
    """Then, or in the replay."""

    title: str
    sign: str
    sentence: str


def summary(found: Replayed, *, days: int) -> str:
    count = len(found.cases)
    of = ngettext("Of %(n)s lead of the last %(days)s days", "Of %(n)s leads of the last %(days)s days", count) % {
        "n": number(count),
        "days": days,
    }
    moved = ngettext(
        "%(n)s would have gone to somebody else", "%(n)s would have gone to somebody else", found.moved
    ) % {"n": number(found.moved)}
    if not found.waits:
        return _("%(of)s, %(moved)s.") % {"of": of, "moved": moved}
    waits = ngettext("%(n)s would have waited", "%(n)s would have waited", found.waits) % {"n": number(found.waits)}
    return _("%(of)s, %(moved)s and %(waits)s.") % {"of": of, "moved": moved, "waits": waits}


def judgements(found: Replayed) -> list[Judgement]:
    return [
        _judgement(_("As it was"), found.then, found),
        _judgement(_("In the replay"), found.now, found),
    ]


def sum_rows(found: Replayed) -> list[SumRow]:
    rows = [
        SumRow(
            name=found.names.get(each.rep, ""),
            had=each.had,
            gets=each.gets,
            difference=f"{each.gets - each.had:+d}" if each.gets != each.had else "0",
            had_value=each.had_value,
            gets_value=each.gets_value,
            breaches=each.breaches,
            would_breach=f"{float(each.would_breach):.1f}",
        )
        for each in found.sums
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def lead_rows(found: Replayed, cases: Sequence[Compared]) -> list[LeadRow]:
    return [
        LeadRow(
            number=each.turn,
            pk=each.lead.pk,
            lead=each.lead.label,
            at=each.at,
            value=each.value,
            went=found.names.get(each.went_to, ""),
            goes="" if each.goes_to is None else found.names.get(each.goes_to, _("the fallback person")),
            why=_why(each),
            is_same=each.is_same,
        )
        for each in cases
    ]


def elsewhere(found: Replayed) -> list[LeadRow]:
    """The first of those that would not have gone where they went."""
    return lead_rows(found, [each for each in found.cases if not each.is_same][:MOST_SHOWN])


def value_name(rotation: Rotation) -> str:
    is_deal = rotation.way == Rotation.Way.VALUE and rotation.value_of == Rotation.ValueOf.DEAL
    return _("Deal size") if is_deal else _("Score")


def _judgement(title: str, verdict: Verdict, found: Replayed) -> Judgement:
    worst = verdict.worst
    if verdict.level == Level.IDEAL or worst is None or not worst.off:
        return Judgement(
            title, SIGNS[verdict.level], _("Fair: everybody has what was due, as far as whole leads allow.")
        )
    words = {"name": found.names.get(worst.share.rep_id, ""), "n": f"{abs(float(worst.off)):.1f}"}
    if worst.off > 0:
        return Judgement(title, SIGNS[verdict.level], _("%(name)s is %(n)s above what was due.") % words)
    return Judgement(title, SIGNS[verdict.level], _("%(name)s is %(n)s below what was due.") % words)


def _why(each: Compared) -> str:
    return {
        OWED: _("made good"),
        ANYWAY: _("nobody was available, assigned anyway"),
        STAND_IN: _("nobody was available, the fallback person stands in"),
        WAITS: _("nobody was available, it waits"),
    }.get(each.step.kind, _("in turn"))
