"""Brings together what the card of a lead shows, so that every door can answer with it, whichever app it belongs to."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.lead_words import receipts, timeline
from dashboards.lead_words.places import order_words, taking_words, wait_words, why_here
from dashboards.queries import card as reading
from dashboards.queries.card import Ladder, Others
from leads.models import Lead
from routing.models import Assignment, Rep

register = template.Library()
register.filter("why_here", why_here)
register.filter("order_words", order_words)
register.filter("wait_words", wait_words)
register.filter("taking_words", taking_words)


@dataclass(frozen=True, slots=True)
class Card:
    """One lead for one viewer."""

    held: Assignment | None
    is_mine: bool
    ladder: Ladder | None
    told: str
    receipt: receipts.Receipt | None
    parts: list[tuple[str, int, int]]
    others: Others
    events: list[timeline.Event]
    newest: int
    has_more: bool


@register.simple_tag(takes_context=True)
def lead_card(context: dict, lead: Lead, *, whole: bool = False) -> Card:
    """`{% lead_card lead as card %}`: the context's `assignment` saves a query, `whole` brings the whole timeline."""
    user, at = context["request"].user, context.get("at") or timezone.now()
    held = context.get("assignment") or reading.last_assignment(lead)
    rows = reading.activities(lead, limit=reading.MOST if whole else reading.FIRST)
    shown = rows[: reading.MOST if whole else reading.FIRST]
    ids = set().union(*(timeline.people_in(row) for row in shown), receipts.people_in(held) if held else ())
    people = reading.names_of(ids - {user.pk}) | {user.pk: user.get_full_name() or user.get_username()}
    cast = timeline.Cast(viewer=user.pk, people=people, rules=reading.rule_names(shown))
    is_open = held is not None and held.is_open
    steps = reading.ladder(held, at=at) if is_open else None
    return Card(
        held=held,
        is_mine=is_open and held.holder_id == user.pk,
        ladder=steps,
        told=_told(held) if steps else "",
        receipt=receipts.receipt_of(held, reader=_reader(user, held), names=people) if held else None,
        parts=_parts(lead),
        others=reading.others_at(lead),
        events=[timeline.event_of(row, cast) for row in shown],
        newest=rows[0].pk if rows else 0,
        has_more=len(rows) > len(shown),
    )


@register.simple_tag(takes_context=True)
def lead_ladder(context: dict, held: Assignment) -> dict:
    """Only the clock: for the part that asks again every half minute."""
    at: datetime = context.get("at") or timezone.now()
    steps = reading.ladder(held, at=at)
    return {"held": held, "ladder": steps, "told": _told(held) if steps else ""}


def _reader(user, held: Assignment) -> receipts.Reader:
    sees = user.has_perm("queues.watch_queue") or user.has_perm("queues.operate_queue")
    rep = None if sees or not held.turn_id else Rep.objects.filter(user=user).values_list("pk", flat=True).first()
    return receipts.Reader(user_id=user.pk, rep_id=rep, sees_reasons=sees)


def _told(held: Assignment) -> str:
    names = reading.managers_told(held)
    return ", ".join(names) if names else _("the manager")


def _parts(lead: Lead) -> list[tuple[str, int, int]]:
    """The parts of the score as (label, points, ceiling)."""
    labels = {
        "fit": _("Fit"),
        "engagement": _("Engagement"),
        "source": _("Source"),
        "given": _("As delivered"),
    }
    return [
        (labels.get(part, part), points, ceiling)
        for part, (points, ceiling) in (lead.score_parts or {}).items()
        if ceiling
    ]
