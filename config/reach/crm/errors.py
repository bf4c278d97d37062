"""What a CRM answers instead of what was asked for, in the same words for all three (connections.md, 1.1)."""

from enum import StrEnum

MAX_WORDS = 300


class Reason(StrEnum):
    """
    SIGN_IN: the token is refused, also after it was renewed, or the grant is dead. RIGHTS: one is missing, for all
    records; `field` names it, if the CRM does. ACCESS: one is missing at this record, or for this owner. GONE: no such
    record. BUSY: locked or changed at this moment; try again. CONVERTED: it can no longer be edited. FIELD: `field` is
    not there, or hidden from this user. WRONG: the values do not fit. LIMIT: too many calls. WINDOW: too much was asked
    for at once; ask for a shorter time. SILENT: no answer, half an answer, no JSON, or an error of its own.
    """

    SIGN_IN = "sign_in"
    RIGHTS = "rights"
    ACCESS = "access"
    GONE = "gone"
    BUSY = "busy"
    CONVERTED = "converted"
    FIELD = "field"
    WRONG = "wrong"
    LIMIT = "limit"
    WINDOW = "window"
    SILENT = "silent"


class CrmRefused(Exception):
    """`words` and `code` are the CRM's own, shortened, and hold no secret. `wait`: seconds, where it said so.
    `is_daily`: the calls of the day are used up."""

    def __init__(
        self,
        reason: Reason,
        *,
        status: int = 0,
        code: str = "",
        words: str = "",
        field: str = "",
        wait: float | None = None,
        is_daily: bool = False,
    ) -> None:
        super().__init__(f"{reason} {status} {code}".strip())
        self.reason, self.status, self.code = reason, status, code[:80]
        self.words, self.field, self.wait, self.is_daily = words[:MAX_WORDS], field[:120], wait, is_daily
