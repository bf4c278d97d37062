"""Tags for the card of a lead, so that a view of any app can answer with the card (C4)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.clocks import clock
from config.web.people import display_name
from config.web.times import duration, limit_text, when
from dashboards.decisions import agenda
from dashboards.presenters import receipts, timeline
from dashboards.presenters.act_marks import marks_of
from dashboards.presenters.agenda import TASKS
from dashboards.presenters.contact_clock import ContactClockDisplay, contact_clock_display
from dashboards.presenters.past_line import then_addresses
from dashboards.presenters.places import order_text, taking_text, wait_text, why_here
from dashboards.presenters.returns import Fact, known_facts
from dashboards.presenters.score import ScorePart, score_parts
from dashboards.queries import card as card_queries
from dashboards.queries.card import ContactClock, FirstContact, OtherLeads
from dashboards.queries.time_left import waits_left
from dashboards.queries.waiting import Preview
from leads.decisions.facts.contact import grouped_phone
from leads.decisions.own_fields.reading import Value
from leads.models import Lead, Merge, OwnField
from leads.presenters.own_fields import own_rows, value_text
from leads.queries.corrections import changes_of
from leads.queries.merging import current_merges
from leads.queries.own_fields import shown_fields
from leads.queries.returns import known_by, returns_in
from queues.models import Entry, PartnerLead
from queues.presenters.crm.lead_links import RecordLine, record_lines
from queues.presenters.routing_trail import trail_sentences
from queues.queries.crm.log import links_of
from queues.queries.crm.people import owners_of
from queues.queries.handing_over import hands_over
from queues.queries.partners import pool_of_lead
from queues.queries.reopening import may_reopen
from routing.decisions.availability.work_time import TimeLeft
from routing.forms.lead_work import HeldLeadForms
from routing.models import Assignment, Rep
from routing.presenters.follow_up import Step, offered_steps
from routing.presenters.turns import skip_text
from routing.queries.assignments import can_be_undone, undoable_by

register = template.Library()
register.filter("why_here", why_here)
register.filter("order_text", order_text)
register.filter("wait_text", wait_text)
register.filter("taking_text", taking_text)
register.filter("limit_text", limit_text)
register.filter("grouped_phone", grouped_phone)
register.filter("skip_text", skip_text)


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock to first contact of the last assignment."""

    held: Assignment | None
    ladder: ContactClock | None
    words: ContactClockDisplay | None
    contact: FirstContact | None


@dataclass(frozen=True, slots=True)
class Card:
    """One lead for one viewer; what follows `skips` is empty right after a claim and comes with the next request."""

    held: Assignment | None
    is_mine: bool
    clock: Clock
    newest: int
    undo: int
    skips: bool
    receipt: receipts.Receipt | None = None
    parts: list[ScorePart] = field(default_factory=list)
    own: list[tuple[str, str]] = field(default_factory=list)  # own fields by name, with their values
    others: OtherLeads | None = None
    events: list[timeline.Event] = field(default_factory=list)
    has_more: bool = False
    stay: PartnerLead | None = None
    steps: list[Step] = field(default_factory=list)
    forms: HeldLeadForms = field(default_factory=HeldLeadForms)
    reopens: bool = False  # this viewer may open it again
    may_edit: bool = False
    known: list[Fact] = field(default_factory=list)  # by what else the lead is known
    hands_over: bool = False
    is_placeless: bool = False  # no queue knows it, so there is none that it could go back to


@register.simple_tag(takes_context=True)
def lead_card(context: dict, lead: Lead, *, whole: bool = False) -> Card:
    """`{% lead_card lead as card %}`: the context's `assignment` saves a query, `whole` brings the whole timeline."""
    user, at = context["request"].user, context.get("at") or timezone.now()
    held = context.get("assignment") or card_queries.last_assignment(lead)
    if context.get("is_fresh"):
        return fresh_card_of(held, user, lead, at=at)
    absorbed = card_queries.absorbed_labels(lead)
    rows = card_queries.activities(
        lead, limit=card_queries.MAX_LINES if whole else card_queries.FIRST_LINES, absorbed=absorbed
    )
    shown = rows[: card_queries.MAX_LINES if whole else card_queries.FIRST_LINES]
    ids = set().union(*(timeline.people_in(row) for row in shown), receipts.people_in(held) if held else ())
    people = card_queries.names_of(ids - {user.pk}) | {user.pk: display_name(user)}
    timeline_names = timeline.TimelineNames(
        viewer=user.pk,
        people=people,
        rules=card_queries.rule_names(shown),
        absorbed=absorbed,
        marks=marks_of(shown),
        changes=changes_of(shown),
        returns=returns_in(shown),
        held=held.pk if held is not None and held.is_open and held.holder_id == user.pk else None,
    )
    is_open = held is not None and held.is_open
    is_mine = is_open and held.holder_id == user.pk
    return Card(
        held=held,
        is_mine=is_mine,
        clock=_clock(held, user, at=at),
        receipt=receipts.receipt_of(held, reader=_reader(user, held), names=people) if held else None,
        parts=score_parts(lead),
        own=own_rows(lead, shown_fields(lead)),
        known=known_facts(lead, known_by(lead)),
        others=card_queries.other_leads_at_company(lead),
        events=[timeline.event_of(row, timeline_names) for row in shown],
        newest=rows[0].pk if rows else 0,
        has_more=len(rows) > len(shown),
        undo=undo_of(held, user, at=at),
        skips=is_mine and held.is_skippable,
        stay=pool_of_lead(lead),
        reopens=may_reopen(user, lead, held, at=at),
        steps=offered_steps(user, held, at=at) if is_mine else [],
        hands_over=is_mine and hands_over(user),
        is_placeless=is_mine and card_queries.is_placeless(held),
        may_edit=is_mine or user.has_perm("leads.change_lead", lead),
    )


def fresh_card_of(held: Assignment, user, lead: Lead, *, at: datetime) -> Card:
    """Right after the claim: what the rep acts on at once, in as few queries as possible; the rest loads next."""
    steps = card_queries.contact_clock(held, at=at)
    clock = Clock(held, steps, contact_clock_display(steps, manager=_("the manager"), is_mine=True, at=at), None)
    undo = undo_of(held, user, at=at)
    return Card(held, True, clock, newest=newest_of(held, lead), undo=undo, skips=held.is_skippable, may_edit=True)


def newest_of(held: Assignment, lead: Lead) -> int:
    """The last line of the timeline; a claim by the database function has read it already."""
    return held.newest_activity or card_queries.newest_activity(lead)


def undo_of(held: Assignment | None, user, *, at: datetime) -> int:
    """The assignment if this viewer can undo it now (C4b), else 0. In a blind queue the holder skips instead (C4c)."""
    if held is None or not can_be_undone(held, at=at) or (held.is_skippable and held.holder_id == user.pk):
        return 0
    return held.pk if held.assigned_by_id == user.pk or undoable_by(user, held.pk) else 0


@register.simple_tag(takes_context=True)
def lead_ladder(context: dict, held: Assignment) -> Clock:
    """Only the clock, for the part that loads every half minute."""
    return _clock(held, context["request"].user, at=context.get("at") or timezone.now())


@register.inclusion_tag("queues/_waited.html", takes_context=True)
def waited(context: dict, row: Preview) -> dict:
    """How long a lead has waited, and how much of its wait limit is left; by what its queue counts."""
    at = context.get("at") or timezone.now()
    left = row.left.left if row.left else row.due_at - at
    words = {"left": duration(left), "limit": limit_text(row.limit), "due": when(row.due_at, at)}
    if row.left:
        says = _("%(left)s of working time left of %(limit)s, due %(due)s")
    else:
        says = _("%(left)s left of %(limit)s") if left >= timedelta(0) else _("%(left)s over its limit of %(limit)s")
    shown = clock(row.due_at, at=at, limit=row.limit, left=row.left)
    return {"row": row, "clock": shown, "limit": row.limit, "says": says % words, "at": at}


@register.filter
def own_text(field: OwnField, value: Value) -> str:
    """A value of an own field in words."""
    return value_text(field.kind, value)


@register.filter
def group_text(name: str) -> str:
    """The headings of the list of own leads."""
    return {
        agenda.NOW: _("Contact now"),
        agenda.TODAY: _("Later today"),
        agenda.NO_STEP: _("No next step"),
        agenda.WEEK: _("This week"),
        agenda.LATER: _("Later"),
    }[name]


@register.filter
def task_text(what: str) -> str:
    """What to do next with a lead."""
    return str(TASKS[what])


@dataclass(frozen=True, slots=True)
class Trail:
    """Who held a lead, each with the receipt; its stays in queues, each with the routing trail; the rules that were
    asked (G4); the leads that were merged into it (A3)."""

    holders: list[tuple[Assignment, receipts.Receipt]]
    queue_stays: list[tuple[Entry, list[str], TimeLeft | None]]
    rules: list[dict]
    merges: list[Merge]
    then: dict[int, str]  # by stay, where its queue can be seen as it stood (K3)
    records: list[RecordLine]  # of CRMs (I4)


@register.simple_tag(takes_context=True)
def lead_trail(context: dict, lead: Lead) -> Trail:
    """For the page of one lead."""
    user, at = context["request"].user, context.get("at") or timezone.now()
    held, queue_stays = card_queries.all_assignments(lead), card_queries.queue_stays(lead)
    people = card_queries.names_of(set().union(*(receipts.people_in(each) for each in held)))
    receipts_of = [(each, receipts.receipt_of(each, reader=_reader(user, each), names=people)) for each in held]
    sees = _sees_reasons(user)
    lefts = waits_left([(each.queue, each.left_at or each.wait_due_at) for each in queue_stays], at=at)
    pairs = zip(queue_stays, lefts, strict=True)
    ways = [(entry, trail_sentences(entry.steps, sees_reasons=sees), left) for entry, left in pairs]
    then = then_addresses(queue_stays, user) if sees else {}
    rules = card_queries.rules_asked(lead, queue_stays)
    links = links_of(lead)
    records = record_lines(links, owners=owners_of(links))
    return Trail(receipts_of, ways, rules=rules, merges=current_merges(lead), then=then, records=records)


def _clock(held: Assignment | None, user, *, at: datetime) -> Clock:
    if held is None:
        return Clock(None, None, None, None)
    steps = card_queries.contact_clock(held, at=at)
    words = (
        contact_clock_display(steps, manager=_manager_names(held), is_mine=held.holder_id == user.pk, at=at)
        if steps
        else None
    )
    return Clock(held, steps, words, card_queries.contacted(held))


def _reader(user, held: Assignment) -> receipts.Reader:
    sees = _sees_reasons(user)
    rep = None if sees or not held.turn_id else Rep.objects.filter(user=user).values_list("pk", flat=True).first()
    return receipts.Reader(user_id=user.pk, rep_id=rep, sees_reasons=sees)


def _sees_reasons(user) -> bool:
    return user.has_perm("queues.watch_queue") or user.has_perm("queues.operate_queue")


def _manager_names(held: Assignment) -> str:
    names = card_queries.managers_notified(held)
    return ", ".join(names) if names else _("the manager")
