"""What a record says that Alur did not know: echoes, changed owners, fights, statuses."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.decisions.crm.meeting import (
    MAX_CHANGES_BACK,
    Code,
    Here,
    Known,
    Theirs,
    Then,
    digest,
    is_stale,
    owner_verdict,
    status_verdict,
)
from tests.factories.people import MORNING

RINA, SARAH, DIMAS = "u-rina", "u-sarah", "u-dimas"
OWNERS = ["", RINA, SARAH, DIMAS]
MINUTE = timedelta(minutes=1)


@given(st.sampled_from(OWNERS), st.booleans(), st.booleans(), st.sampled_from(OWNERS))
def test_an_echo_is_never_a_change(owner, crm_wins, is_open, ours):
    verdict = owner_verdict(Known(owner), owner, Here(ours, is_open, crm_wins), Theirs(1, can_hold=True), at=MORNING)
    assert (verdict.then, verdict.code) == (Then.NOTHING, None)


@pytest.mark.parametrize("crm_wins", [True, False])
def test_what_alur_wants_is_agreed_even_if_the_link_does_not_know_that_it_was_written(crm_wins):
    verdict = owner_verdict(Known(RINA), SARAH, Here(SARAH, crm_wins=crm_wins), Theirs(2, can_hold=True), at=MORNING)
    assert (verdict.then, verdict.code) == (Then.AGREED, None)


@pytest.mark.parametrize(
    ("found", "here", "theirs", "then", "code"),
    [
        (SARAH, Here(RINA), Theirs(2, True), Then.WRITE, Code.OWNER_OURS),
        ("", Here(RINA), Theirs(), Then.WRITE, Code.OWNER_OURS),
        (SARAH, Here(""), Theirs(2, True), Then.LEAVE, Code.OWNER_NOTED),
        (SARAH, Here(RINA, writes=False), Theirs(2, True), Then.LEAVE, Code.OWNER_NOTED),
        (SARAH, Here(RINA, is_open=False), Theirs(2, True), Then.LEAVE, Code.OWNER_NOTED),
        (SARAH, Here(RINA, crm_wins=True), Theirs(2, True), Then.HAND_OVER, Code.OWNER_THEIRS),
        (SARAH, Here("", crm_wins=True), Theirs(2, True), Then.HAND_OVER, Code.OWNER_THEIRS),
        (SARAH, Here(RINA, crm_wins=True), Theirs(2, False), Then.LEAVE, Code.OWNER_CANNOT),
        (SARAH, Here(RINA, crm_wins=True), Theirs(), Then.LEAVE, Code.OWNER_UNKNOWN),
        ("", Here(RINA, crm_wins=True), Theirs(), Then.LEAVE, Code.OWNER_NONE),
        (SARAH, Here(RINA, is_open=False, crm_wins=True), Theirs(2, True), Then.LEAVE, Code.OWNER_NOTED),
    ],
)
def test_who_wins(found, here, theirs, then, code):
    verdict = owner_verdict(Known(DIMAS), found, here, theirs, at=MORNING)
    assert (verdict.then, verdict.code) == (then, code)


def test_the_third_change_back_within_an_hour_is_left_alone():
    known, codes = Known(RINA), []
    for minutes in (0, 20, 40):
        verdict = owner_verdict(known, SARAH, Here(RINA), Theirs(), at=MORNING + minutes * MINUTE)
        known = Known(RINA, fights=verdict.fights, fought_at=verdict.fought_at)
        codes.append(verdict.code)
    assert codes == [Code.OWNER_OURS, Code.OWNER_OURS, Code.OWNER_FIGHT]
    left = Known(SARAH, fights=3, fought_at=MORNING, is_left_alone=True)
    days_later = owner_verdict(left, DIMAS, Here(RINA), Theirs(), at=MORNING + timedelta(days=3))
    assert (days_later.then, days_later.code) == (Then.LEAVE, Code.OWNER_NOTED)


def test_changes_that_are_an_hour_apart_are_no_fight():
    known = Known(RINA)
    for hours in range(5):
        verdict = owner_verdict(known, SARAH, Here(RINA), Theirs(), at=MORNING + hours * 61 * MINUTE)
        known = Known(RINA, fights=verdict.fights, fought_at=verdict.fought_at)
        assert (verdict.then, verdict.fights) == (Then.WRITE, 1)


class Link:
    """Alur and a CRM, as far as an owner goes: what stands there, what Alur last saw, who holds the lead."""

    def __init__(self, crm_wins: bool) -> None:
        self.there = self.seen = self.holder = RINA
        self.crm_wins, self.known, self.is_fought = crm_wins, Known(RINA), False
        self.at, self.wish, self.written, self.changed_there = MORNING, "", 0, 0

    def edit(self, owner: str) -> None:
        self.changed_there += owner != self.there
        self.there = owner

    def give(self, owner: str) -> None:
        self.holder, self.is_fought = owner, False
        self.wish = owner if owner != self.seen else ""

    def meet(self) -> Code | None:
        found = self.there
        theirs = Theirs(OWNERS.index(found) or None, can_hold=found != DIMAS)
        known = Known(self.seen, fights=self.known.fights, fought_at=self.known.fought_at, is_left_alone=self.is_fought)
        verdict = owner_verdict(known, found, Here(self.holder, crm_wins=self.crm_wins), theirs, at=self.at)
        self.seen, self.known = found, Known(found, fights=verdict.fights, fought_at=verdict.fought_at)
        self.is_fought |= verdict.code == Code.OWNER_FIGHT
        if verdict.then == Then.WRITE:
            self.wish = self.holder
        elif verdict.then == Then.HAND_OVER:
            self.holder, self.wish = found, ""
        elif verdict.then == Then.AGREED or self.is_fought or self.crm_wins and verdict.code:
            self.wish = ""
        return verdict.code

    def write(self) -> None:
        self.meet()  # the read before a write
        if self.wish and self.wish != self.there:
            self.there = self.seen = self.wish
            self.written += 1
        self.wish = ""


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.sampled_from(OWNERS)),
        st.tuples(st.just("give"), st.sampled_from(OWNERS[1:])),
        st.tuples(st.sampled_from(["meet", "write"]), st.just("")),
    ),
    max_size=40,
)


@given(STEPS, st.booleans())
def test_no_sequence_of_edits_on_both_sides_loops(steps, crm_wins):
    link = Link(crm_wins)
    gives = 0
    for what, owner in steps:
        link.at += 3 * MINUTE
        gives += what == "give"
        getattr(link, what)(owner) if owner or what == "edit" else getattr(link, what)()
    assert link.written <= gives + link.changed_there
    for _turn in range(3):
        link.write()
    quiet = link.written
    for _turn in range(5):
        assert link.meet() is None
        link.write()
    assert link.written == quiet


@given(st.integers(1, 400))
def test_a_program_that_changes_the_owner_back_for_ever_is_written_over_at_most_twice(minutes):
    link = Link(crm_wins=False)
    for _round in range(50):
        link.at += timedelta(seconds=minutes)
        link.edit(SARAH)
        link.meet()
        link.write()
    assert (link.written, link.there) == (MAX_CHANGES_BACK - 1, SARAH)


@pytest.mark.parametrize(
    ("found", "wanted", "is_open", "answer"),
    [
        ("New", "", True, (None, "")),
        ("Working", "Working", True, (None, "")),
        ("Working", "", True, (Code.STATUS, "")),
        ("Junk", "", True, (Code.CLOSED, "disqualified")),
        ("Junk", "", False, (Code.STATUS, "")),
        ("", "", True, (Code.STATUS, "")),
    ],
)
def test_a_status_there(found, wanted, is_open, answer):
    closing = {"Junk": "disqualified"}
    assert status_verdict(Known(status="New"), found, wanted=wanted, closing=closing, is_open=is_open) == answer


def test_the_digest_is_of_mapped_fields_that_hold_something():
    fields = ["Email", "Name"]
    same = digest({"Name": "O’Brien 🚀", "Email": "a@b.example"}, fields)
    assert digest({"Email": "a@b.example", "Name": "O’Brien 🚀", "Other": "x"}, reversed(fields)) == same
    assert len({same, digest({"Name": "O’Brien"}, fields), digest({}, fields)}) == 3
    assert digest({"Name": ""}, fields) == digest({}, fields)


def test_what_was_read_before_the_last_write_is_stale():
    assert is_stale(MORNING, MORNING + MINUTE)
    assert [is_stale(MORNING, MORNING), is_stale(MORNING, None), is_stale(None, MORNING)] == [False] * 3
