"""A figure as reports explain it: what is counted, how, after whose rule, and which leads stand behind it (E10)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from dashboards.presenters.reports.asked import Asked, Group
from leads.models import Lead


@dataclass(frozen=True, slots=True)
class Fact:
    """A column of the list behind a figure; `value` gives the words of a row, `plain` what stands in the CSV."""

    label: Any
    text: Callable[[Any], str]
    plain: Callable[[Any], Any]
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Behind:
    """What a figure counts, one row for each time: `rows` are ordered, and end with `pk`; `lead` gives a row's lead,
    None where a row has none. `says`: sentences on the list itself, as of when it is. `ready` gets the rows that will
    be shown, to read at once what belongs to them."""

    rows: QuerySet[Any]
    lead: Callable[[Any], Lead | None]
    facts: Sequence[Fact] = ()
    says: str = ""
    ready: Callable[[Sequence[Any]], None] | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """`says` is one or two sentences (lazy): what is counted and how; `rule` names the requirement, the article or our
    ruling. `behind` gives what it counts, of all or of one group; it refuses an unknown group with KeyError."""

    key: str
    name: Any
    says: Any
    rule: Any
    behind: Callable[[Asked, Group], Behind] | None = None
    link: Any = gettext_lazy("The leads behind it")
