"""The card right after a claim, drawn once for each shape: what differs between two leads is put into its slots.

Drawing the template for every claim took more time than the claim itself. `leads/_card.html` stays the one place that
says how the card looks; it is drawn with stand-ins, and whatever a stand-in does not know is an error, not a gap.
tests/dashboards/test_fresh_card.py holds the two ways together.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from dashboards.lead_words.ladder import LadderWords, Line
from dashboards.lead_words.receipts import Receipt
from dashboards.templatetags.blank_forms import TOKEN
from dashboards.templatetags.lead_card import Card, Clock, fresh_card_of
from leads.models import Account, LeadType

register = template.Library()

# Numbers go through filters and addresses, so their stand-ins are numbers: below 2**53, and like no real one.
LEAD, SEEN, UNDO, HOLDER = (8_007_199_254_740_000 + step for step in (123, 124, 125, 126))
TEXT = "\ue000{}\ue001"  # private characters: nothing escapes them, nobody types them
SLOT = re.compile(f"\ue000(\\w+)\ue001|({LEAD}|{SEEN}|{UNDO}|{HOLDER})|({TOKEN})")
NAMES = {str(LEAD): "lead", str(SEEN): "seen", str(UNDO): "undo", str(HOLDER): "holder", TOKEN: "csrf"}
PERSON = ("full_name", "title", "phone", "email")


@dataclass(frozen=True, slots=True)
class Shape:
    """All that makes two fresh cards differ by more than the text in their slots."""

    language: str
    on_desk: bool
    lead_type: str
    tier: str
    is_target: bool
    known: tuple[bool, ...]
    can_undo: bool
    skips: bool
    percents: tuple[str, ...]
    facts: int


@register.simple_tag(takes_context=True)
def fresh_card(context: dict) -> SafeString:
    """`{% fresh_card %}` in place of leads/_card.html; the context as for that, with the new `assignment`."""
    lead, user, at = context["lead"], context["request"].user, context["at"]
    card = fresh_card_of(context["assignment"], user, lead, at=at)
    ladder, words, receipt = card.clock.ladder, card.clock.words, card.receipt
    if ladder is None or ladder.is_overdue or receipt.skipped:  # an old claim, shown to a second click
        return mark_safe(render_to_string("leads/_card.html", context.flatten()))
    shape = Shape(
        language=get_language() or "",
        on_desk=bool(context.get("on_desk")),
        lead_type=lead.lead_type,
        tier=lead.account.tier if lead.account_id else "",
        is_target=bool(lead.account_id and lead.account.is_target),
        known=tuple(bool(getattr(lead, name)) for name in PERSON),
        can_undo=bool(card.undo),
        skips=card.skips,
        percents=tuple(line.percent for line in words.lines),
        facts=len(receipt.facts),
    )
    texts, slots = _drawn(shape)
    values = {name: str(conditional_escape(value)) for name, value in _values(context, card).items()}
    parts = [texts[0]]
    for text, slot in zip(texts[1:], slots, strict=True):
        parts += (values[slot], text)
    return mark_safe("".join(parts))


def _values(context: dict, card: Card) -> dict[str, object]:
    """What goes into the slots, by their names."""
    lead, words, receipt = context["lead"], card.clock.words, card.receipt
    values: dict[str, object] = {name: getattr(lead, name) for name in PERSON}
    values |= {"lead": lead.pk, "seen": card.newest, "undo": card.undo, "holder": card.held.holder_id}
    values |= {"csrf": context["csrf_token"], "label": lead.label, "number": receipt.number, "says": receipt.sentence}
    values |= {"clock": words.clock, "headline": words.headline, "told": words.label}
    values |= {"run": words.run, "here": words.here}
    for step, line in enumerate(words.lines):
        values |= {f"time{step}": line.time, f"exact{step}": line.exact, f"says{step}": line.says}
    for step, (label, value) in enumerate(receipt.facts):
        values |= {f"label{step}": label, f"value{step}": value}
    return values


@lru_cache(maxsize=512)
def _drawn(shape: Shape) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The card's text between the slots, and the slots in their order."""
    context = {
        "lead": _AnyLead(shape),
        "prepared": _any_card(shape),
        "is_fresh": True,
        "on_desk": shape.on_desk,
        "whole": False,
        "csrf_token": TOKEN,
    }
    texts, slots, last = [], [], 0
    drawn = render_to_string("leads/_card.html", context)
    for found in SLOT.finditer(drawn):
        texts.append(drawn[last : found.start()])
        slots.append(found.group(1) or NAMES[found.group(0)])
        last = found.end()
    return (*texts, drawn[last:]), tuple(slots)


class _StandIn:
    def __getattr__(self, name: str) -> object:
        raise RuntimeError(f"the fresh card has no slot for {name!r}; give it one, or leave it to the part that loads")


class _AnyAccount(_StandIn):
    def __init__(self, shape: Shape) -> None:
        self.tier, self.is_target = shape.tier, shape.is_target
        self.get_tier_display = str(dict(Account.Tier.choices).get(shape.tier, ""))


class _AnyLead(_StandIn):
    def __init__(self, shape: Shape) -> None:
        self.pk = LEAD
        self.label = TEXT.format("label")
        self.get_lead_type_display = str(dict(LeadType.choices).get(shape.lead_type, shape.lead_type))
        self.account_id, self.account = 1, _AnyAccount(shape)
        for name, is_known in zip(PERSON, shape.known, strict=True):
            setattr(self, name, TEXT.format(name) if is_known else "")


class _AnyHolding(_StandIn):
    is_open, holder_id, lead_id = True, HOLDER, LEAD


class _AnyLadder(_StandIn):
    is_overdue = False


def _any_card(shape: Shape) -> Card:
    held, ladder = _AnyHolding(), _AnyLadder()
    words = LadderWords(
        clock=mark_safe(TEXT.format("clock")),
        headline=TEXT.format("headline"),
        label=TEXT.format("told"),
        lines=[_any_line(step, percent) for step, percent in enumerate(shape.percents)],
        run=TEXT.format("run"),
        over="",
        here=TEXT.format("here"),
    )
    receipt = Receipt(
        number=TEXT.format("number"),
        sentence=TEXT.format("says"),
        facts=[(TEXT.format(f"label{step}"), TEXT.format(f"value{step}")) for step in range(shape.facts)],
    )
    return Card(
        held=held,
        is_mine=True,
        clock=Clock(held, ladder, words, None),
        receipt=receipt,
        parts=[],
        others=None,
        events=[],
        newest=SEEN,
        has_more=False,
        undo=UNDO if shape.can_undo else 0,
        skips=shape.skips,
    )


def _any_line(step: int, percent: str) -> Line:
    return Line(
        is_passed=False,
        percent=percent,
        time=TEXT.format(f"time{step}"),
        exact=TEXT.format(f"exact{step}"),
        says=TEXT.format(f"says{step}"),
    )
