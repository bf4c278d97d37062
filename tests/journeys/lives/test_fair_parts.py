"""How far anybody is from the part that is due, counted by the test itself in fractions from what happened (L11).

While all may have all, everybody is within one turn. With leads that only some may have no rule can promise one: in
every list there are leads, chosen after each choice, that leave somebody further behind, the more people the further.
All that can happen to four people was searched: nobody is further than 1.5 turns. Six can be brought to 2.3 by such an
enemy; leads that come as they come leave nobody two turns behind.
"""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from queues.actions.claims.undo import undo_assignment
from routing.actions.rotation.credits import catch_up
from routing.actions.rotation.versions import NothingToChange, publish, roll_back, save_draft
from routing.models import Assignment, LedgerLine
from routing.queries.rotation.versions import snapshot_of
from tests.effort import examples
from tests.journeys.lives.company import MOST, SKILLS, Company, orders, somebody

WEIGHTS = st.sampled_from([Decimal(weight) for weight in ("0.5", "1", "2", "3", "10")])


class FairParts(Company):
    """Turns ahead of the others are on top of the parts: neither they nor what all pay for them is counted."""

    skill = ""

    def found(self, count: int, **fields: object) -> None:
        super().found(count, skill=self.skill, **fields)
        self.weights = {user.pk: Fraction(1) for user in self.people}
        self.due = dict.fromkeys(self.weights, Fraction(0))
        self.given, self.waited, self.owed = Counter(), Counter(), Counter()
        self.parts: dict[int, dict[int, Fraction]] = {}  # of every lead that was no turn ahead, by assignment
        self.newest = 0

    def give(self, count: int, may_have: set[int], **fields: object) -> None:
        """Leads that these people may have; each goes to one of them, and to who is owed a turn before all."""
        not_to = [user for user in self.people if user.pk not in may_have]
        self.arrive(count, not_to=[] if fields else not_to, **fields)
        self.serve()
        made = Assignment.objects.filter(pk__gt=self.newest).select_related("turn").order_by("pk")
        for each in made:
            self.newest = each.pk
            assert each.holder_id in may_have
            owed = {user for user in may_have if self.owed[user] > 0}
            assert each.turn.is_owed == bool(owed)
            if owed:
                assert each.holder_id in owed
                self.owed[each.holder_id] -= 1
            else:
                self._share(each, may_have)
        assert not self.waiting()
        self.check()

    def _share(self, assignment: Assignment, may_have: set[int]) -> None:
        whole = sum(self.weights[user] for user in may_have)
        self.parts[assignment.pk] = {user: self.weights[user] / whole for user in may_have}
        for user, part in self.parts[assignment.pk].items():
            self.due[user] += part
            self.waited[user] = 0 if user == assignment.holder_id else self.waited[user] + 1
        self.given[assignment.holder_id] += 1

    def furthest(self) -> Fraction:
        return max(abs(self.due[user] - self.given[user]) for user in self.weights)

    def check(self) -> None:
        self.check_balances()
        self.check_audit()

    @rule(order=orders)
    def the_order_changes(self, order: list[int]) -> None:
        self.reorder(order)

    @rule(order=orders, zone=st.sampled_from(["Europe/Berlin", "Asia/Jakarta"]))
    def a_draft_is_published(self, order: list[int], zone: str) -> None:
        snapshot = snapshot_of(self.now())
        members = [snapshot["members"][number] for number in order if number < len(snapshot["members"])]
        try:
            after = {"fields": snapshot["fields"] | {"time_zone": zone, "order": "hand"}, "members": members}
            draft = save_draft(self.rotation, after, sent=[], by=self.boss, at=self.at)
        except NothingToChange:
            return
        publish(draft, version=None, by=self.boss, at=self.at)

    @rule()
    def the_first_version_is_brought_back(self) -> None:
        if self.now().version > 1:
            try:
                roll_back(self.rotation, 1, version=self.now().version, by=self.boss, at=self.at)
            except NothingToChange:
                return

    @rule(minutes=st.sampled_from([1, 61, 26 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.pass_time(minutes)


class AllMayHaveAll(FairParts):
    @initialize(
        weights=st.one_of(
            st.lists(st.just(Decimal(1)), min_size=2, max_size=MOST), st.lists(WEIGHTS, min_size=2, max_size=5)
        )
    )
    def begin(self, weights: list[Decimal]) -> None:
        self.found(len(weights))
        for member, user, weight in zip(self.members(), self.people, weights, strict=True):
            self.rotation.members.filter(pk=member.pk).update(weight=weight)
            self.weights[user.pk] = Fraction(weight)

    @rule(count=st.integers(1, 9))
    def leads_come(self, count: int) -> None:
        self.give(count, set(self.weights))

    @rule(number=somebody, turns=st.integers(1, 3))
    def ops_give_turns(self, number: int, turns: int) -> None:
        user = self.person(number)
        catch_up(self.rotation, rep=user.rep, turns=turns, why="was ill", by=self.boss, at=self.at)
        self.owed[user.pk] += turns

    @precondition(lambda self: self.held())
    @rule()
    def the_last_lead_is_undone(self) -> None:
        last = self.held()[-1]
        if (self.at - last.assigned_at).total_seconds() > 300:
            return
        undo_assignment(last, by=self.boss, at=self.at)
        line = LedgerLine.objects.filter(turn=last.turn, kind="undone").get()
        if line.details["way"] == "credit" or last.turn.is_owed:  # a turn ahead for who lost the lead
            self.owed[last.holder_id] += 1
        else:
            for user, part in self.parts.pop(last.pk).items():
                self.due[user] -= part
            self.given[last.holder_id] -= 1
        self.give(0, set(self.weights))  # the lead waits again

    def check(self) -> None:
        super().check()
        assert self.furthest() <= 1


class SomeMayHaveSome(FairParts):
    skill = "industry"

    @initialize(count=st.integers(2, MOST))
    def begin(self, count: int) -> None:
        self.found(count)

    @rule(count=st.integers(1, 6), skill=st.sampled_from(SKILLS))
    def leads_that_ask_for_a_skill_come(self, count: int, skill: str) -> None:
        may = {user.pk for user in self.people if not skill or skill in user.rep.skills}
        if may:
            self.give(count, may, industry=skill)

    @rule(count=st.integers(1, 4), numbers=st.sets(somebody, max_size=MOST - 1))
    def leads_that_some_gave_back_come(self, count: int, numbers: set[int]) -> None:
        may = {user.pk for number, user in enumerate(self.people) if number not in numbers}
        if may:
            self.give(count, may)

    def check(self) -> None:
        super().check()
        assert self.furthest() <= 2
        assert max(self.waited.values(), default=0) <= 2 * len(self.people)


@pytest.mark.django_db
@pytest.mark.parametrize("life", [AllMayHaveAll, SomeMayHaveSome])
def test_nobody_is_far_from_the_part_that_is_due(life):
    run_state_machine_as_test(
        life,
        settings=settings(max_examples=examples(8), stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )
