"""Any life of a rotation, through the actions that pages and tasks call: after every step no lead waits for somebody
who is free, all balances together are zero, and the ledger replays to the same owners and sums (L11, F6, F6b)."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from leads.decisions.stages import RETURN_REASONS
from queues.actions.claims.take import QueueIsEmpty
from queues.actions.claims.undo import undo_assignment
from queues.actions.clocks.escalations import escalate, move_to_front, reassign_escalated, take_over
from queues.actions.dispatch.assign_next import NobodyToAssign, assign_next
from queues.actions.dispatch.redistribution import NoOpenLeads, redistribute_leads
from queues.models import Escalation
from routing.actions.assignment import LeadHasHolder, return_lead
from routing.actions.availability.time_off import cancel_time_off, end_due_pauses, plan_time_off, set_available
from routing.actions.people import deactivate_person, reactivate_person
from routing.actions.rotation.credits import NothingLeft, catch_up, take_back_catch_up
from routing.actions.rotation.editing import MemberEdit, reorder_rotations
from routing.actions.rotation.versions import (
    Conflict,
    MinuteIsTaken,
    NothingToChange,
    TooManyDrafts,
    publish,
    roll_back,
    save_draft,
    schedule,
)
from routing.actions.undo import AlreadyWorkedOn, TooLateToUndo
from routing.models import LedgerLine, TimeOff
from routing.queries.rotation.versions import snapshot_of
from tests.effort import examples
from tests.journeys.lives.company import MOST, SKILLS, Company, orders, somebody

POLICIES = ("forgone", "owed", "first", "daily")
ZONES = ("Asia/Jakarta", "Europe/Berlin", "Pacific/Auckland")
SETTINGS = st.sampled_from(
    [
        *({"skipped_means": policy} for policy in POLICIES),
        *({"time_zone": zone} for zone in ZONES),
        *({"resets": resets} for resets in ("never", "daily", "weekly", "monthly")),
        *({"way": way} for way in ("smooth", "blocks", "value")),
        *({"when_nobody": when} for when in ("hold", "hold", "anyway")),
        *({"order": order} for order in ("name", "joined", "performance", "shuffled")),
        *({"owed_limit": limit} for limit in (1, 4)),
        *({"cap_day": cap} for cap in (None, 2)),
        *({"cap_hour": cap} for cap in (None, 1)),
        *({"skill": skill} for skill in ("industry", "")),
        {"owed_a_day": 2},
        {"counts_by_hand": True},
        {"joins_level": True},
        {"skips_over_capacity": True},
        {"is_active": False},
        {"is_active": True},
    ]
)


class AnyLife(Company):
    @initialize(count=st.integers(1, MOST), start=st.lists(SETTINGS, max_size=4))
    def begin(self, count: int, start: list[dict]) -> None:
        self.found(count, skill="industry", counts_by_hand=True)
        for fields in start:
            self.edit(**fields)

    @rule(count=st.integers(1, 7), skill=st.sampled_from(SKILLS), score=st.sampled_from([0, 10, 50, 100]))
    def leads_come(self, count: int, skill: str, score: int) -> None:
        self.arrive(count, industry=skill, score=score)

    @rule(minutes=st.sampled_from([1, 4, 61, 9 * 60, 26 * 60, 8 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.pass_time(minutes)
        end_due_pauses(at=self.at)

    @rule(number=somebody, hours=st.sampled_from([1, 5, 40]))
    def somebody_goes_on_leave(self, number: int, hours: int) -> None:
        rep, until = self.person(number).rep, self.at + timedelta(hours=hours)
        plan_time_off(rep, kind="leave", starts_at=self.at, ends_at=until, note="", by=self.boss, at=self.at)

    @rule()
    def everybody_comes_back(self) -> None:
        for time_off in TimeOff.objects.select_related("rep").order_by("pk"):
            cancel_time_off(time_off, by=self.boss, at=self.at)

    @rule(number=somebody, is_available=st.booleans())
    def somebody_is_switched(self, number: int, is_available: bool) -> None:
        set_available(self.person(number).rep, is_available=is_available, by=self.boss, at=self.at)

    @rule(number=somebody, is_active=st.booleans())
    def an_account_is_switched(self, number: int, is_active: bool) -> None:
        switch = reactivate_person if is_active else deactivate_person
        switch(self.person(number), by=self.boss, at=self.at)

    @rule(number=somebody, skills=st.sampled_from([[], ["Mandarin"], ["Thai", "Mandarin"]]))
    def somebody_learns(self, number: int, skills: list[str]) -> None:
        rep = self.person(number).rep
        rep.skills = skills
        rep.save(update_fields=["skills"])

    @rule(fields=SETTINGS)
    def settings_change(self, fields: dict) -> None:
        self.edit(**fields)

    @rule(number=somebody)
    def somebody_is_the_fallback(self, number: int) -> None:
        self.edit(when_nobody="fallback", fallback=self.person(number).rep)

    @rule(
        number=somebody,
        change=st.sampled_from(
            [
                *({"weight": Decimal(weight)} for weight in ("0.5", "1", "1", "3", "0")),
                *({"is_paused": paused} for paused in (True, False)),
                *({"caps": caps} for caps in ({}, {"day": 1}, {"hour": 1, "week": 4}, {"month": 0})),
            ]
        ),
    )
    def a_member_changes(self, number: int, change: dict) -> None:
        self.edit(lambda edits: [replace(each, **change) if _is(each, number, edits) else each for each in edits])

    @rule(order=orders)
    def the_order_changes(self, order: list[int]) -> None:
        self.reorder(order)

    @rule()
    def the_night_comes(self) -> None:
        reorder_rotations(at=self.at)

    @rule(numbers=st.sets(somebody, min_size=1))
    def some_leave_the_rotation(self, numbers: set[int]) -> None:
        self.edit(lambda edits: [each for place, each in enumerate(edits) if place not in numbers])

    @rule(level=st.booleans())
    def everybody_who_left_joins_again(self, level: bool) -> None:
        here = {each.rep_id for each in self.members()}
        gone = [MemberEdit(user.rep.pk) for user in self.people if user.rep.pk not in here]
        self.edit(lambda edits: [*edits, *gone], joins_level=level)

    @rule(number=somebody, turns=st.integers(1, 3))
    def ops_give_turns(self, number: int, turns: int) -> None:
        if member := self.member(number):
            catch_up(self.rotation, rep=member.rep, turns=turns, why="was ill", by=self.boss, at=self.at)

    @rule()
    def ops_take_turns_back(self) -> None:
        line = LedgerLine.objects.filter(rotation=self.rotation, kind="catch_up", owed__gt=0).first()
        if line is not None:
            with suppress(NothingLeft):
                take_back_catch_up(line, why="not needed", by=self.boss, at=self.at)

    @rule(number=st.integers(0, 3))
    def an_assignment_is_undone(self, number: int) -> None:
        if held := self.held():
            with suppress(TooLateToUndo, AlreadyWorkedOn):
                undo_assignment(held[-1 - number % len(held)], by=self.boss, at=self.at)

    @rule(number=st.integers(0, 5), reason=st.sampled_from(sorted(RETURN_REASONS)))
    def a_lead_is_given_back(self, number: int, reason: str) -> None:
        if held := self.held():
            given = held[number % len(held)]
            return_lead(given, reason=reason, note="", by=given.holder, at=self.at)

    @rule(number=st.integers(0, 5), to=somebody)
    def a_manager_moves_a_lead(self, number: int, to: int) -> None:
        if held := self.held():
            case = escalate(
                held[number % len(held)].lead, queue=self.queue, kind="contact", broke_at=self.at, at=self.at
            )
            with suppress(LeadHasHolder):
                if case is not None and self.person(to).is_active:
                    reassign_escalated(case, to=self.person(to).rep, by=self.boss, at=self.at)

    @rule(is_taken=st.booleans())
    def a_manager_decides_about_a_case(self, is_taken: bool) -> None:
        case = Escalation.objects.filter(closed_at__isnull=True, lead__in=[each.lead_id for each in self.waiting()])
        if (case := case.order_by("pk").first()) is not None:
            (take_over if is_taken else move_to_front)(case, by=self.boss, at=self.at)

    @rule()
    def a_manager_presses_assign_next(self) -> None:
        with suppress(NobodyToAssign, QueueIsEmpty):
            assign_next(self.queue, by=self.boss, at=self.at)

    @rule(number=somebody)
    def leads_of_somebody_are_handed_on(self, number: int) -> None:
        with suppress(NoOpenLeads):
            rep = self.person(number).rep
            redistribute_leads(rep, through=self.now(), shown_fingerprint=None, by=self.boss, at=self.at)

    @rule(fields=SETTINGS, order=orders, leaves=st.booleans(), minutes=st.sampled_from([0, 3, 61]))
    def a_draft_is_made(self, fields: dict, order: list[int], leaves: bool, minutes: int) -> None:
        rotation = self.now()
        snapshot = snapshot_of(rotation)
        places = [number for number in order if number < len(snapshot["members"])]
        members = [snapshot["members"][number] for number in places[leaves:]]
        after = {"fields": snapshot["fields"] | {"order": "hand"} | fields, "members": members}
        with suppress(NothingToChange, TooManyDrafts, MinuteIsTaken, Conflict):
            draft = save_draft(rotation, after, sent=[], by=self.boss, at=self.at)
            if minutes:
                when = self.at + timedelta(minutes=minutes)
                schedule(draft, publish_at=when, by=self.boss, at=self.at, reason="new plan")
            else:
                publish(draft, version=rotation.version, by=self.boss, at=self.at, reason="new plan")

    @rule(number=st.integers(1, 9))
    def an_earlier_version_is_brought_back(self, number: int) -> None:
        rotation = self.now()
        if number < rotation.version:
            with suppress(NothingToChange, Conflict):
                roll_back(rotation, number, version=rotation.version, by=self.boss, at=self.at, reason="was better")

    @invariant()
    def what_must_hold_holds(self) -> None:
        self.serve()
        self.check_pairs()
        self.check_balances()
        self.check_audit()


def _is(edit, number: int, edits: list) -> bool:
    return edit is edits[number % len(edits)]


@pytest.mark.django_db
def test_any_life():
    run_state_machine_as_test(
        AnyLife,
        settings=settings(max_examples=examples(10), stateful_step_count=25, suppress_health_check=list(HealthCheck)),
    )
