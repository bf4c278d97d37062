"""The sources, score rules, tiers and entry rules of a new installation (A4, A5, B4), as tables.

They are copied into the database once. From then on sales ops edit them, and nothing reads this file again.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads.models import LeadType, ScoreRule
from queues.models import EntryRule

Text = str | Promise
Conditions = tuple[tuple, ...]  # of (field, operator) or (field, operator, value)

REVIEW, QUEUE = EntryRule.Outcome.REVIEW, EntryRule.Outcome.QUEUE
FIT, ENGAGEMENT = ScoreRule.Part.FIT, ScoreRule.Part.ENGAGEMENT

FIRST_QUEUE = "leads"  # the address of the one queue of an empty installation
LOWEST_SCORE = 40  # below it a person decides about leads that did not ask for contact
LARGE, LARGER = 50, 500  # from so many employees a company counts as mid-size, and as an enterprise


@dataclass(frozen=True, slots=True)
class SourceLine:
    """`points` is what the source adds to a computed score, 0 to 20."""

    slug: str
    name: Text
    lead_type: str
    points: int


@dataclass(frozen=True, slots=True)
class ScoreLine:
    name: Text
    part: str
    points: int
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class TierLine:
    name: Text
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class RuleLine:
    """`queue` is the address of the queue for the outcome "queue", else empty."""

    name: Text
    conditions: Conditions
    outcome: str
    queue: str = ""


SOURCES: tuple[SourceLine, ...] = (
    SourceLine("demo-request", _("Demo request"), LeadType.HOT_INBOUND, 20),
    SourceLine("trial", _("Trial"), LeadType.MQL, 18),
    SourceLine("referral", _("Referral"), LeadType.MQL, 18),
    SourceLine("inbound-form", _("Inbound form"), LeadType.WARM, 15),
    SourceLine("campaign", _("Campaign"), LeadType.MQL, 12),
    SourceLine("event", _("Event"), LeadType.WARM, 10),
    SourceLine("outbound-reply", _("Outbound reply"), LeadType.COLD, 8),
    SourceLine("recycled", _("Recycled"), LeadType.COLD, 5),
    SourceLine("purchased-list", _("Purchased list"), LeadType.COLD, 3),
)

SCORE_RULES: tuple[ScoreLine, ...] = (
    ScoreLine(_("50 people or more"), FIT, 12, (("company_size", "at_least", LARGE),)),
    ScoreLine(_("500 people or more"), FIT, 8, (("company_size", "at_least", LARGER),)),
    ScoreLine(_("Head of something"), FIT, 10, (("title", "starts_with", "Head"),)),
    ScoreLine(_("Director"), FIT, 10, (("title", "contains", "Director"),)),
    ScoreLine(_("Manager"), FIT, 7, (("title", "contains", "Manager"),)),
    ScoreLine(_("Owner or chief officer"), FIT, 10, (("title", "in", ["Owner", "Founder", "CEO", "COO", "CFO"]),)),
    ScoreLine(_("Company e-mail"), FIT, 6, (("has_email", "is_true"), ("is_free_mail", "is_false"))),
    ScoreLine(_("Company is known by name"), FIT, 4, (("company_name", "is_known"),)),
    ScoreLine(_("Left a phone number"), ENGAGEMENT, 6, (("has_phone", "is_true"),)),
    ScoreLine(_("Engagement 20 or more"), ENGAGEMENT, 10, (("engagement", "at_least", 20),)),
    ScoreLine(_("Engagement 40 or more"), ENGAGEMENT, 8, (("engagement", "at_least", 40),)),
    ScoreLine(_("Engagement 60 or more"), ENGAGEMENT, 6, (("engagement", "at_least", 60),)),
    ScoreLine(_("Engagement 80 or more"), ENGAGEMENT, 8, (("engagement", "at_least", 80),)),
)

TIERS: tuple[TierLine, ...] = (
    TierLine(
        _("Demo request from an enterprise"), (("source", "is", "demo-request"), ("company_size", "at_least", LARGER))
    ),
    TierLine(_("Trial with high engagement"), (("source", "is", "trial"), ("engagement", "at_least", 60))),
    TierLine(_("MQL"), (("lead_type", "in", [LeadType.MQL, LeadType.HOT_INBOUND]),)),
    TierLine(_("Reply to cold outreach"), (("source", "is", "outbound-reply"),)),
    TierLine(_("Recycled"), (("source", "is", "recycled"),)),
)

# Leads that a person must look at, in the order of the rules.
REVIEW_RULES: tuple[RuleLine, ...] = (
    RuleLine(_("Competitor"), (("is_competitor", "is_true"),), REVIEW),
    RuleLine(_("Student or university"), (("is_student", "is_true"),), REVIEW),
    RuleLine(_("Possible duplicate"), (("possible_duplicate", "at_least", 80),), REVIEW),
    RuleLine(_("Incomplete"), (("is_complete", "is_false"),), REVIEW),
)
INBOUND = ("source", "in", ["demo-request", "trial", "inbound-form"])
# Who asks for contact needs no score: docs/decisions/52-who-asks-is-answered.md
ASKED_RULES: tuple[RuleLine, ...] = (
    RuleLine(_("Asked for contact"), (INBOUND,), QUEUE, FIRST_QUEUE),
    RuleLine(_("Filled in a web form"), (("channel", "is", "form"),), QUEUE, FIRST_QUEUE),
)
TOO_LOW = RuleLine(_("Score below 40"), (("score", "less_than", LOWEST_SCORE),), REVIEW)

ENTRY_RULES: tuple[RuleLine, ...] = (
    *REVIEW_RULES,
    RuleLine(_("Inbound from a target account"), (("is_target", "is_true"), INBOUND), QUEUE, FIRST_QUEUE),
    RuleLine(_("Referral by a customer"), (("source", "is", "referral"),), QUEUE, FIRST_QUEUE),
    RuleLine(_("Back from nurture"), (("from_nurture", "is_true"),), QUEUE, FIRST_QUEUE),
    *ASKED_RULES,
    TOO_LOW,
    RuleLine(_("Score 40 or more"), (("score", "at_least", LOWEST_SCORE),), QUEUE, FIRST_QUEUE),
)


def as_conditions(lines: Conditions) -> list[dict[str, object]]:
    """The JSON that rules keep; `leads.decisions.conditions.parsing.parse` reads it."""
    return [dict(zip(("field", "operator", "value"), line, strict=False)) for line in lines]
