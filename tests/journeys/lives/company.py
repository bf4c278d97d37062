"""A company whose life hypothesis writes: one rotation, one queue that it drains, and what a test knows by itself."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from leads.queries.leads import rule_facts
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.entries.placement import Arrival, enter
from queues.models import Decline, Entry
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.decisions.availability.caps import WINDOWS
from routing.models import Assignment, Rotation, RotationMember, TimeOff
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, QueueFactory, make_lead, make_ops, make_rep, make_rotation

MOST = 6  # people in the company
SKILLS = ("", "Mandarin", "Thai")
somebody = st.integers(0, MOST - 1)  # the people, or those of them who are members, counted around
orders = st.permutations(range(MOST))


class Company(RuleBasedStateMachine):
    """Every example is rolled back at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at: datetime = MORNING

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def found(self, count: int, **fields: Any) -> None:
        """`count` people, every second one with a skill, and a queue that their rotation drains."""
        self.boss = make_ops()
        self.people = [make_rep(first_name=f"rep{number}") for number in range(count)]
        for number, user in enumerate(self.people):
            user.rep.skills = [skill for place, skill in enumerate(SKILLS[1:]) if (number + place) % 2]
            user.rep.save(update_fields=["skills"])
        self.rotation = make_rotation(*self.people, **fields)
        self.queue = QueueFactory(dispatch="push", rotation=self.rotation)

    # what happens

    def arrive(self, count: int, *, not_to: Collection[User] = (), **fields: Any) -> None:
        """Leads that these people gave back before, if any."""
        leads = [make_lead(at=self.at, **fields) for _lead in range(count)]
        given_back = [Decline(lead=lead, user=user, reason="no_skill", at=self.at) for lead in leads for user in not_to]
        Decline.objects.bulk_create(given_back)
        facts = rule_facts(leads)
        enter(self.queue, [Arrival(lead, facts[lead.pk], since_at=self.at) for lead in leads], at=self.at)

    def serve(self) -> None:
        while serve_waiting(at=self.at):
            pass

    def pass_time(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    def edit(self, change: Callable[[list[MemberEdit]], Sequence[MemberEdit]] | None = None, **fields: Any) -> None:
        """Change settings, and the members by a function of all of them as they are."""
        members = None if change is None else change([as_it_is(each) for each in self.members()])
        edit_rotation(self.now(), fields=fields, members=members, by=self.boss, at=self.at)

    def reorder(self, order: Sequence[int]) -> None:
        def change(edits: list[MemberEdit]) -> list[MemberEdit]:
            places = [number for number in order if number < len(edits)]
            return [with_place(edits[number], place) for place, number in enumerate(places, start=1)]

        self.edit(change)

    # what is so now

    def now(self) -> Rotation:
        return Rotation.objects.get(pk=self.rotation.pk)

    def members(self) -> list[RotationMember]:
        rows = RotationMember.objects.filter(rotation=self.rotation).select_related("rep__user")
        return list(rows.order_by("position", "pk"))

    def member(self, number: int) -> RotationMember | None:
        members = self.members()
        return members[number % len(members)] if members else None

    def person(self, number: int) -> User:
        return User.objects.select_related("rep").get(pk=self.people[number % len(self.people)].pk)

    def held(self) -> list[Assignment]:
        rows = Assignment.objects.open().select_related("lead", "turn", "holder__rep")
        return list(rows.order_by("pk"))

    def waiting(self) -> list[Entry]:
        return list(Entry.objects.waiting().select_related("lead").order_by("pk"))

    # what must hold

    def check_balances(self) -> None:
        """All balances (those of members who left included, owed turns included) and what the clock could not share in
        whole units are exactly zero together (L11)."""
        state = load_state(self.now(), at=self.at)
        left = RotationMember.everybody.filter(rotation=self.rotation, left_at__isnull=False)
        total = sum(state.balance_of(each) for each in state.members) + state.rest
        assert total + sum(left.values_list("balance", flat=True)) == 0

    def check_audit(self) -> None:
        assert audit_rotation(self.now(), at=self.at).faults == []

    def check_pairs(self) -> None:
        """No lead waits that somebody free may have (F6); who is free is read from the facts, not asked of the engine,
        except for what the caps leave."""
        rotation = self.now()
        if not rotation.is_active:
            return
        left = {each.member_id: each.remaining for each in load_state(rotation, at=self.at).members}
        is_anyway = rotation.when_nobody == Rotation.WhenNobody.ANYWAY
        able = [
            each
            for each in self.members()
            if may_work(each) and (is_anyway or (self.is_here(each) and left[each.pk] != 0))
        ]
        users = {each.rep.user_id: each.rep.skills for each in able}
        if rotation.when_nobody == Rotation.WhenNobody.FALLBACK and self.is_free(rotation.fallback):
            users[rotation.fallback.user_id] = None
        for entry in self.waiting():
            declined = set(Decline.objects.filter(lead=entry.lead).values_list("user", flat=True))
            wanted = entry.lead.industry if rotation.skill else ""
            for user, skills in users.items():
                may = skills is None or not wanted or wanted in skills
                assert not may or user in declined, f"{entry} waits though {user} is free"

    def is_here(self, member: RotationMember) -> bool:
        return member.rep.is_available and not self.is_away(member.rep)

    def is_free(self, rep: Any) -> bool:
        return rep.user.is_active and rep.is_available and not self.is_away(rep)

    def is_away(self, rep: Any) -> bool:
        return TimeOff.objects.filter(rep=rep, starts_at__lte=self.at, ends_at__gt=self.at).exists()


def may_work(member: RotationMember) -> bool:
    return member.rep.user.is_active and not member.is_paused and member.weight > 0


def as_it_is(member: RotationMember, **changes: Any) -> MemberEdit:
    values = {"is_paused": member.is_paused, "weight": member.weight, "by_rule": member.rule_id is not None}
    caps = {window: getattr(member, f"cap_{window}") for window in WINDOWS}
    return MemberEdit(member.rep_id, member_id=member.pk, caps=caps, **values | changes)


def with_place(edit: MemberEdit, place: int) -> MemberEdit:
    return replace(edit, position=place)
