"""The facts that routing announces, inside the transaction.

`holder_changed(assignments, at)`: these assignments began or ended (ended_at tells which).
`rep_available(rep, at)`: somebody can take leads again; F6 wants held leads assigned at that moment, and routing
may not import queues, hence this signal.
"""

from django.dispatch import Signal

holder_changed = Signal()
rep_available = Signal()
