"""Find the owners of the accounts of leads, and which of them can be given a lead now (G1)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth import get_user_model

from config.web.people import display_name
from leads.decisions.identity.account_match import Match
from leads.queries.accounts import AccountLookup, account_matches
from queues.decisions.routing_trail import OwnerAway, OwnerStep, Recipient, owner_step
from queues.models import Decline, Queue
from routing.models import Rep
from routing.queries.availability.status import availability_of


@dataclass(frozen=True, slots=True)
class OwnerDirectory:
    """Possible recipients by user id, and the stand-in of each."""

    people: Mapping[int, Recipient]
    stand_ins: Mapping[int, int]

    def step(self, match: Match | None, *, away: OwnerAway, declined: Collection[int] = ()) -> OwnerStep:
        owner = self.person(match.account.owner_id if match else None, declined)
        delegate = self.person(self.stand_ins.get(owner.user_id) if owner else None, declined)
        return owner_step(match, owner, delegate, away=away)

    def person(self, user_id: int | None, declined: Collection[int] = ()) -> Recipient | None:
        found = self.people.get(user_id)
        return None if found is None else replace(found, has_declined=user_id in declined)


def owner_directory(user_ids: Collection[int], *, at: datetime) -> OwnerDirectory:
    """Three queries for any number of users; none without users."""
    if not user_ids:
        return OwnerDirectory({}, {})
    reps = {rep.user_id: rep for rep in _reps(user_ids)}
    stand_ins = {user_id: rep.delegate.user_id for user_id, rep in reps.items() if rep.delegate_id}
    reps |= {rep.delegate.user_id: rep.delegate for rep in [*reps.values()] if rep.delegate_id}
    states = availability_of(reps.values(), at=at)
    people = {
        user_id: Recipient(user_id, str(rep), is_active=rep.user.is_active, away=states[rep.pk].reason)
        for user_id, rep in reps.items()
    }
    without_rep = set(user_ids) - people.keys()
    if without_rep:
        for user in get_user_model().objects.filter(pk__in=without_rep).order_by("pk"):
            name = display_name(user)
            people[user.pk] = Recipient(user.pk, name, is_active=user.is_active, is_rep=False)
    return OwnerDirectory(people, stand_ins)


def owner_steps(queue: Queue, wanted: Mapping[int, AccountLookup], *, at: datetime) -> dict[int, OwnerStep]:
    """The owner step of each lead, by lead id."""
    found = dict(zip(wanted, account_matches(list(wanted.values()), at_least=queue.owner_names_alike), strict=True))
    known = owner_directory(
        {match.account.owner_id for match in found.values() if match and match.account.owner_id}, at=at
    )
    declined = declines_of(pk for pk, match in found.items() if match)
    return {
        pk: known.step(match, away=OwnerAway(queue.owner_away), declined=declined.get(pk, ()))
        for pk, match in found.items()
    }


def declines_of(lead_ids) -> dict[int, set[int]]:
    """Which users gave back which lead (C4)."""
    ids: Sequence[int] = list(lead_ids)
    found: dict[int, set[int]] = {}
    if ids:
        for lead_id, user_id in Decline.objects.filter(lead__in=ids).order_by("pk").values_list("lead", "user"):
            found.setdefault(lead_id, set()).add(user_id)
    return found


def _reps(user_ids: Collection[int]) -> list[Rep]:
    return list(Rep.objects.filter(user__in=user_ids).select_related("user", "delegate__user").order_by("pk"))
