"""What a list of entry rules says that surely nobody meant, in words (F11c)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from config.web.times import when
from leads.decisions.conditions.parsing import ConditionRefused, never_matches
from leads.presenters.conditions import FIELD_LABELS
from queues.decisions.placement import Rule
from queues.decisions.rule_coverage import Gap, Overlap, Shadow, gaps, overlaps, shadows
from queues.queries.rules import RuleRow, active_rules


def rules_or_none() -> list[Rule] | None:
    """The rules that are on; None when one of them cannot be read, so that every lead goes to the review desk."""
    try:
        return active_rules()
    except ConditionRefused:
        return None


def rule_warnings(rules: Sequence[Rule] | None) -> list[str]:
    """About each rule by name: it can never match, it is never asked; about the list: gaps and overlaps of bands."""
    if rules is None:
        return [_("A rule cannot be read. Until it is corrected or switched off, every lead goes to the review desk.")]
    texts = [never_words(rule.name) for rule in rules if never_matches(rule.conditions)]
    texts += [shadow_words(shadow) for shadow in shadows(rules) if not never_matches(shadow.rule.conditions)]
    return texts + [_gap_words(gap) for gap in gaps(rules)] + [overlap_words(each) for each in overlaps(rules)]


def never_words(name: str) -> str:
    return _('"%(name)s" can never match: its conditions exclude each other.') % {"name": name}


def shadow_words(shadow: Shadow) -> str:
    words = {"rule": shadow.rule.name, "by": shadow.by.name}
    return _('"%(rule)s" is never asked: "%(by)s" above it takes the same leads first.') % words


def _gap_words(gap: Gap) -> str:
    words = {"field": FIELD_LABELS[gap.field], "low": gap.low, "high": gap.high}
    one = _("No rule takes leads with %(field)s %(low)s; they go to the review desk.")
    many = _("No rule takes leads with %(field)s from %(low)s to %(high)s; they go to the review desk.")
    return (one if gap.low == gap.high else many) % words


def overlap_words(overlap: Overlap) -> str:
    words = {"field": FIELD_LABELS[overlap.field], "low": overlap.low, "high": overlap.high}
    words |= {"first": overlap.first.name, "second": overlap.second.name}
    one = _('"%(first)s" and "%(second)s" both speak of %(field)s %(low)s: "%(first)s" takes these leads.')
    many = _(
        '"%(first)s" and "%(second)s" both speak of %(field)s from %(low)s to %(high)s: "%(first)s" takes these leads.'
    )
    return (one if overlap.low == overlap.high else many) % words


def flag_words(row: RuleRow, *, is_last: bool) -> str:
    """What the numbers of 30 days say about a rule that is on: it takes nothing, or it takes everything."""
    if not row.rule.is_active or row.conditions is None:
        return ""
    if not row.conditions:
        return "" if is_last else _("holds for every lead")
    if row.share is None:
        return ""
    if row.share == 1:
        return _("caught every lead in 30 days")
    if row.caught:
        return ""
    return (
        _("caught nothing since %(time)s") % {"time": when(row.made_at)}
        if row.made_at
        else _("caught nothing in 30 days")
    )
