"""What the owner of a calendar has answered to an invitation in it (I2)."""

import re
from collections.abc import Iterable
from enum import StrEnum

PARTSTAT = re.compile(r';PARTSTAT="?([A-Za-z-]+)', re.I)
EMAIL = re.compile(r';EMAIL="?([^";:]+)', re.I)


class Invited(StrEnum):
    """ "" for an event that is no invitation to the owner."""

    NO = ""
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    DELEGATED = "DELEGATED"
    TENTATIVE = "TENTATIVE"
    UNANSWERED = "NEEDS-ACTION"


# the answer that counts, when the owner is invited under several addresses
STRONGEST = (Invited.ACCEPTED, Invited.DECLINED, Invited.DELEGATED, Invited.TENTATIVE, Invited.UNANSWERED)


def answer_of(attendees: Iterable[str], organizers: Iterable[str], addresses: frozenset[str]) -> Invited:
    """The owner's answer, from the lines of those invited. Who invites others and has not answered takes part."""
    given = {_answer(line) for line in attendees if _is_of(line, addresses)}
    if not given:
        return Invited.NO
    answer = next((each for each in STRONGEST if each in given), Invited.UNANSWERED)
    if answer == Invited.UNANSWERED and any(_is_of(line, addresses) for line in organizers):
        return Invited.ACCEPTED
    return answer


def normal_address(text: str) -> str:
    return text.strip().strip("<>\"'").casefold().removeprefix("mailto:")


def _is_of(line: str, addresses: frozenset[str]) -> bool:
    head, _colon, value = line.rpartition(":")
    named = EMAIL.search(head)
    return normal_address(value) in addresses or named is not None and normal_address(named[1]) in addresses


def _answer(line: str) -> str:
    found = PARTSTAT.search(line)
    return found[1].upper() if found else Invited.UNANSWERED
