"""Warnings about likely mistakes in the list of entry rules (F11c)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from config.web.times import when
from leads.decisions.conditions.parsing import ConditionRefused, never_matches
from leads.presenters.conditions import FIELD_LABELS
from queues.decisions.placement import Rule
from queues.decisions.rule_coverage import Gap, Overlap, Shadow, gaps, overlaps, shadows
from queues.queries.rules import CountedRule, active_rules


def rules_or_none() -> list[Rule] | None:
    """The active rules; None if one of them cannot be read, so that every lead goes to the review desk."""
    try:
        return active_rules()
    except ConditionRefused:
        return None


def rule_warnings(rules: Sequence[Rule] | None) -> list[str]:
    """For each rule: it can never match, it never decides. For the list: gaps and overlaps of number ranges."""
    if rules is None:
        return [_("A rule cannot be read. Until it is corrected or switched off, every lead goes to the review desk.")]
    texts = [never_matches_warning(rule.name) for rule in rules if never_matches(rule.conditions)]
    texts += [shadow_warning(shadow) for shadow in shadows(rules) if not never_matches(shadow.rule.conditions)]
    return texts + [_gap_warning(gap) for gap in gaps(rules)] + [overlap_warning(each) for each in overlaps(rules)]


def never_matches_warning(name: str) -> str:
    return _('"%(name)s" can never match: its conditions exclude each other.') % {"name": name}


def shadow_warning(shadow: Shadow) -> str:
    words = {"rule": shadow.rule.name, "by": shadow.by.name}
    return _('"%(rule)s" never takes a lead: "%(by)s" above it takes the same leads first.') % words


def _gap_warning(gap: Gap) -> str:
    words = {"field": FIELD_LABELS[gap.field], "low": gap.low, "high": gap.high}
    one = _("No rule takes leads with %(field)s %(low)s; they go to the review desk.")
    many = _("No rule takes leads with %(field)s from %(low)s to %(high)s; they go to the review desk.")
    return (one if gap.low == gap.high else many) % words


def overlap_warning(overlap: Overlap) -> str:
    words = {"field": FIELD_LABELS[overlap.field], "low": overlap.low, "high": overlap.high}
    words |= {"first": overlap.first.name, "second": overlap.second.name}
    one = _('"%(first)s" and "%(second)s" both match %(field)s %(low)s: "%(first)s" takes these leads.')
    many = _(
        '"%(first)s" and "%(second)s" both match %(field)s from %(low)s to %(high)s: "%(first)s" takes these leads.'
    )
    return (one if overlap.low == overlap.high else many) % words


def rule_flag_text(row: CountedRule, *, is_last: bool) -> str:
    """A note if an active rule took every lead in 30 days, or none and that means something (M5)."""
    if not row.rule.is_active or row.conditions is None:
        return ""
    if not row.conditions:
        return "" if is_last else _("matches every lead")
    if row.share is None:
        return ""
    if row.share == 1:
        return _("caught every lead in 30 days")
    if row.caught or not row.is_telling:
        return ""
    return (
        _("caught nothing since %(time)s") % {"time": when(row.made_at)}
        if row.made_at
        else _("caught nothing in 30 days")
    )
