"""What a waiting lead needs of the member who gets it: a skill, and not to be somebody who gave it back (F5,
C4). Each entry stores it as one text, so that an index finds the first lead of each need (docs/decisions/32)."""

from collections.abc import Iterable
from dataclasses import dataclass

OWNER = "owner"  # it waits for the owner of its account (G1), so no rotation may give it out
UNREAD = "?"  # stored by the release before; read when the queue is served
MAX_LENGTH = 255
MAX_VALUE = 81  # one more than a skill may have, so that a longer value matches nobody


@dataclass(frozen=True, slots=True)
class Need:
    """`kind` and `value` name the skill: ("country", "ID"); an empty value asks for none. `declined` are the users who
    gave the lead back."""

    rotation_id: int
    kind: str = ""
    value: str = ""
    declined: frozenset[int] = frozenset()


def need_text(rotation_id: int, kind: str, value: str, declined: Iterable[int] = ()) -> str:
    """As it is stored: "12:country:ID|5,9". If more people gave it back than fit, the last ones are left out; the turn
    itself passes over them."""
    text = f"{rotation_id}:{kind}:{value[:MAX_VALUE]}|"
    ids = ",".join(str(pk) for pk in sorted(declined))
    if len(text) + len(ids) > MAX_LENGTH:
        ids = ids[: MAX_LENGTH - len(text)].rpartition(",")[0]
    return text + ids


def read_need(text: str) -> Need | None:
    """None if this is no need of a rotation: OWNER, UNREAD or nothing."""
    head, bar, ids = text.rpartition("|")
    rotation, _colon, skill = head.partition(":")
    kind, _colon, value = skill.partition(":")
    if not bar or not rotation.isdecimal():
        return None
    return Need(int(rotation), kind, value, frozenset(int(pk) for pk in ids.split(",") if pk))
