"""An installation of the last release that followed a pointer: the next lead of every rotation goes to the one who was
next before, nothing is lost, and all that follows is fair and can be replayed (L11)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from leads.models import Lead
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.models import Rotation, RotationMember
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, make_lead
from tests.upgrades.releases import made_by, schema, upgraded

NOW = MORNING + timedelta(days=2, hours=1)
ALL_BACK = MORNING + timedelta(days=11)
NEXT_DAY = ALL_BACK + timedelta(days=1)
# That release gave more owed turns than the rotation allows a day, where weights are spread evenly.
OWED_TOO_FAST = "back: daily, smooth 2 1 1 1"


@pytest.fixture(scope="module")
def release(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """On SQLite it migrates as a person would. On PostgreSQL it takes the quicker migrations of the test databases, as
    they differ in how Django keeps its models, not in statements."""
    found = made_by("pointers")
    with django_db_blocker.unblock():
        new = schema()
        with upgraded("pointers", found["tables"], quickly=connection.vendor == "postgresql"):
            leads = [make_lead() for _lead in range(25)]
            yield found | {"leads": leads, "schema": new}


@pytest.mark.database
def test_nothing_is_lost(release):
    for label, table in release["tables"].items():
        kept = set(apps.get_model(label)._base_manager.values_list("pk", flat=True))
        assert kept >= {row[0] for row in table["rows"] if "id" in table["columns"]}, label


@pytest.mark.database
def test_the_schema_is_that_of_a_new_installation(release):
    """Also: the quicker migrations of the test database (tests/quick_migrations.py) make what the usual ones make."""
    assert len(release["schema"]) > 300
    assert schema() == release["schema"]


@pytest.mark.database
@pytest.mark.parametrize(("said", "at"), [("next", NOW), ("later", ALL_BACK)])
def test_the_next_lead_goes_to_the_one_who_was_next(release, said, at):
    was = {name: each[said][:1] for name, each in release["next"].items()}
    now = {each.name: next_ones(each, 1, release["leads"], at=at) for each in rotations()}
    assert now == was | ({OWED_TOO_FAST: "A"} if said == "next" else {})


@pytest.mark.database
def test_the_next_six_leads_go_as_they_would_have_gone_in_nearly_all_rotations(release):
    """Blocks and lists with turns in advance go on in another order after the first lead."""
    was = {name: each["next"] for name, each in release["next"].items()}
    now = {each.name: next_ones(each, 6, release["leads"], at=NOW) for each in rotations()}
    other = {name: (was[name], now[name]) for name in was if now[name] != was[name]}
    assert len(other) <= 5, other


@pytest.mark.database
def test_owed_turns_stay_owed(release):
    """Who is away is owed from now on what the release before would have made owed on return."""
    for rotation in rotations():
        was = {name: turns for name, turns in release["next"][rotation.name]["owed"].items() if turns > 0}
        members = rotation.members.select_related("rep__user").order_by("position")
        now = {each.rep.user.first_name: each.owed for each in members if each.owed}
        assert now.items() >= was.items(), rotation
        assert now == was or rotation.name.startswith("away"), rotation


@pytest.mark.database
def test_balances_are_zero_and_the_audit_is_clean_also_after_fifty_turns(release):
    for rotation in rotations():
        with transaction.atomic():
            assert (total(rotation), audit_rotation(rotation, at=NOW).faults) == (0, []), rotation
            for at, count in ((NOW, 25), (ALL_BACK, 15), (NEXT_DAY, 10)):
                give(rotation, release["leads"][:count], at=at)
            assert (total(rotation), audit_rotation(rotation, at=NEXT_DAY).faults) == (0, []), rotation
            transaction.set_rollback(True)


def rotations() -> list[Rotation]:
    return list(Rotation.objects.order_by("pk"))


def next_ones(rotation: Rotation, count: int, leads: list[Lead], *, at: datetime) -> str:
    with transaction.atomic():
        got = give(rotation, leads[:count], at=at)
        transaction.set_rollback(True)
    return got


def give(rotation: Rotation, leads: list[Lead], *, at: datetime) -> str:
    try:
        made = take_turns(rotation, [TurnRequest(lead) for lead in leads], at=at)
    except NobodyAvailable:
        return ""
    names = "".join(each.holder.first_name for each in made)
    type(made[0]).objects.filter(pk__in=[each.pk for each in made]).update(ended_at=at, ended_how="undone")
    return names


def total(rotation: Rotation) -> int:
    state = load_state(Rotation.objects.get(pk=rotation.pk), at=NOW)
    left = RotationMember.everybody.filter(rotation=rotation, left_at__isnull=False)
    here = sum(state.balance_of(each) for each in state.members) + state.rest
    return here + sum(left.values_list("balance", flat=True))
