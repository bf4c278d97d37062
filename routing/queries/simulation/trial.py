"""Reads what a trial of a rotation needs, and runs it with sample leads or with its latest real leads (F11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from leads.models import Lead, LeadType, Source
from routing.decisions.rotation.participation import participating
from routing.decisions.rotation.reset import period_start, reset_state
from routing.decisions.rotation.skipped_turns import missed_so_far
from routing.decisions.rotation.state import TURN, RotationState
from routing.decisions.simulation.checks import Check, checks_of
from routing.decisions.simulation.trial import SampleLead, Trial, run_trial
from routing.models import Rotation, Turn
from routing.queries.rotation.lead_requirements import members_without_skill, need_of_lead, turn_size
from routing.queries.rotation.state import load_state, skipped_turn_policy
from routing.queries.simulation.setup import rep_names, simulation_setup

SCORES = (72, 35, 88, 50, 64, 20, 95, 41, 58, 80)
DEAL_PER_POINT = 10_000  # the deal size of a sample lead for each point of its score


@dataclass(frozen=True, slots=True)
class TrialLead:
    """A sample lead (with its `number`), or a real one with the rep who got it at the time."""

    number: int
    lead: Lead
    went_to: int | None = None


@dataclass(frozen=True, slots=True)
class TrialReport:
    """`names` are by rep."""

    leads: Sequence[TrialLead]
    trial: Trial
    checks: Sequence[Check]
    names: Mapping[int, str]


def trial_with_samples(rotation: Rotation, *, leads: int, at: datetime) -> TrialReport:
    """With leads that do not exist, of different value. If the rotation asks for a skill, each lead asks for one that a
    member has."""
    state = load_state(rotation, at=at)
    words = list(islice((word for words in state.skills.values() for word in words), leads)) or [""]
    samples = [
        TrialLead(number, _sample(rotation, score, str(word)))
        for number, score, word in zip(range(1, leads + 1), cycle(SCORES), cycle(words), strict=False)
    ]
    return _report(rotation, state, samples, at=at)


def trial_with_latest_leads(rotation: Rotation, *, leads: int, at: datetime) -> TrialReport:
    """With the leads of the latest turns as if they came again now, in the order in which they came."""
    turns = Turn.objects.filter(rotation=rotation).select_related("lead__source").order_by("-number", "-pk")[:leads]
    latest = [TrialLead(number, turn.lead, turn.rep_id) for number, turn in enumerate(reversed(turns), start=1)]
    return _report(rotation, load_state(rotation, at=at), latest, at=at)


def value_of(rotation: Rotation, size: int) -> int:
    """What a turn weighs, as a score or as the size of a deal."""
    return size * (10**6 if rotation.value_of == Rotation.ValueOf.DEAL else 100) // TURN


def _report(rotation: Rotation, state: RotationState, leads: Sequence[TrialLead], *, at: datetime) -> TrialReport:
    setup = simulation_setup(rotation, _reset_if_due(rotation, state, at=at))
    samples = [
        SampleLead(
            turn_size(rotation, each.lead), members_without_skill(need_of_lead(rotation, each.lead), state.members)
        )
        for each in leads
    ]
    trial = run_trial(setup, samples)
    reps = {each.rep_id for each in trial.state.members} | {each.went_to for each in leads} | {setup.fallback}
    return TrialReport(leads, trial, checks_of(setup, samples, trial), rep_names(reps - {None}))


def _reset_if_due(rotation: Rotation, state: RotationState, *, at: datetime) -> RotationState:
    since = period_start(rotation.resets, on=at.astimezone(ZoneInfo(rotation.time_zone)).date())
    is_due = since is not None and rotation.reset_on is not None and rotation.reset_on < since
    if not is_due:
        return state
    state, away_for = participating(state, skipped_turn_policy(rotation))
    return reset_state(state, missed=missed_so_far(state, away_for))


def _sample(rotation: Rotation, score: int, word: str) -> Lead:
    lead = Lead(score=score, deal_size=score * DEAL_PER_POINT, source=Source())
    if rotation.skill == Rotation.Skill.SOURCE:
        lead.source = Source(name=word)
    elif rotation.skill == Rotation.Skill.LEAD_TYPE:
        lead.lead_type = next((key for key, name in LeadType.choices if word in (key, str(name))), word)
    elif rotation.skill:
        setattr(lead, rotation.skill, word)
    return lead
