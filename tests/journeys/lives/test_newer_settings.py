"""Any life of a rotation that also has ramps, membership rules, a limit of the spread, a part of skipped turns made up,
caps by days of the member, turns by room, and counts that sales ops settle: the same must hold (L11, K4, F6, F10)."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from routing.actions.rotation.credits import NothingLeft
from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.member_sync import sync_members
from routing.actions.rotation.membership import RuleEdit
from routing.actions.rotation.ramps import take_ramp_steps
from routing.actions.rotation.settlement import (
    CannotBeSettled,
    NothingToSettle,
    settle_counts,
    take_back_settlement,
)
from routing.decisions.rotation.ramp import read_ramp
from routing.decisions.rotation.settlement import Span
from routing.models import LedgerLine, MembershipRule
from routing.queries.rotation.membership import out_of_step
from tests.effort import examples
from tests.factories import TeamFactory
from tests.journeys.lives.company import MOST, somebody
from tests.journeys.lives.test_any_life import POLICIES, SETTINGS, ZONES, AnyLife

PLANS = ("", "25/50/100 every 1 days", "10/100 every 1 days", "50 every 7 days")
NEWER = st.sampled_from(
    [
        *({"way": way} for way in ("most_free", "fewest_open")),
        *({"way": "value", "spread_limit": limit} for limit in (1, 3)),
        {"spread_limit": None},
        *({"made_up_percent": 50, "skipped_means": policy} for policy in POLICIES[1:]),
        *({"made_up_percent": percent} for percent in (1, 100)),
        *({"cap_zone": zone, "cap_day": 2} for zone in ("member", "rotation")),
        {"cap_zone": "member", "cap_hour": 1},
    ]
)


class NewerLife(AnyLife):
    @initialize(count=st.integers(1, MOST), start=st.lists(SETTINGS | NEWER, max_size=5))
    def begin(self, count: int, start: list[dict]) -> None:
        super().begin(count, start)
        self.team = TeamFactory()
        for number, user in enumerate(self.people):
            user.rep.time_zone = ("", *ZONES[1:])[number % 3]
            user.rep.save(update_fields=["time_zone"])

    @rule(fields=NEWER)
    def newer_settings_change(self, fields: dict) -> None:
        self.edit(**fields)

    @rule(number=somebody, plan=st.sampled_from(PLANS))
    def a_member_gets_a_ramp(self, number: int, plan: str) -> None:
        ramp = str(read_ramp(plan, today=self.at.astimezone(ZoneInfo(self.now().time_zone)).date()) or "")
        self.edit(
            lambda edits: [
                replace(each, ramp=ramp) if place == number % len(edits) else each for place, each in enumerate(edits)
            ]
        )

    @rule()
    def ramps_go_on(self) -> None:
        take_ramp_steps(at=self.at)

    @rule(team=st.booleans(), skill=st.sampled_from(["", "Mandarin"]), weight=st.sampled_from(["0.5", "1"]))
    def the_membership_rules_change(self, team: bool, skill: str, weight: str) -> None:
        rules = [RuleEdit(self.team.pk)] if team else []
        rules += [RuleEdit(None, skill, Decimal(weight))] if skill else []
        edit_rotation(self.now(), rules=rules, by=self.boss, at=self.at)

    @rule(weight=st.sampled_from(["1", "2"]))
    def the_weights_of_the_rules_change(self, weight: str) -> None:
        rows = MembershipRule.objects.filter(rotation=self.rotation).order_by("pk")
        rules = [RuleEdit(row.team_id, row.skill, Decimal(weight), row.pk) for row in rows]
        edit_rotation(self.now(), rules=rules, by=self.boss, at=self.at)

    @rule(number=somebody, joins=st.booleans())
    def the_team_changes(self, number: int, joins: bool) -> None:
        (self.team.reps.add if joins else self.team.reps.remove)(self.person(number).rep)

    @rule()
    def members_follow_the_rules(self) -> None:
        sync_members(at=self.at)
        assert not list(out_of_step())

    @rule(span=st.sampled_from(Span))
    def ops_settle_the_counts(self, span: Span) -> None:
        with suppress(CannotBeSettled, NothingToSettle):
            settle_counts(self.now(), span=span, why="was uneven", by=self.boss, at=self.at)

    @rule()
    def ops_take_the_settlement_back(self) -> None:
        line = LedgerLine.objects.filter(rotation=self.rotation, kind="settled").order_by("-pk").first()
        if line is not None:
            with suppress(NothingLeft):
                take_back_settlement(line, why="not needed", by=self.boss, at=self.at)


@pytest.mark.django_db
def test_any_life_with_newer_settings():
    run_state_machine_as_test(
        NewerLife,
        settings=settings(max_examples=examples(4), stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )
