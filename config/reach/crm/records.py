"""What a CRM holds, in the same words for all three (I4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a CRM answers: `base_url` of its data (Salesforce says it with the token), `login_url` of its tokens."""

    base_url: str
    login_url: str = ""


@dataclass(frozen=True, slots=True)
class CrmAccount:
    """The portal, organisation or environment that a token opens; one id never changes. `user`: whose token it is."""

    id: str
    name: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class CrmPerson:
    """Who can own a record there. Groups, queues and teams can too, but none of them is a person."""

    id: str
    name: str
    email: str = ""
    is_active: bool = True
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class CrmField:
    """`options` are (value, words) of a choice. `kind`: text, number, date, datetime, boolean or choice."""

    name: str
    label: str
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CrmStatus:
    """`is_writable` is False where only a person over there can set it, as with a conversion."""

    value: str
    label: str
    is_writable: bool = True
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class CrmRecord:
    """One lead or contact. `values`: of the fields asked for that hold something, as text. `owner`, `status`: "" is
    none. Of what is gone only the ids are sure."""

    id: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    owner: str = ""
    status: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str = ""  # a hint only: a person may have changed it in the same moment
    is_gone: bool = False
    merged_into: str = ""
    converted_to: str = ""


@dataclass(frozen=True, slots=True)
class CrmPage:
    """`after` is what the next call needs; "" is the end."""

    records: tuple[CrmRecord, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls of the day, of all programs together, as the CRM counts them."""

    used: int
    limit: int

    @property
    def percent(self) -> int:
        return self.used * 100 // self.limit if self.limit else 0
