"""What somebody asks of a report: who, when, with which filters, in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.urls import reverse

from dashboards.decisions.reports.filters import Filters, Reach

KEPT = ("sort", "view", "rows", "figure", "by", "value", "since", "until")  # what the address says beside the filters


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a table, for the leads behind it: `by` is queue, source, type, rep or another part; empty: all."""

    by: str = ""
    value: str = ""


@dataclass(frozen=True)
class Asked:
    """`path` is the address of the question without its query. A page has hundreds of addresses, so what all of them
    say is worked out once."""

    user: User
    reach: Reach
    filters: Filters
    at: datetime
    tz: tzinfo
    path: str
    query: Mapping[str, str]

    @property
    def sort(self) -> str:
        """The key of a column, with "-" before it for the largest first."""
        return self.query.get("sort", "")

    @property
    def view(self) -> str:
        """The key of the picture."""
        return self.query.get("view", "")

    @property
    def choosing(self) -> str:
        """The filter whose choices are all listed, instead of the answer."""
        return self.query.get("choose", "")

    @property
    def shows_all_rows(self) -> bool:
        return self.query.get("rows") == "all"

    @property
    def is_file(self) -> bool:
        """The tables are asked for as CSV."""
        return self.query.get("format") == "csv"

    @property
    def last_day(self) -> date:
        """The last day of the period that has begun."""
        return min(self.filters.period.last, self.at.astimezone(self.tz).date())

    @property
    def is_filtered(self) -> bool:
        """Something is set, or was asked for in vain."""
        return bool(self.filters.as_query() or self.filters.problems)

    def address(self, path: str | None = None, /, **changes: str) -> str:
        """This address with some of it changed, or taken away by "". Another path keeps only the filters."""
        kept = {key: self.query[key] for key in KEPT if self.query.get(key)} if path is None else {}
        query = {key: value for key, value in (self._set | kept | changes).items() if value}
        return f"{self.path if path is None else path}{'?' if query else ''}{urlencode(query)}"

    def leads(self, figure: str, **group: str) -> str:
        """The list of the leads behind a figure, or behind one row of it."""
        return self.address(self._leads_path, figure=figure, **group)

    @cached_property
    def _set(self) -> dict[str, str]:
        return self.filters.as_query()

    @cached_property
    def _leads_path(self) -> str:
        return reverse("dashboards:report_leads")
