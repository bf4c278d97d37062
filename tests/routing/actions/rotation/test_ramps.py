"""A newcomer's ramp in the turns: steps take effect on their day, whoever comes first, and nothing due is lost (K4)."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.ramps import take_ramp_steps
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.rotation.versions import publish_due, roll_back, save_draft, schedule
from routing.actions.undo import revert_assignment
from routing.decisions.rotation.state import TURN
from routing.models import LedgerLine, Rotation, RotationMember, RotationVersion, TimeOff
from routing.queries.rotation.state import load_state
from routing.queries.rotation.versions import snapshot_of
from tests.factories import MORNING, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(days=7)
PLAN = "25/50/75/100 from 2026-11-16 every 7 days"  # the day of MORNING


@pytest.fixture
def rotation() -> Rotation:
    """A has three times the share of the newcomer N at first."""
    made = make_rotation(make_rep(last_name="A"), make_rep(last_name="N"))
    ramp(made, PLAN)
    return made


def ramp(rotation: Rotation, plan: str | None, *, at: datetime = MORNING, weight: int = 1, paused: bool = False):
    members = list(rotation.members.order_by("position"))
    edits = [MemberEdit(each.rep_id, member_id=each.pk, weight=each.weight) for each in members]
    edits[1] = MemberEdit(
        members[1].rep_id, member_id=members[1].pk, weight=Decimal(weight), ramp=plan, is_paused=paused
    )
    edit_rotation(rotation, members=edits, by=None, at=at)


def given(rotation: Rotation, count: int, *, at: datetime) -> Counter:
    made = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(count)], at=at)
    return Counter(each.holder.last_name for each in made)


def newcomer(rotation: Rotation) -> RotationMember:
    return rotation.members.get(position=1)


def together(rotation: Rotation, *, at: datetime) -> int:
    state = load_state(Rotation.objects.get(pk=rotation.pk), at=at)
    return sum(state.balance_of(each) for each in state.members) + state.rest


def test_a_newcomer_gets_more_week_by_week_and_the_plan_ends_by_itself(rotation: Rotation):
    weeks = [given(rotation, count, at=MORNING + week * WEEK) for week, count in enumerate((5, 3, 7, 4, 4))]
    assert [(each["A"], each["N"]) for each in weeks] == [(4, 1), (2, 1), (4, 3), (2, 2), (2, 2)]
    kept = newcomer(rotation)
    assert (kept.ramp, kept.ramp_percent, kept.ramp_next_on) == (PLAN, 100, None)
    assert audit_rotation(rotation, at=MORNING + 5 * WEEK).faults == []


def test_a_step_is_written_to_the_ledger_and_makes_no_version(rotation: Rotation):
    version = Rotation.objects.get().version
    given(rotation, 1, at=MORNING + WEEK)
    line = LedgerLine.objects.get(kind="ramp")
    assert (line.member, line.by, line.details) == (
        newcomer(rotation).pk,
        None,
        {"percent": 50, "weight": 50, "forgiven": 0},
    )
    assert Rotation.objects.get().version == version
    assert newcomer(rotation).ramp_next_on == date(2026, 11, 30)


def test_a_lead_before_the_worker_takes_the_step_like_the_worker(rotation: Rotation):
    given(rotation, 7, at=MORNING)
    monday = datetime(2026, 11, 22, 17, tzinfo=UTC)  # midnight in Jakarta
    before = load_state(Rotation.objects.get(), at=monday - DAY / 24)
    assert take_ramp_steps(at=monday - DAY / 24) == 0
    shown = load_state(Rotation.objects.get(), at=monday)
    assert [take_ramp_steps(at=monday), take_ramp_steps(at=monday)] == [1, 0]
    stored = load_state(Rotation.objects.get(), at=monday, as_stored=True)
    assert [each.weight for each in before.members] == [100, 25]
    assert [each.weight for each in shown.members] == [each.weight for each in stored.members] == [100, 50]
    was = [before.balance_of(each) for each in before.members]
    assert [stored.balance_of(each) for each in stored.members] == was, "what was due stays due (L10)"
    assert audit_rotation(rotation, at=monday).faults == []


def test_several_steps_that_nobody_took_come_to_the_last_one(rotation: Rotation):
    given(rotation, 4, at=MORNING + 15 * DAY)
    assert list(LedgerLine.objects.filter(kind="ramp").values_list("details__percent", flat=True)) == [75]
    assert audit_rotation(rotation, at=MORNING + 15 * DAY).faults == []


def test_without_the_plan_the_whole_weight_counts_at_once(rotation: Rotation):
    assert given(rotation, 5, at=MORNING) == {"A": 4, "N": 1}
    ramp(rotation, "", at=MORNING + DAY)
    kept = newcomer(rotation)
    assert (kept.ramp, kept.ramp_percent, kept.ramp_next_on) == ("", 100, None)
    assert given(rotation, 6, at=MORNING + DAY) == {"A": 3, "N": 3}
    assert audit_rotation(rotation, at=MORNING + DAY).faults == []


def test_an_edit_that_does_not_name_the_plan_keeps_it(rotation: Rotation):
    ramp(rotation, None, at=MORNING + DAY, weight=2)
    kept = newcomer(rotation)
    assert (kept.ramp, kept.ramp_percent) == (PLAN, 25)
    assert given(rotation, 6, at=MORNING + DAY) == {"A": 4, "N": 2}


def test_turns_skipped_before_a_step_stay_owed_with_the_old_weight(rotation: Rotation):
    edit_rotation(rotation, fields={"skipped_means": "owed"}, by=None, at=MORNING)
    TimeOff.objects.create(rep=newcomer(rotation).rep, kind="leave", starts_at=MORNING, ends_at=MORNING + WEEK + DAY)
    given(rotation, 10, at=MORNING + DAY)
    given(rotation, 3, at=MORNING + WEEK)
    assert newcomer(rotation).owed == 0, "not before the return"
    given(rotation, 1, at=MORNING + WEEK + 2 * DAY)
    assert (newcomer(rotation).turns_given, newcomer(rotation).owed) == (1, 2), "a fifth of ten and a third of three"
    assert abs(together(rotation, at=MORNING + WEEK + 2 * DAY)) < TURN // 10**6
    assert audit_rotation(rotation, at=MORNING + WEEK + 2 * DAY).faults == []


def test_the_steps_of_a_ramp_owe_no_turns_of_their_own_for_an_absence_that_goes_on():
    """What was missed of five leads, one in each step, comes to four fifths of a turn: one is owed, not five."""
    rotation = make_rotation(*(make_rep(last_name=name) for name in "BACD"), skipped_means="owed")
    ramp(rotation, "20/40/60/80/100 from 2026-11-16 every 7 days")
    TimeOff.objects.create(rep=newcomer(rotation).rep, kind="leave", starts_at=MORNING, ends_at=MORNING + 29 * DAY)
    weeks = [given(rotation, 1, at=MORNING + week * WEEK) for week in range(5)]
    assert sum(weeks, Counter())["A"] == 0
    assert LedgerLine.objects.filter(kind="ramp", owed=0).count() == 4
    back = MORNING + 30 * DAY
    assert given(rotation, 8, at=back)["A"] == 3, "two of eight, and one that is owed"
    assert LedgerLine.objects.get(kind="back", owed__gt=0).owed == 1
    assert abs(together(rotation, at=back)) < TURN // 10**6
    assert audit_rotation(rotation, at=back).faults == []


def test_a_turn_before_a_step_can_be_undone_after_it(rotation: Rotation):
    midnight = datetime(2026, 11, 22, 17, tzinfo=UTC)
    made = take_turns(rotation, [TurnRequest(make_lead())], at=midnight - timedelta(minutes=1))
    given(rotation, 1, at=midnight)
    revert_assignment(made[0], by=None, at=midnight + timedelta(minutes=1))
    assert abs(together(rotation, at=midnight)) < TURN // 10**6
    assert audit_rotation(rotation, at=midnight).faults == []


def test_a_plan_in_a_draft_begins_with_the_draft_and_goes_with_a_restored_version():
    rotation = make_rotation(make_rep(last_name="A"), make_rep(last_name="N"))
    wanted = snapshot_of(rotation)
    wanted["members"][1]["ramp"] = PLAN
    draft = save_draft(rotation, wanted, sent=[], by=None, at=MORNING)
    schedule(draft, publish_at=MORNING + WEEK, by=None, at=MORNING)
    assert publish_due(at=MORNING + WEEK) == 1
    assert newcomer(rotation).ramp_percent == 50, "the second week of the plan"
    now = Rotation.objects.get()
    for version in RotationVersion.objects.all():  # as a release before had it
        for member in version.snapshot["members"]:
            member.pop("ramp") if version.number == 1 else None
        version.save()
    roll_back(now, 1, version=now.version, by=None, at=MORNING + 8 * DAY)
    assert (newcomer(rotation).ramp, newcomer(rotation).ramp_percent) == ("", 100)
    assert audit_rotation(rotation, at=MORNING + 8 * DAY).faults == []


def test_the_smallest_weight_gets_leads_in_its_first_step():
    rotation = make_rotation(make_rep(last_name="A"), make_rep(last_name="N"))
    RotationMember.objects.update(weight=Decimal("0.01"))
    edits = [
        MemberEdit(each.rep_id, member_id=each.pk, weight=each.weight, ramp=plan)
        for each, plan in zip(rotation.members.order_by("position"), ("", PLAN), strict=True)
    ]
    edit_rotation(rotation, members=edits, by=None, at=MORNING)
    assert given(rotation, 4, at=MORNING) == {"A": 2, "N": 2}


def test_a_newcomer_with_a_plan_catches_up_to_the_first_step_only():
    rotation = make_rotation(make_rep(last_name="A"), make_rep(last_name="B"), joins_level=True)
    given(rotation, 16, at=MORNING)
    new = make_rep(last_name="N")
    edits = [MemberEdit(each.rep_id, member_id=each.pk) for each in rotation.members.order_by("position")]
    edit_rotation(rotation, members=[*edits, MemberEdit(new.rep.pk, ramp=PLAN)], by=None, at=MORNING)
    assert rotation.members.get(rep=new.rep).owed == 2, "a quarter of the eight that the others have"
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_a_step_on_weight_nought_is_taken_once_where_leads_go_by_room(rotation: Rotation):
    edit_rotation(rotation, fields={"way": "fewest_open"}, by=None, at=MORNING)
    ramp(rotation, PLAN, weight=0)
    later = MORNING + 8 * DAY
    assert [take_ramp_steps(at=later), take_ramp_steps(at=later)] == [1, 0]
    assert given(rotation, 2, at=later) == {"A": 2}
    assert audit_rotation(rotation, at=later).faults == []


def test_a_step_during_an_absence_gives_back_what_is_not_made_up_of_the_value():
    made = make_rotation(
        make_rep(last_name="A"), make_rep(last_name="N"), way="value", skipped_means="owed", made_up_percent=50
    )
    ramp(made, PLAN)
    TimeOff.objects.create(rep=newcomer(made).rep, kind="leave", starts_at=MORNING, ends_at=MORNING + 2 * WEEK)
    given(made, 4, at=MORNING)
    given(made, 1, at=MORNING + WEEK)
    assert LedgerLine.objects.get(kind="ramp").details["forgiven"] > 0
    assert abs(together(made, at=MORNING + WEEK)) < 10**6
    given(made, 3, at=MORNING + 2 * WEEK)
    assert audit_rotation(made, at=MORNING + 2 * WEEK).faults == []
