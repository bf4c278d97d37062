"""Times and their changes in the words of the reports: hours also beyond a day, because targets are in hours."""

from fractions import Fraction

from django.utils.translation import gettext as _

from config.web.figures import NO_BREAK_SPACE, number

MINUTE, HOUR = 60, 3_600
MOST_HOURS = 240  # from here on in days


def time_text(seconds: float | None) -> str:
    """'40 s', '36 min', '8 h 08 min', '42 h', '12 d 4 h'; None is n/a (L2)."""
    if seconds is None:
        return _("n/a")
    whole = round(seconds)
    if whole < MINUTE:
        return _spaced(_("%(s)d s") % {"s": whole})
    minutes = round(whole / MINUTE)
    if minutes < 60:
        return _spaced(_("%(m)d min") % {"m": minutes})
    hours, rest = divmod(minutes, 60)
    if hours >= MOST_HOURS:
        return _spaced(_("%(d)d d %(h)d h") % {"d": hours // 24, "h": hours % 24})
    if rest == 0:
        return _spaced(_("%(h)d h") % {"h": hours})
    return _spaced(_("%(h)d h %(m)02d min") % {"h": hours, "m": rest})


def short_time(seconds: float | None) -> str:
    """For tables: '36 min', '8 h 08', '42 h 00'; seconds and days as in time_text."""
    if seconds is None or not HOUR - MINUTE / 2 <= seconds < MOST_HOURS * HOUR - MINUTE / 2:
        return time_text(seconds)
    hours, rest = divmod(round(seconds / MINUTE), 60)
    return _spaced(_("%(h)d h %(m)02d") % {"h": hours, "m": rest})


def rough_time(seconds: float) -> str:
    """For chips: whole hours from ten hours on."""
    return time_text(round(seconds / HOUR) * HOUR) if seconds >= 10 * HOUR else short_time(seconds)


def change_text(seconds: float | None) -> str:
    """'+1 h 40', '−10 min', '0'; None, without a time to compare with, is n/a."""
    if seconds is None:
        return _("n/a")
    text = short_time(abs(seconds))
    if is_same(seconds):
        return "0"
    return f"+{text}" if seconds > 0 else f"\u2212{text}"


def is_same(seconds: float) -> bool:
    """A difference that no one would see: less than half a minute, among times of minutes."""
    return abs(seconds) < MINUTE / 2


def change_of_share(now: Fraction | float | None, before: Fraction | float | None) -> str:
    """In points of percent: '+3 points'."""
    if now is None or before is None:
        return _("n/a")
    points = round(float(now) * 100) - round(float(before) * 100)
    if points == 0:
        return "0"
    return _spaced(f"+{number(points)}" if points > 0 else f"\u2212{number(-points)}")


def _spaced(text: str) -> str:
    return text.replace(" ", NO_BREAK_SPACE)
