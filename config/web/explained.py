"""A figure as its "?" explains it, and the address of the list of the leads behind it (E10)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.web.escaping import escaped

START, INSTANT = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
SINCE, UNTIL = "since", "until"  # in addresses: microseconds since 1970
MOST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Explained:
    """All lazy. `says` is one to three sentences: what is counted and how; `rule` names the requirement, the article or
    our ruling. `opens`: the figures of its column open the leads behind them."""

    name: Any
    says: Any
    rule: Any
    opens: bool = False


def list_address(
    key: str,
    *,
    by: str = "",
    value: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    period: str = "",
) -> str:
    """Of the list behind a figure, from its first to its last instant; figures of reports have a `period` instead.
    Without `value` it ends where the value is put behind."""
    query = {"figure": key, "period": period, SINCE: _stamp(since), UNTIL: _stamp(until), "by": by, "value": value}
    kept = [(name, text) for name, text in query.items() if text or (name == "value" and by)]
    return f"{reverse('dashboards:report_leads')}?{urlencode(kept)}"


def explanation(figure: Any, *, href: str = "", named: str = "", opens_below: bool = False) -> SafeString:
    """The "?" of a figure (`name`, `says`, `rule`; `link` where `href` opens its leads). `named` is its id. Drawn here,
    because a page has up to thirty and a template takes ten times as long."""
    name, more, link = escaped(figure.name), "", ""
    if href:
        link = f' <a href="{escaped(href)}">{escaped(figure.link)}</a>'
    if opens_below:
        more = " " + escaped(_("Each figure opens the leads behind it."))
    title = name if name.endswith("?") else f"{name}."
    counts, mark = _("What %(name)s counts") % {"name": name}, f' id="{escaped(named)}"' if named else ""
    return mark_safe(
        f'<details class="al-q"{mark}><summary><i aria-hidden="true">?</i> <span class="vh">{counts}</span></summary>'
        f' <span class="al-def"><b>{title}</b> {escaped(figure.says)}{more}'
        f' <span class="rule">{escaped(figure.rule)}</span>{link}</span></details>'
    )


def read_moment(text: str) -> datetime:
    """Raises ValueError."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise ValueError(text)
    return START + int(text) * INSTANT


def _stamp(moment: datetime | None) -> str:
    return "" if moment is None else str((moment - START) // INSTANT)
