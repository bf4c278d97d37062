"""What can go wrong on the wire or over there, as a test scripts it for a double (I4)."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """
    TOO_MANY: with `wait` seconds or without. ERROR: the vendor's own 500. STATUS: `status` with an empty body. HANG: no
    answer for `wait` seconds, and then none. CUT: the call is done, and half of the answer arrives. HTML: a page of a
    proxy, 200 unless `status` says another. REPEAT: the page before comes once more. REVOKED: the tokens are refused
    from now on. VANISHED: `field` is gone from now on.
    """

    TOO_MANY = "too_many"
    ERROR = "error"
    STATUS = "status"
    HANG = "hang"
    CUT = "cut"
    HTML = "html"
    REPEAT = "repeat"
    REVOKED = "revoked"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class Fault:
    """`on`: only calls with this part in their target. `is_done`: whether a call that hangs is done nevertheless."""

    kind: FaultKind
    wait: float | None = None
    status: int = 0
    field: str = ""
    on: str = ""
    is_done: bool = False

    @property
    def happens_after(self) -> bool:
        """The call itself is done."""
        if self.kind is FaultKind.HANG:
            return self.is_done
        return self.kind in {FaultKind.CUT, FaultKind.REPEAT, FaultKind.REVOKED, FaultKind.VANISHED}
