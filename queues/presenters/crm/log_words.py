"""Lines of the log of connections in words (I4)."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.times import duration, when
from queues.models import Connection, CrmLog
from queues.presenters.crm.problems import problem_words

Tone = CrmLog.Tone
LEVELS = {Tone.OK: "ok", Tone.WARN: "warn", Tone.BAD: "bad"}
Details = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LogLine:
    line: CrmLog
    level: str
    crm: str
    says: str
    href_lead: int | None


def log_words(lines: Iterable[CrmLog], *, twins: Collection[str] = ()) -> list[LogLine]:
    """`twins`: kinds of CRM with several connections, which are called by their names too."""
    return [
        LogLine(
            line=line,
            level=LEVELS[Tone(line.tone)],
            crm=line.connection.whole_name if line.connection.kind in twins else line.connection.get_kind_display(),
            says=line_text(line),
            href_lead=line.lead_id,
        )
        for line in lines
    ]


def several_of_a_kind(connections: Iterable[Connection]) -> set[str]:
    return {kind for kind, count in Counter(each.kind for each in connections).items() if count > 1}


def line_text(line: CrmLog) -> str:
    """Unknown codes too, as of another release, have words."""
    return _TEXTS.get(line.what, _plain)(line, line.details)


def _paused(line: CrmLog, details: Details) -> str:
    words = _problem(line, details)
    until = parse_datetime(str(details.get("until", "")))
    if until is None:
        return _("paused: %(why)s") % {"why": words.short}
    return _("paused until %(time)s: %(why)s") % {"time": when(until), "why": words.short}


def _broken(line: CrmLog, details: Details) -> str:
    return _("stopped: %(why)s") % {"why": _problem(line, details).short}


def _works_again(_line: CrmLog, details: Details) -> str:
    return _("works again after %(time)s") % {"time": _minutes(details)}


def _tried_again(_line: CrmLog, details: Details) -> str:
    return _("was started again by a person after %(time)s") % {"time": _minutes(details)}


def _taken(_line: CrmLog, details: Details) -> str:
    made, joined = _count(details, "made"), _count(details, "joined")
    changed = _count(details, "updated") + _count(details, "met")
    says = []
    if made + joined:
        says.append(ngettext("%(n)s lead in", "%(n)s leads in", made + joined) % {"n": number(made + joined)})
    if joined:
        says.append(ngettext("%(n)s known and joined", "%(n)s known and joined", joined) % {"n": number(joined)})
    if changed:
        says.append(ngettext("%(n)s changed there", "%(n)s changed there", changed) % {"n": number(changed)})
    return ", ".join(says) or _("read, nothing new")


def _written(_line: CrmLog, details: Details) -> str:
    seconds = _count(details, "seconds")
    after = _("%(time)s after the act") % {"time": duration(seconds)} if seconds else _("at once")
    if details.get("owner") and details.get("status"):
        return _("owner and status written, %(after)s") % {"after": after}
    if details.get("status"):
        return _("status written, %(after)s") % {"after": after}
    return _("owner written, %(after)s") % {"after": after}


def _link(line: CrmLog, details: Details) -> str:
    words = problem_words(
        line.connection.kind, line.what, field=str(details.get("field", "")), words=str(details.get("words", ""))
    )
    return words.says


def _refused(line: CrmLog, details: Details) -> str:
    return _("a change was not taken: %(why)s") % {"why": _problem(line, details).says}


def _count(details: Details, name: str) -> int:
    value = details.get(name, 0)
    return value if isinstance(value, int) else 0


def _plain(line: CrmLog, _details: Details) -> str:
    return line.what.replace("_", " ")


def _problem(line: CrmLog, details: Details):
    return problem_words(
        line.connection.kind,
        str(details.get("problem", "")),
        field=str(details.get("field", "")),
        words=str(details.get("words", "")),
    )


def _minutes(details: Details) -> str:
    minutes = int(details.get("minutes", 0) or 0)
    return duration(60 * minutes) if minutes else _("less than a minute")


_TEXTS: Mapping[str, Callable[[CrmLog, Details], str]] = {
    "paused": _paused,
    "broken": _broken,
    "works_again": _works_again,
    "tried_again": _tried_again,
    "switched_on": lambda _line, _details: _("switched on"),
    "switched_off": lambda _line, _details: _("switched off"),
    "taken": _taken,
    "wrote": _written,
    "not_written": _refused,
    "unmatched": lambda _line, _details: _("the holder here has no match there, so no owner was written"),
    "fight": _link,
    "cannot_hold": _link,
    "cannot_close": _link,
    "merged_beside": lambda _line, _details: _("two records were merged there; here they may be one lead too"),
    "matched": lambda _line, details: _("%(n)s people matched by e-mail") % {"n": number(_count(details, "n"))},
}
