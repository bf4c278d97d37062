"""Presents where a ramp stands: "25 % until 6 Dec, then 50 %" (K4)."""

from datetime import date, timedelta
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.web.figures import percent
from routing.decisions.rotation.ramp import WHOLE, stored_ramp


def ramp_text(ramp: str, *, on: date) -> str:
    """Empty without a ramp, and after its end."""
    plan = stored_ramp(ramp)
    step = plan.next_step_on(on) if plan else None
    if plan is None or step is None:
        return ""
    last = step - timedelta(days=1)
    percents = [percent(Fraction(plan.percent_on(day), WHOLE)) for day in (on, step)]
    words = {
        "now": percents[0],
        "then": percents[1],
        "day": date_format(last, "j M" if last.year == on.year else "j M Y"),
    }
    return _("%(now)s until %(day)s, then %(then)s") % words


def ramp_sentence(name: str, ramp: str, *, on: date) -> str:
    """For the rules of a rotation in plain words (K6); empty like ramp_text()."""
    stands = ramp_text(ramp, on=on)
    text = _("%(name)s gets a part of the weight, by a plan: %(stands)s.")
    return text % {"name": name, "stands": stands} if stands else ""
