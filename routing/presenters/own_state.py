"""Whether a person takes leads now, in the same words for that person and for managers (C5, C7)."""

from dataclasses import dataclass
from zlib import crc32

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.times import when
from routing.decisions.availability.skip_reasons import SkipReason
from routing.queries.availability.own_state import OwnState


@dataclass(frozen=True, slots=True)
class StateWords:
    """`load` is how much of the capacity is used, `helps` what brings the next lead; `sign` as the tag takes it."""

    says: str
    load: str
    helps: str
    sign: str

    @property
    def version(self) -> str:
        return f"{crc32(f'{self.line} {self.helps}'.encode()):x}"

    @property
    def line(self) -> str:
        return _("%(state)s · %(load)s") % {"state": self.says, "load": self.load}


def state_words(now: OwnState) -> StateWords:
    sign = "off" if not now.state.is_available else "warn" if now.is_full else "ok"
    return StateWords(_state(now), _load(now), _helps(now), sign)


def _state(now: OwnState) -> str:
    says = {
        "": _("Available"),
        SkipReason.INACTIVE: _("Account is off"),
        SkipReason.SWITCHED_OFF: _("Paused"),
        SkipReason.ON_LEAVE: _("On leave"),
        SkipReason.PUBLIC_HOLIDAY: now.holiday or _("Holiday"),
        SkipReason.ALL_DAY_MEETING: _("In a meeting all day"),
    }.get(now.state.reason, _("Not available"))
    if now.back_at is not None:
        return _("%(state)s until %(time)s") % {"state": says, "time": when(now.back_at)}
    return says


def _load(now: OwnState) -> str:
    words = {"n": number(now.open_leads), "capacity": number(now.rep.capacity)}
    return (_("%(n)s of %(capacity)s, full") if now.is_full else _("%(n)s of %(capacity)s")) % words


def _helps(now: OwnState) -> str:
    if not now.to_close:
        return ""
    return ngettext("close or return %(n)s", "close or return %(n)s", now.to_close) % {"n": number(now.to_close)}
