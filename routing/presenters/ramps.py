"""Presents where a ramp stands: "25 % until 6 Dec, then 50 %" (K4)."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from routing.decisions.rotation.ramp import stored_ramp


def ramp_text(ramp: str, *, on: date) -> str:
    """Empty without a ramp, and after its end."""
    plan = stored_ramp(ramp)
    step = plan.next_step_on(on) if plan else None
    if plan is None or step is None:
        return ""
    last = step - timedelta(days=1)
    words = {"now": plan.percent_on(on), "day": date_format(last, "j M" if last.year == on.year else "j M Y")}
    return _("%(now)s %% until %(day)s, then %(then)s %%") % {**words, "then": plan.percent_on(step)}
