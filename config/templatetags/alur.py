"""Words and figures of the pages: durations, clocks, numbers, icons, small charts (templates/_parts/README.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache

from django import forms, template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import LazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from config.web import charts as drawing

register = template.Library()

NARROW = "\u00a0"  # no-break space between thousands and inside figures
MINUTE, HOUR, DAY = 60, 3600, 86400
DJANGO_ROWS = "10"  # what a text area has when nobody chose
WARN_BELOW = 0.4  # a clock turns yellow with this share of its limit left, or less


@dataclass(frozen=True)
class Clock:
    """What a clock shows: level ok, warn or bad, its text, and how much of the ring is left (0-100)."""

    level: str
    text: str
    left: int
    due_at: datetime


def duration(delta: timedelta | int | float | None) -> str:
    """'12 min', '2 h 05 min', '2 d 21 h'; seconds only below a minute. None is n/a (L2)."""
    if delta is None:
        return _("n/a")
    seconds = int(delta.total_seconds() if isinstance(delta, timedelta) else delta)
    seconds = abs(seconds)
    if seconds < MINUTE:
        text = _("%(n)d s") % {"n": seconds}
    elif seconds < HOUR:
        text = _("%(n)d min") % {"n": seconds // MINUTE}
    elif seconds < DAY:
        text = _("%(h)d h %(m)02d min") % {"h": seconds // HOUR, "m": seconds % HOUR // MINUTE}
    else:
        text = _("%(d)d d %(h)d h") % {"d": seconds // DAY, "h": seconds % DAY // HOUR}
    return text.replace(" ", NARROW)


def clock(due_at: datetime, *, at: datetime, limit: timedelta | None = None) -> Clock:
    """Counts down, then up (L7: exactly at the deadline is in time)."""
    left = due_at - at
    if left < timedelta(0):
        return Clock("bad", _("overdue %(time)s") % {"time": duration(left)}, 0, due_at)
    share = min(left / limit, 1.0) if limit else 1.0
    level = "warn" if share <= WARN_BELOW else "ok"
    return Clock(level, _("%(time)s left") % {"time": duration(left)}, round(share * 100), due_at)


register.filter("duration", duration)


@register.filter
def since(then: datetime | None, at: datetime | None = None) -> str:
    """How long ago, in the words of duration()."""
    return duration((at or timezone.now()) - then) if then else _("n/a")


@register.filter
def ago(then: datetime | None, at: datetime | None = None) -> str:
    """'12 min ago' within a day, 'Sun 22:14' within a week, else the date."""
    if not then:
        return _("n/a")
    age = (at or timezone.now()) - then
    local = timezone.localtime(then)
    if age < timedelta(minutes=1):
        return _("just now")
    if age < timedelta(hours=12):
        return _("%(time)s ago") % {"time": duration(age)}
    if age < timedelta(days=6):
        return f"{_day(local.date(), 'D', get_language())} {local:%H:%M}"
    return _day(local.date(), "j M Y", get_language())


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time in the words of when() and exact(), and for programs."""

    time: str
    exact: str
    iso: str


def moments(*times: datetime) -> list[Moment]:
    """All in the viewer's time zone and language, which are asked for once."""
    zone, language = timezone.get_current_timezone(), get_language()
    today = timezone.now().astimezone(zone).date()
    local = [each.astimezone(zone) for each in times]
    return [Moment(_when(each, today, language), _exact(each, language), each.isoformat()) for each in local]


@register.filter
def when(then: datetime | None, at: datetime | None = None) -> str:
    """A moment of today by its time, else with its weekday or date."""
    if not then:
        return _("n/a")
    return _when(timezone.localtime(then), timezone.localdate(at), get_language())


def _when(local: datetime, today: date, language: str | None) -> str:
    days = (local.date() - today).days
    if days == 0:
        return f"{local:%H:%M}"
    if abs(days) < 6:
        return f"{_day(local.date(), 'D', language)} {local:%H:%M}"
    return f"{_day(local.date(), 'j M', language)}, {local:%H:%M}"


@register.filter
def exact(then: datetime | None) -> str:
    """The exact time in the viewer's time zone, for titles and screen readers."""
    return _exact(timezone.localtime(then), get_language()) if then else ""


def _exact(local: datetime, language: str | None) -> str:
    return f"{_day(local.date(), 'D j M Y', language)}, {local:%H:%M:%S %Z}"


@lru_cache(maxsize=4096)
def _day(day: date, form: str, language: str | None) -> str:
    """A day in words; a page shows few days and many times, and Django's own formatting is slow."""
    return date_format(day, form)


@register.filter
def number(value: int | float | None) -> str:
    """Thousands apart by a no-break space; None is n/a (L2)."""
    return _("n/a") if value is None else f"{value + 0:,}".replace(",", NARROW)  # + 0: a lazy number has no format


@register.filter
def percent(value: Fraction | float | None) -> str:
    """A share as whole percent; None is n/a (L2)."""
    return _("n/a") if value is None else f"{round(float(value) * 100)}{NARROW}%"


@register.filter
def initials(name: str) -> str:
    """'RH' of Rina Hartono: first and last word."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@register.filter
def person(user: object) -> str:
    """A user's full name, else the name of the login."""
    return user.get_full_name() or user.get_username() if hasattr(user, "get_full_name") else ""


@register.filter
def own_language(code: str) -> str:
    """A language in its own words."""
    name = get_language_info(code)["name_local"]
    return name[:1].upper() + name[1:]


@register.filter
def plain(value: float | int) -> str:
    """A number for an SVG attribute, never localised."""
    known = value + 0 if isinstance(value, LazyObject) else value
    return f"{float(known):.2f}".rstrip("0").rstrip(".") or "0"


@register.filter
def same(value: object, other: object) -> bool:
    """Whether a filter's value is the one that is set; None and "" are the same."""
    return str("" if value is None else value) == str("" if other is None else other)


@register.filter
def get(mapping: dict, key: object) -> object:
    return mapping.get(key) if mapping else None


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, classes: str = "i") -> SafeString:
    """A symbol of the sprite; decoration only, the words stand beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("img/icons.svg"), name
    )


SIGNS = {
    "ok": "circle-check-filled",
    "warn": "alert-triangle-filled",
    "bad": "alert-octagon-filled",
    "off": "circle-dashed",
}


@register.simple_tag
def sign(level: str) -> SafeString:
    """Shape and colour of a health level: ok, warn, bad, off; also yellow, red, critical. Words belong beside it."""
    level = drawing.level_of(level)
    return icon(SIGNS.get(level, SIGNS["off"]), f"sign {level}")


register.filter("level", drawing.level_of)


RING = (
    '<svg viewBox="0 0 16 16" aria-hidden="true"><circle class="ring" cx="8" cy="8" r="6"/><circle class="arc" cx="8"'
    ' cy="8" r="6" pathLength="100" stroke-dasharray="{} 100" transform="rotate(-90 8 8)"/></svg>'
)
CLOCK = (
    '<span class="al-clock {}" data-due="{}"{} title="{}">{}<span data-clock-text>{}</span>'
    '<span class="vh"> ({} {})</span></span>'
)


@register.simple_tag(takes_context=True)
def countdown(
    context: dict, due_at: datetime | None, limit: timedelta | int | None = None, title: str = ""
) -> SafeString:
    """A clock that keeps counting in the page; `limit` (timedelta or minutes) is the full ring."""
    if not due_at:
        return SafeString("")
    whole = timedelta(minutes=limit) if isinstance(limit, int) else limit
    return ticking(due_at, at=context.get("at") or timezone.now(), limit=whole, title=title)


def ticking(due_at: datetime, *, at: datetime, limit: timedelta | None = None, title: str = "") -> SafeString:
    """Drawn here and not by a template: there is one in every row, and this takes a tenth of the time."""
    return ticking_to(moments(due_at)[0], clock(due_at, at=at, limit=limit), limit=limit, title=title)


def ticking_to(due: Moment, shown: Clock, *, limit: timedelta | None = None, title: str = "") -> SafeString:
    ring = sign("bad") if shown.level == "bad" else format_html(RING, shown.left)
    full = format_html(' data-limit="{}"', plain(limit.total_seconds())) if limit else ""
    word = _("due")
    says = f"{word} {due.exact}"
    says = f"{title}, {says}" if title else says
    return format_html(CLOCK, shown.level, due.iso, full, says, ring, shown.text, word, due.time)


@register.inclusion_tag("_parts/age.html")
def age_bar(fresh: int, warm: int, old: int) -> dict:
    """Leads by age: 0-4 h, 4-24 h, 24 h and more (E6)."""
    return {"fresh": fresh, "warm": warm, "old": old, "segments": drawing.age_segments(fresh, warm, old)}


@register.inclusion_tag("_parts/depth.html")
def depth_bar(waiting: int, yellow: int, red: int, critical: int, level: str) -> dict:
    """How many wait, on the scale of the queue's own thresholds (E5, L4)."""
    bar = drawing.depth(waiting, yellow=yellow, red=red, critical=critical, level=level)
    over = {"yellow": yellow, "red": red, "critical": critical}.get(level)
    return {"waiting": waiting, "bar": bar, "over": over}


@register.inclusion_tag("_parts/spark.html")
def spark(values: Sequence[float], label: str, limit: float | None = None) -> dict:
    """A line of the last hours; `label` says it in words, ending with the number of now."""
    return {"spark": drawing.spark(list(values), limit), "label": label}


@register.simple_tag(takes_context=True)
def address_with(context: dict, key: str, value: object) -> str:
    """This address with one filter set, or taken away by "" or None; back on the first page."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    if value in ("", None):
        query.pop(key, None)
    else:
        query[key] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def styled(field: forms.BoundField) -> SafeString:
    """A form field's control in the look of the pages; form classes need not know about looks."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        look = "form-check-input"
    elif isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        look = "form-select"
    else:
        look = "form-control"
    own = widget.attrs.get("class", "")
    attrs = {"class": own if look in own.split() else f"{look} {own}".strip()}
    if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == DJANGO_ROWS:
        attrs["rows"] = "4"
    return field.as_widget(attrs=attrs)
