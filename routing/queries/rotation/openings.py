"""Reads who can be given leads of a rotation now, and which place a rep has in line (C5, F6)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from routing.decisions.availability.skills import holds_skill
from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.state import Candidate, RotationState
from routing.decisions.rotation.turns import upcoming_reps
from routing.models import Rep, Rotation
from routing.queries.availability.status import availability_of
from routing.queries.rotation.my_turns import my_rotations
from routing.queries.rotation.state import load_state


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody who can be given a lead now. `skills` None: no skill is asked of this person. `left`: at most so many
    leads now; None: any number."""

    user_id: int
    skills: Sequence[str] | None = None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Openings:
    """Who can be given leads of a rotation now; `skill` is the kind that its leads ask for."""

    takers: tuple[Taker, ...] = ()
    skill: str = ""

    @property
    def turns(self) -> int | None:
        """How many leads can be given out now; None: any number."""
        left = [each.left for each in self.takers]
        return None if None in left else sum(count for count in left if count is not None)

    def somebody_may(self, wanted: frozenset[str], declined: Collection[int] = ()) -> bool:
        """Whether anybody can be given a lead that asks for this skill, by all its names, and that these users gave
        back."""
        return any(each.user_id not in declined for each in self.holders(wanted))

    def holders(self, wanted: frozenset[str]) -> list[Taker]:
        """Those who hold this skill, also if they gave the lead back."""
        return [
            each
            for each in self.takers
            if not wanted or each.skills is None or holds_skill(self.skill, wanted, each.skills)
        ]


def openings(rotation: Rotation, *, at: datetime) -> Openings:
    """Everybody to whom this rotation would give a lead now (F5, F6)."""
    if not rotation.is_active:
        return Openings(skill=rotation.skill)
    return openings_of(rotation, load_state(rotation, at=at), at=at)


def openings_of(rotation: Rotation, state: RotationState, *, at: datetime) -> Openings:
    """openings() of a rotation that is on, whose state is known."""
    anyway = rotation.when_nobody == Rotation.WhenNobody.ANYWAY
    takers = [
        Taker(
            state.users[each.member_id],
            state.skills.get(each.member_id, ()) if rotation.skill else None,
            None if anyway or each.remaining is None else max(each.remaining, 0),
        )
        for each in state.members
        if not each.skip_reason or (anyway and _may_be_given_anyway(each))
    ]
    fallback = fallback_person(rotation, at=at)
    if fallback is not None:
        takers.append(Taker(fallback.user_id))
    return Openings(tuple(takers), rotation.skill)


def _may_be_given_anyway(member: Candidate) -> bool:
    return member.skip_reason != SkipReason.PAUSED and member.reason != SkipReason.INACTIVE


def fallback_person(rotation: Rotation, *, at: datetime) -> Rep | None:
    """Who gets a lead when no member can (F6); None while that person is away, switched off or not active."""
    if rotation.when_nobody != Rotation.WhenNobody.FALLBACK or rotation.fallback_id is None:
        return None
    person = Rep.objects.select_related("user").get(pk=rotation.fallback_id)
    return person if availability_of([person], at=at)[person.pk].is_available else None


def rep_places_in_line(rep: Rep, *, at: datetime) -> list[dict]:
    """The place of this rep in each own rotation (C5): rotation, place (None when passed over, with the reason), length
    of the line."""
    found = []
    for rotation in my_rotations(rep).filter(is_active=True):
        state = load_state(rotation, at=at)
        line = upcoming_reps(state)
        place = line.index(rep.pk) + 1 if rep.pk in line else None
        reason = next((each.skip_reason for each in state.members if each.rep_id == rep.pk), "")
        found.append({"rotation": rotation, "place": place, "of": len(line), "reason": reason})
    return found
