"""How webhooks stand, for `manage.py doctor` (I3, J6)."""

from collections.abc import Iterator
from datetime import datetime

from config.doctor.findings import Finding, fine, look
from leads.queries.webhook_backlog import late_messages
from leads.queries.webhooks import kept_failing

WHAT = "webhooks"
SEEN = 5


def webhook_findings(at: datetime) -> Iterator[Finding]:
    failing = list(kept_failing()[:SEEN])
    for endpoint in failing:
        says = f"“{endpoint.name}” fails since {endpoint.failing_since:%Y-%m-%d %H:%M} UTC."
        yield look(WHAT, says, "Its log (Webhooks, in the menu of sales ops) has the answers of the receiver.")
    late = late_messages(at)[:1_000].count()
    if late:
        yield look(WHAT, f"{late:,} messages should have left already.", "See outbox and worker above.")
    if not failing and not late:
        yield fine(WHAT, "None fails, and nothing is late.")
