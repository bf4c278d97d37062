"""Changes of a rotation during the month of the demo, so that there are versions to look at (F11b)."""

from datetime import datetime, timedelta

from dashboards.demo.agenda import Agenda
from dashboards.demo.cast import Cast
from dashboards.demo.hours import Hours
from dashboards.demo.rules import ENTERPRISE
from routing.actions.rotation.editing import edit_rotation
from routing.models import Rotation

# days before the end, and what Bima sets
PLAN = (
    (17, {"skipped_means": Rotation.SkippedMeans.OWED, "owed_limit": 2}),
    (8, {"owed_limit": 3, "joins_level": True}),
)


def plan_changes(cast: Cast, hours: Hours, agenda: Agenda, *, start: datetime) -> None:
    """Change the rotation of the enterprise queue; changes before the first day are left out."""

    def change(fields: dict[str, object], *, at: datetime) -> None:
        edit_rotation(cast.queues[ENTERPRISE].rotation, fields=fields, by=cast.people["Bima"], at=at)

    for days, fields in PLAN:
        at = hours.until - timedelta(days=days)
        if at > start:
            agenda.add(at, change, fields)
