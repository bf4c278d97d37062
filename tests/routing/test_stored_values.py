"""Decisions know the values that the database stores: their enums have the values of the models' choices."""

import pytest

from routing.decisions.availability.caps import CAPPED, WINDOWS
from routing.decisions.availability.status import AbsenceKind
from routing.decisions.contact import ContactKind, ContactOutcome
from routing.decisions.rotation.ledger import LedgerKind
from routing.decisions.rotation.reset import Resets
from routing.decisions.rotation.skipped_turns import SkippedMeans
from routing.decisions.rotation.state import CandidateOutcome, Strategy, TurnKind
from routing.models import LedgerLine, Rotation, TimeOff
from routing.presenters.choices import CONTACT_KINDS, CONTACT_OUTCOMES


@pytest.mark.parametrize(
    ("enum", "choices"),
    [
        (Strategy, Rotation.Strategy),
        (SkippedMeans, Rotation.SkippedMeans),
        (Resets, Rotation.Resets),
        (LedgerKind, LedgerLine.Kind),
        (AbsenceKind, TimeOff.Kind),
    ],
)
def test_an_enum_of_decisions_has_the_values_of_the_models_choices(enum, choices):
    assert [each.value for each in enum] == choices.values


def test_values_in_old_turns_and_receipts_stay_readable():
    assert [each.value for each in CandidateOutcome] == ["chosen", "skipped", "not_reached"]
    assert {TurnKind.IN_TURN, TurnKind.OWED, TurnKind.FALLBACK} == {"in_turn", "owed", "fallback"}
    assert {window: f"cap_{window}" for window in WINDOWS} == CAPPED


def test_every_kind_and_outcome_of_contact_has_a_name():
    assert (CONTACT_KINDS.keys(), CONTACT_OUTCOMES.keys()) == (set(ContactKind), set(ContactOutcome))
