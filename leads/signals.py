"""The facts that leads announce; receivers run inside the same transaction and may be called twice.

`lead_opened(leads, at)`: these leads need a place. `lead_changed(leads, what, at)`: score, tier or contact changed;
with `looked_at`, what rules and tiers look at did, though not the leads themselves.
`lead_closed(leads, how, by, at)`: nobody works on these leads any more.
"""

from django.dispatch import Signal

lead_opened = Signal()
lead_changed = Signal()
lead_closed = Signal()
