"""The card right after a claim, drawn once for each shape: what differs between two leads is put into its slots.

Drawing the template for every claim took more time than the claim itself. `leads/_card.html` stays the one place that
says how the card looks; it is drawn with stand-ins, and whatever a stand-in does not know is an error, not a gap.
tests/dashboards/templatetags/test_fresh_card.py holds the two ways together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import escape

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.templatetags.alur import Moment, moments
from dashboards.presenters.ladder import ladder_words
from dashboards.presenters.receipts import Receipt
from dashboards.queries.card import Ladder, Rung
from dashboards.queries.card import ladder as ladder_of
from dashboards.templatetags.blank_forms import TOKEN
from dashboards.templatetags.lead_card import Card, Clock, fresh_receipt, newest_of, undo_of
from leads.models import Account, Lead, LeadType
from queues.decisions.escalation import Step
from routing.models import Assignment

register = template.Library()

# Numbers go through filters and addresses, so their stand-ins are numbers: below 2**53, and like no real one.
LEAD, SEEN, UNDO, HOLDER = (8_007_199_254_740_000 + step for step in (123, 124, 125, 126))
TEXT = "\ue000{}\ue001"  # private characters: nothing escapes them, nobody types them
SLOT = re.compile(f"\ue000(\\w+)\ue001|({LEAD}|{SEEN}|{UNDO}|{HOLDER})|({TOKEN})")
NAMES = {str(LEAD): "lead", str(SEEN): "seen", str(UNDO): "undo", str(HOLDER): "holder", TOKEN: "csrf"}
START = datetime(2000, 1, 1, tzinfo=UTC)  # any moment: what is told of it is a stand-in
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
    limit: timedelta
    left: timedelta
    run: float
    rungs: tuple[tuple[str, float], ...]
    facts: int


@register.simple_tag(takes_context=True)
def fresh_card(context: dict) -> SafeString:
    """`{% fresh_card %}` in place of leads/_card.html; the context as for that, with the new `assignment`."""
    lead, held, user, at = context["lead"], context["assignment"], context["request"].user, context["at"]
    ladder, receipt = ladder_of(held, at=at), fresh_receipt(held, user)
    if at != held.assigned_at or ladder is None or receipt.skipped:  # an older claim, shown to a second click
        return mark_safe(render_to_string("leads/_card.html", context.flatten()))
    undo = undo_of(held, user, at=at)
    shape = Shape(
        language=get_language() or "",
        on_desk=bool(context.get("on_desk")),
        lead_type=lead.lead_type,
        tier=lead.account.tier if lead.account_id else "",
        is_target=bool(lead.account_id and lead.account.is_target),
        known=tuple(bool(getattr(lead, name)) for name in PERSON),
        can_undo=bool(undo),
        skips=held.is_skippable,
        limit=ladder.limit,
        left=ladder.first_due_at - at,
        run=ladder.run,
        rungs=tuple((rung.step.act, rung.percent) for rung in ladder.rungs),
        facts=len(receipt.facts),
    )
    texts, slots = _drawn(shape)
    values = _values(lead, held, receipt, moments(*(rung.step.due_at for rung in ladder.rungs)))
    values |= {"undo": undo, "csrf": str(context["csrf_token"])}
    escaped = {name: _escaped(value) for name, value in values.items()}
    parts = [texts[0]]
    for text, slot in zip(texts[1:], slots, strict=True):
        parts += (escaped[slot], text)
    return mark_safe("".join(parts))


def _escaped(value: object) -> str:
    """conditional_escape() of what is no promise; that one costs more than the rest of the slot."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def _values(lead: Lead, held: Assignment, receipt: Receipt, times: Sequence[Moment]) -> dict[str, object]:
    """What goes into the slots, by their names."""
    values: dict[str, object] = {name: getattr(lead, name) for name in PERSON}
    values |= {"lead": lead.pk, "seen": newest_of(held, lead), "holder": held.holder_id, "label": lead.label}
    values |= {"number": receipt.number, "says": receipt.sentence, "iso": times[0].iso}
    for step, time in enumerate(times):
        values |= {f"time{step}": time.time, f"exact{step}": time.exact}
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


def _any_card(shape: Shape) -> Card:
    steps = range(len(shape.rungs))
    rungs = [
        Rung(Step(step + 1, START, act), is_passed=False, percent=percent)
        for step, (act, percent) in enumerate(shape.rungs)
    ]
    ladder = Ladder(rungs, run=shape.run, over=0.0, limit=shape.limit, first_due_at=START + shape.left)
    times = [Moment(TEXT.format(f"time{step}"), TEXT.format(f"exact{step}"), TEXT.format("iso")) for step in steps]
    words = ladder_words(ladder, told=_("the manager"), is_mine=True, at=START, times=times)
    receipt = Receipt(
        number=TEXT.format("number"),
        sentence=TEXT.format("says"),
        facts=[(TEXT.format(f"label{step}"), TEXT.format(f"value{step}")) for step in range(shape.facts)],
    )
    held = _AnyHolding()
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
