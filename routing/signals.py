"""The signals that routing sends, inside the transaction.

`holder_changed(assignments, at)`: these assignments started or ended (`ended_at` says which).
`rep_available(rep, at)`: a rep can take leads again. Waiting leads must be assigned at that moment (F6); it is a signal
because routing may not import queues.
`hours_changed(calendars, name, why, by, at)`: other hours count in these work calendars from now on. Deadlines that lie
ahead must move (D3), and only queues know limits and entries.
`rep_away(rep, at)`: a rep was switched off, went on leave, or is no longer active. Managers must be asked at once about
the leads that nobody contacts (D2); for the same reason.
"""

from django.dispatch import Signal

holder_changed = Signal()
rep_available = Signal()
hours_changed = Signal()
rep_away = Signal()
