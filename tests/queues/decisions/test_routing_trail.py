"""Who gets a lead of a known account when people are away or have left (G1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.identity.account_match import AccountCandidate, Match
from queues.decisions.routing_trail import (
    ASSIGNING_OUTCOMES,
    OwnerAway,
    OwnerOutcome,
    OwnerStep,
    Recipient,
    owner_step,
    without_owner_steps,
)

MATCH = Match(AccountCandidate(1, "Maju Jaya Tbk", 7), "name", 94, company_name="PT Maju Jya")
OWNER = Recipient(7, "Rina")
AWAY = Recipient(7, "Rina", away="on_leave")
STAND_IN = Recipient(8, "Dimas")


def test_without_an_account_or_an_owner_the_lead_goes_on():
    assert owner_step(None, None, None, away=OwnerAway.WAIT) == OwnerStep(OwnerOutcome.UNKNOWN)
    nobody = owner_step(MATCH, None, None, away=OwnerAway.WAIT)
    assert (nobody.then, nobody.waits_for, nobody.account) == (OwnerOutcome.NO_OWNER, None, "Maju Jaya Tbk")


def test_an_owner_who_is_there_gets_it_and_the_step_says_all():
    step = owner_step(MATCH, OWNER, STAND_IN, away=OwnerAway.DELEGATE)
    assert step.as_stored() == {
        "step": "owner",
        "then": "owner",
        "account": "Maju Jaya Tbk",
        "typed": "PT Maju Jya",
        "by": "name",
        "percent": 94,
        "owner": 7,
        "name": "Rina",
        "to": 7,
        "account_id": 1,
    }


@pytest.mark.parametrize(
    ("away", "delegate", "then", "to", "keeps"),
    [
        (OwnerAway.ROTATE, STAND_IN, OwnerOutcome.GOES_ON, None, None),
        (OwnerAway.WAIT, STAND_IN, OwnerOutcome.WAITS, None, 7),
        (OwnerAway.DELEGATE, STAND_IN, OwnerOutcome.DELEGATE, 8, 7),
        (OwnerAway.DELEGATE, None, OwnerOutcome.GOES_ON, None, None),
        (OwnerAway.DELEGATE, Recipient(8, "Dimas", away="switched_off"), OwnerOutcome.GOES_ON, None, None),
        (OwnerAway.DELEGATE, Recipient(8, "Dimas", is_active=False), OwnerOutcome.GOES_ON, None, None),
        (OwnerAway.DELEGATE, Recipient(8, "Dimas", has_declined=True), OwnerOutcome.GOES_ON, None, None),
    ],
)
def test_an_owner_who_is_away(away, delegate, then, to, keeps):
    step = owner_step(MATCH, AWAY, delegate, away=away)
    assert (step.then, step.to, step.waits_for, step.reason) == (then, to, keeps, "on_leave")


@pytest.mark.parametrize(
    ("owner", "then"),
    [
        (Recipient(7, "Rina", is_active=False, away="inactive"), OwnerOutcome.INACTIVE),
        (Recipient(7, "Ayu", is_rep=False), OwnerOutcome.NO_REP),
        (Recipient(7, "Rina", has_declined=True), OwnerOutcome.DECLINED),
    ],
)
@pytest.mark.parametrize("away", list(OwnerAway))
def test_who_can_never_have_it_is_neither_waited_for_nor_stood_in_for(owner, then, away):
    step = owner_step(MATCH, owner, STAND_IN, away=away)
    assert (step.then, step.to, step.waits_for) == (then, None, None)


PEOPLE = st.builds(
    Recipient,
    st.integers(1, 5),
    st.just("x"),
    is_active=st.booleans(),
    is_rep=st.booleans(),
    away=st.sampled_from(["", "on_leave", "switched_off"]),
    has_declined=st.booleans(),
)


@given(st.none() | PEOPLE, st.none() | PEOPLE, st.sampled_from(list(OwnerAway)))
def test_whoever_gets_it_is_active_takes_leads_is_there_and_did_not_give_it_back(owner, delegate, away):
    step = owner_step(MATCH, owner, delegate, away=away)
    assert (step.to is not None) == (step.then in ASSIGNING_OUTCOMES)
    if step.to is not None:
        person = owner if step.then == OwnerOutcome.OWNER else delegate
        assert step.to == person.user_id
        assert (person.is_active, person.is_rep, person.away, person.has_declined) == (True, True, "", False)
    if step.waits_for is not None:
        assert (owner.is_active, step.waits_for) == (True, owner.user_id)


def test_only_the_steps_about_owners_are_replaced():
    assert without_owner_steps([{"step": "owner"}, {"step": "segment"}]) == [{"step": "segment"}]
