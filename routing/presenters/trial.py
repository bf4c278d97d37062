"""How a trial of a rotation reads: lead by lead, the sums, and the five checks with a sentence each (F11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.figures import number
from routing.decisions.simulation import checks
from routing.decisions.simulation.checks import Check, way_of
from routing.decisions.simulation.trial import ANYWAY, OWED, STAND_IN, WAITS, Step, Sum
from routing.models import Rotation
from routing.presenters.turns import skip_words
from routing.queries.simulation.trial import Tried, TriedLead, value_of

MOST_NAMES, MOST_LOOKS = 5, 8
TITLES: Mapping[str, object] = {
    checks.EACH: lazy("Each rep gets at least one"),
    checks.WITHIN: lazy("Nobody is more than one ahead"),
    checks.ASSIGNED: lazy("No lead is left unassigned"),
    checks.WRAPS: lazy("After the last member the list begins anew"),
    checks.DEACTIVATED: lazy("A deactivated rep is passed over"),
}
SIGNS = {checks.PASSED: "ok", checks.NOT_PASSED: "bad", checks.NOT_APPLICABLE: "off"}
VERDICTS: Mapping[str, object] = {
    checks.PASSED: lazy("Passed"),
    checks.NOT_PASSED: lazy("Not passed"),
    checks.NOT_APPLICABLE: lazy("Not applicable"),
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
class SumRow:
    name: str
    weight: str
    got: int
    made_good: int
    share: str
    value: str
    state: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    title: str
    verdict: str
    sign: str
    sentence: str


def lead_rows(rotation: Rotation, tried: Tried) -> list[LeadRow]:
    return [_lead_row(rotation, tried.names, *each) for each in zip(tried.leads, tried.trial.steps, strict=True)]


def sum_rows(rotation: Rotation, tried: Tried) -> list[SumRow]:
    return [
        SumRow(
            name=tried.names[each.member.rep_id],
            weight=_decimal(Fraction(each.member.weight, 100)),
            got=each.got,
            made_good=each.made_good,
            share=_share(rotation, tried, each),
            value=_value(rotation, each.value),
            state=_state(each),
        )
        for each in tried.trial.sums
    ]


def check_rows(tried: Tried) -> list[CheckRow]:
    return [
        CheckRow(_title(tried, each), str(VERDICTS[each.verdict]), SIGNS[each.verdict], _sentence(tried, each))
        for each in tried.checks
    ]


def summary(tried: Tried) -> str:
    """'20 leads: 4 checks passed, 1 not applicable.'"""
    count = {verdict: sum(each.verdict == verdict for each in tried.checks) for verdict in VERDICTS}
    told = [
        (checks.PASSED, _("%(n)s passed")),
        (checks.NOT_PASSED, _("%(n)s not passed")),
        (checks.NOT_APPLICABLE, _("%(n)s not applicable")),
    ]
    of = ", ".join(words % {"n": count[verdict]} for verdict, words in told if count[verdict])
    leads = len(tried.leads)
    text = ngettext("%(n)s lead, five checks: %(of)s.", "%(n)s leads, five checks: %(of)s.", leads)
    return text % {"n": number(leads), "of": of}


def value_name(rotation: Rotation) -> str:
    """What is shared beside turns; empty where only turns are."""
    return capfirst(rotation.get_value_of_display()) if rotation.way == Rotation.Way.VALUE else ""


def _lead_row(rotation: Rotation, names: Mapping[int, str], lead: TriedLead, step: Step) -> LeadRow:
    chosen = step.pick.chosen
    asked = [each for each in step.pick.asked if chosen is None or each.member_id != chosen.member_id]
    looks = [step.pick.look_at(each) for each in asked[:MOST_LOOKS]]
    return LeadRow(
        number=lead.number,
        lead=lead.lead.label if lead.lead.pk else _("Sample %(n)s") % {"n": lead.number},
        pk=lead.lead.pk,
        value=_value(rotation, step.pick.size),
        to=names[chosen.rep_id] if chosen else "",
        reason=_reason(step),
        passed=[(names[look.rep_id], skip_words(look.reason)) for look in looks],
        more=len(asked) - len(looks),
        then=names.get(lead.went_to, ""),
    )


def _reason(step: Step) -> str:
    if step.kind == WAITS:
        return _("nobody is available: the lead waits")
    if step.kind == STAND_IN:
        return _("nobody is available: the fallback person")
    if step.kind == ANYWAY:
        return _("nobody is available: assigned anyway, in turn")
    if step.kind == OWED:
        return _("a turn that was owed is made good")
    way = way_of(step.pick.line)
    if way == "value":
        return _("furthest below the share of value")
    if way == "smooth":
        return _("due soonest by weight")
    if way == "blocks":
        return _("turn %(n)s of the own block") % {"n": step.pick.in_block}
    return _("next in turn")


def _state(each: Sum) -> str:
    if not each.is_able:
        return _("Passed over: %(reason)s") % {"reason": skip_words(each.member.skip_reason)}
    if each.full:
        return _("Full on the way: %(reason)s") % {"reason": skip_words(each.full)}
    return _("Takes turns")


def _share(rotation: Rotation, tried: Tried, each: Sum) -> str:
    """What the list's turns come to by weight, in leads or in value."""
    if rotation.way == Rotation.Way.VALUE:
        return number(round(each.share * (10**6 if rotation.value_of == Rotation.ValueOf.DEAL else 100)))
    return _decimal(each.share)


def _value(rotation: Rotation, size: int) -> str:
    return number(value_of(rotation, size)) if rotation.way == Rotation.Way.VALUE else ""


def _decimal(value: Fraction) -> str:
    return number_format(round(float(value), 1), decimal_pos=None if value.denominator == 1 else 1).removesuffix(".0")


def _title(tried: Tried, check: Check) -> str:
    way = way_of(tried.trial.line)
    if check.code == checks.WITHIN and way != "plain":
        return _("Everybody is within the share by weight") if way != "value" else _("The value is shared")
    return str(TITLES[check.code])


def _sentence(tried: Tried, check: Check) -> str:
    words = {"n": number(check.number), "most": _decimal(check.most), "names": _names(tried, check.reps)}
    words["leads"] = number(len(tried.leads))
    return SENTENCES[check.code](check, words)


def _names(tried: Tried, reps: Sequence[int]) -> str:
    told = ", ".join(tried.names[rep] for rep in reps[:MOST_NAMES])
    left = len(reps) - MOST_NAMES
    return _("%(names)s and %(n)s more") % {"names": told, "n": number(left)} if left > 0 else told


def _each_words(check: Check, words: dict[str, str]) -> str:
    if check.why == "nobody":
        return _("Nobody can be given a lead now.")
    if check.verdict == checks.PASSED:
        text = ngettext(
            "The one rep who takes turns now has a lead.",
            "All %(n)s who take turns now have a lead.",
            check.number,
        )
        return text % words
    if check.verdict == checks.NOT_APPLICABLE:
        return _("%(leads)s leads are too few for a turn of everybody: %(names)s would come later.") % words
    if check.why == "owed":
        return _("Turns that are owed are made good first; %(names)s would get none of these leads.") % words
    return _("%(names)s would get none of these leads, though due.") % words


def _within_words(check: Check, words: dict[str, str]) -> str:
    if check.why == "nobody":
        return _("Nobody can be given a lead now.")
    if check.why == "alone":
        return _("There are no two reps whose turns could be compared.")
    if check.why == "skills":
        return _("Not everybody can have each of these leads, so that the numbers need not be alike.")
    if check.verdict == checks.NOT_PASSED:
        return _("%(names)s would be too far from the share; the largest distance is %(most)s.") % words
    if check.why == "plain":
        return _("Between the most and the fewest turns of %(n)s reps lies %(most)s.") % words
    if check.why == "value":
        return _("No rep ends up further from the share of value than a large lead explains.") % words
    if check.why == "blocks":
        return _("No rep is more than the own block away from the share; the largest distance is %(most)s.") % words
    text = _("With what was due before, nobody is more than one lead from the share; the distance now is %(most)s.")
    return text % words


def _assigned_words(check: Check, words: dict[str, str]) -> str:
    if check.verdict == checks.NOT_PASSED:
        text = ngettext(
            "%(n)s of %(leads)s leads would wait: nobody is available for it.",
            "%(n)s of %(leads)s leads would wait: nobody is available for them.",
            check.number,
        )
        return text % words
    if check.why == "fallback":
        return _("All leads have an owner; %(n)s of them went to the fallback person.") % words
    return _("All %(leads)s leads have an owner.") % words


def _wraps_words(check: Check, words: dict[str, str]) -> str:
    if check.why == "shares":
        return _("Shares decide who is next here; the list has no end to come to.")
    if check.why == "nobody":
        return _("No turn of the list was taken.")
    if check.verdict == checks.NOT_APPLICABLE:
        return _("%(n)s turns are too few to come to the end of the list.") % words
    if check.verdict == checks.NOT_PASSED:
        return _("The list did not begin anew with the first who could have had the lead.")
    text = ngettext(
        "It began anew once, with the first who could have the lead.",
        "It began anew %(n)s times, each time with the first who could have the lead.",
        check.number,
    )
    return text % words


def _deactivated_words(check: Check, words: dict[str, str]) -> str:
    if check.why == "nobody":
        return _("Nobody got a lead who could be deactivated.")
    if check.verdict == checks.NOT_PASSED:
        return _("Tried again with %(names)s deactivated: leads went there all the same.") % words
    if check.verdict == checks.NOT_APPLICABLE:
        return _("Tried again with %(names)s deactivated: these leads did not come to that turn.") % words
    if check.why == "wait":
        return _("Tried again with %(names)s deactivated: passed over, and %(n)s leads would wait.") % words
    return _("Tried again with %(names)s deactivated: passed over, and the others got the leads.") % words


SENTENCES = {
    checks.EACH: _each_words,
    checks.WITHIN: _within_words,
    checks.ASSIGNED: _assigned_words,
    checks.WRAPS: _wraps_words,
    checks.DEACTIVATED: _deactivated_words,
}
