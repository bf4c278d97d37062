"""Reads all that a trial of a rotation needs, and tries it: with sample leads or with its latest real ones (F11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from leads.models import Lead, LeadType, Source
from routing.decisions.rotation.reset import anew, begins
from routing.decisions.rotation.state import TURN
from routing.decisions.simulation.checks import Check, checks_of
from routing.decisions.simulation.trial import Sample, Setup, Trial, try_turns
from routing.models import Rep, Rotation, Turn
from routing.queries.rotation.lead_requirements import size_of, unskilled
from routing.queries.rotation.state import Seen, seen, skipped_of

SCORES = (72, 35, 88, 50, 64, 20, 95, 41, 58, 80)
A_POINT = 10_000  # a sample lead's deal for each point of its score


@dataclass(frozen=True, slots=True)
class TriedLead:
    """A sample (`number`), or a real lead with the rep to whom its turn went then."""

    number: int
    lead: Lead
    went_to: int | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    leads: Sequence[TriedLead]
    trial: Trial
    checks: Sequence[Check]
    names: Mapping[int, str]


def try_samples(rotation: Rotation, *, leads: int, at: datetime) -> Tried:
    """Leads that do not exist, of different value; where a skill is asked for, each asks for one that a member has."""
    found = seen(rotation, at=at)
    words = list(islice((word for words in found.skills.values() for word in words), leads)) or [""]
    made = [
        TriedLead(number, _sample(rotation, score, str(word)))
        for number, score, word in zip(range(1, leads + 1), cycle(SCORES), cycle(words), strict=False)
    ]
    return _tried(rotation, found, made, at=at)


def try_latest(rotation: Rotation, *, leads: int, at: datetime) -> Tried:
    """The leads of the latest turns as if they came again now, first come first."""
    turns = Turn.objects.filter(rotation=rotation).select_related("lead__source").order_by("-number", "-pk")[:leads]
    made = [TriedLead(number, turn.lead, turn.rep_id) for number, turn in enumerate(reversed(turns), start=1)]
    return _tried(rotation, seen(rotation, at=at), made, at=at)


def _tried(rotation: Rotation, found: Seen, leads: Sequence[TriedLead], *, at: datetime) -> Tried:
    setup = _setup(rotation, found, at=at)
    samples = [
        Sample(size_of(rotation, each.lead), unskilled(rotation, each.lead, found.skills) if rotation.skill else {})
        for each in leads
    ]
    trial = try_turns(setup, samples)
    reps = {each.rep_id for each in trial.line.members} | {each.went_to for each in leads} | {setup.stand_in}
    names = {rep.pk: str(rep) for rep in Rep.objects.filter(pk__in=reps - {None}).select_related("user").order_by("pk")}
    return Tried(leads, trial, checks_of(setup, samples, trial), names)


def _setup(rotation: Rotation, found: Seen, *, at: datetime) -> Setup:
    line = found.line
    since = begins(rotation.resets, on=at.astimezone(ZoneInfo(rotation.time_zone)).date())
    if since is not None and rotation.reset_on is not None and rotation.reset_on < since:
        line = anew(line)
    stand_in = None
    if rotation.when_nobody == Rotation.WhenNobody.FALLBACK:
        stand_in = (
            Rep.objects.filter(pk=rotation.fallback_id, user__is_active=True).values_list("pk", flat=True).first()
        )
    return Setup(
        line=line,
        skipped=skipped_of(rotation),
        away_for=found.away_for,
        is_anyway=rotation.when_nobody == Rotation.WhenNobody.ANYWAY,
        stand_in=stand_in,
    )


def _sample(rotation: Rotation, score: int, word: str) -> Lead:
    lead = Lead(score=score, deal_size=score * A_POINT, source=Source())
    if rotation.skill == Rotation.Skill.SOURCE:
        lead.source = Source(name=word)
    elif rotation.skill == Rotation.Skill.LEAD_TYPE:
        lead.lead_type = next((key for key, name in LeadType.choices if word in (key, str(name))), word)
    elif rotation.skill:
        setattr(lead, rotation.skill, word)
    return lead


def value_of(rotation: Rotation, size: int) -> int:
    """What a turn weighs, as a score or as the size of a deal."""
    return size * (10**6 if rotation.value_of == Rotation.ValueOf.DEAL else 100) // TURN
