"""Where the rows of a file would go, for people: each place with its reason and what changes it (A9)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from leads.decisions.conditions.parsing import ConditionRefused, parse
from leads.presenters.imports import problem_text
from queues.decisions.import_forecast import ImportCounts, Place, PlaceCount, PlaceKind, escaping_score
from queues.decisions.placement import ReviewReason
from queues.models import EntryRule, PartnerPool, Queue
from queues.presenters.rules import REASON_LABELS

BAR = 100
KEPT_BACK = (PlaceKind.REVIEW, PlaceKind.NURTURE, PlaceKind.REJECTED)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place. `why` is the rule or the reason, with the page where it can be changed; `notes` say more about the
    leads. With `score`, a default score that high would send those without one past the rule; `is_for_ids`: so would
    taking external ids as enough."""

    name: str
    is_review: bool
    leads: int
    share: float
    why: str
    why_href: str = ""
    notes: tuple[str, ...] = ()
    score: int | None = None
    unscored: int = 0
    is_for_ids: bool = False


@dataclass(frozen=True, slots=True)
class RefusedRow:
    why: str
    rows: int
    lines: str


def place_rows(counts: ImportCounts, *, user: User, has_ids: bool = False) -> list[PlaceRow]:
    """The place with the most leads first. `has_ids`: the file has external ids, and they are not taken as enough."""
    nobody = has_ids and all(count.unreachable == count.leads for count in counts.places.values())
    rules = EntryRule.objects.in_bulk([place.rule_id for place in counts.places if place.rule_id])
    queues = Queue.objects.in_bulk(
        [each for place in counts.places for each in (place.queue_id, place.chosen_id) if each]
    )
    pools = PartnerPool.objects.in_bulk([place.pool_id for place in counts.places if place.pool_id])
    most = max((count.leads for count in counts.places.values()), default=1)
    rows = []
    for place, count in counts.places.items():
        rule = rules.get(place.rule_id or 0)
        queue, chosen = queues.get(place.queue_id or 0), queues.get(place.chosen_id or 0)
        pool = pools.get(place.pool_id or 0)
        score = _score(rule, place, count)
        rows.append(
            PlaceRow(
                name=_name(place, queue, pool),
                is_review=place.kind in (PlaceKind.REVIEW, PlaceKind.PARKED),
                leads=count.leads,
                share=count.leads * BAR / most,
                why=_why(place, rule, queue),
                why_href=_why_href(place, rule, queue, user=user),
                notes=tuple(_notes(place, count, queue, chosen)),
                score=score,
                unscored=count.unscored if score is not None else 0,
                is_for_ids=nobody and place.kind in KEPT_BACK and _asks_for_completeness(rule),
            )
        )
    return sorted(rows, key=lambda row: (-row.leads, row.name, row.why))


def sums(counts: ImportCounts) -> list[str]:
    """What becomes of all rows, in short."""
    made, joined, here, refused = counts.made, counts.merged, counts.unchanged, counts.refused
    return [
        ngettext("%(n)s new lead", "%(n)s new leads", made) % {"n": number(made)},
        ngettext("%(n)s row joins a lead", "%(n)s rows join leads", joined) % {"n": number(joined)},
        ngettext("%(n)s is here already", "%(n)s are here already", here) % {"n": number(here)},
        ngettext("%(n)s refused", "%(n)s refused", refused) % {"n": number(refused)},
    ]


def refused_rows(counts: ImportCounts) -> list[RefusedRow]:
    ordered = sorted(counts.refused_why.items(), key=lambda each: (-each[1][0], each[0]))
    return [RefusedRow(problem_text("", code), rows, _lines(rows, lines)) for code, (rows, lines) in ordered]


def waiting_note(counts: ImportCounts) -> str:
    """How certain the count is where queues hand out at once: fewer may wait then."""
    ids = [place.queue_id or 0 for place in counts.places if place.kind == PlaceKind.PARKED]
    pushing = Queue.objects.filter(pk__in=ids).exclude(dispatch=Queue.Dispatch.PULL).order_by("name", "pk")
    names = ", ".join(queue.name for queue in pushing)
    if not names:
        return ""
    return _("%(queues)s hands out leads at once: where reps are free, fewer will wait than it says here.") % {
        "queues": names
    }


def _name(place: Place, queue: Queue | None, pool: PartnerPool | None) -> str:
    if place.kind == PlaceKind.QUEUE and queue is not None:
        return queue.name
    names = {
        PlaceKind.PARTNER: _("Partner %(pool)s") % {"pool": pool.name if pool else "–"},
        PlaceKind.NURTURE: _("Nurture"),
        PlaceKind.REJECTED: _("Rejected"),
    }
    return names.get(PlaceKind(place.kind), _("Review desk"))


def _why(place: Place, rule: EntryRule | None, queue: Queue | None) -> str:
    if place.kind == PlaceKind.PARKED:
        words = {
            ReviewReason.QUEUE_FULL: _("%(queue)s is full: they wait until it opens"),
            ReviewReason.QUEUE_AGED: _("Leads wait too long in %(queue)s: these enter when it opens"),
            ReviewReason.SOURCE_PAUSED: _("Their source is paused for %(queue)s"),
        }
        return words[ReviewReason(place.reason)] % {"queue": queue.name if queue else "–"}
    if place.kind == PlaceKind.PARTNER:
        return _("%(queue)s is full") % {"queue": queue.name if queue else "–"}
    return rule.name if rule is not None else str(REASON_LABELS.get(place.reason, place.reason))


def _why_href(place: Place, rule: EntryRule | None, queue: Queue | None, *, user: User) -> str:
    if place.kind in (PlaceKind.PARKED, PlaceKind.PARTNER) and queue is not None:
        return reverse("admin:queues_queue_change", args=[queue.pk]) if user.has_perm("queues.change_queue") else ""
    if rule is not None:
        is_allowed = user.has_perm("queues.change_entryrule")
        return reverse("admin:queues_entryrule_change", args=[rule.pk]) if is_allowed else ""
    return reverse("queues:rules") if user.has_perm("queues.operate_queue") else ""


def _notes(place: Place, count: PlaceCount, queue: Queue | None, chosen: Queue | None) -> list[str]:
    notes = []
    if chosen is not None:
        notes.append(_("overflow of %(queue)s, which is full") % {"queue": chosen.name})
    if count.back:
        words = ngettext("%(n)s comes back from before", "%(n)s come back from before", count.back)
        notes.append(words % {"n": number(count.back)})
    if count.unreachable:
        words = ngettext("%(n)s without e-mail and phone", "%(n)s without e-mail and phone", count.unreachable)
        notes.append(words % {"n": number(count.unreachable)})
    return notes


def _asks_for_completeness(rule: EntryRule | None) -> bool:
    try:
        conditions = parse(rule.conditions) if rule is not None else ()
    except ConditionRefused:
        return False
    return any((each.field, each.operator) == ("is_complete", "is_false") for each in conditions)


def _score(rule: EntryRule | None, place: Place, count: PlaceCount) -> int | None:
    """Only where the rule keeps leads from a queue, and some came without a score."""
    if (
        rule is None
        or not count.unscored
        or place.kind not in (PlaceKind.REVIEW, PlaceKind.NURTURE, PlaceKind.REJECTED)
    ):
        return None
    try:
        return escaping_score(parse(rule.conditions))
    except ConditionRefused:
        return None


def _lines(rows: int, lines: Sequence[int]) -> str:
    shown = ", ".join(number(line) for line in lines)
    words = ngettext("line %(lines)s", "lines %(lines)s", rows) % {"lines": shown}
    return f"{words} …" if rows > len(lines) else words
