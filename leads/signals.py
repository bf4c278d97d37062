"""The facts that leads announce. Receivers run in the same transaction and may be called twice.

`lead_opened(leads, at)`: these leads need a place.
`lead_changed(leads, what, at)`: something about these leads changed; `what` is a Change.
`lead_closed(leads, how, by, at)`: nobody works on these leads any more; `how` is their new stage.
"""

from enum import StrEnum

from django.dispatch import Signal


class Change(StrEnum):
    """What changed on a lead."""

    SCORED = "scored"
    CORRECTED = "corrected"
    CONTACTED = "contacted"
    CONTACT_UNDONE = "contact_undone"  # it counts as not contacted again
    RE_ENGAGED = "re_engaged"
    CONTEXT = "context"  # not the lead, but what rules and tiers know of it, such as its account or source


lead_opened = Signal()
lead_changed = Signal()
lead_closed = Signal()
