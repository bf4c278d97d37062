"""What the frame of every page shows of its reader, read in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Subquery
from django.db.models.expressions import RawSQL

from config.counts import RowCount
from config.models import Heartbeat
from config.worker.heartbeat import WORKER, heartbeat_state
from dashboards.queries.navigation import badges_of
from queues.queries.escalations import open_escalations_column
from queues.queries.review import items_to_decide
from routing.models import Rep
from routing.queries.availability.own_state import OwnState, own_state_of, state_columns
from routing.queries.notifications import pending


@dataclass(frozen=True, slots=True)
class Frame:
    """`own` is None for a person who takes no leads; `badges` are the numbers of the navigation, by topic; `worker` is
    the state of the worker as heartbeat_state() tells it."""

    own: OwnState | None
    unread: int
    badges: Mapping[str, int]
    worker: str

    @property
    def rep(self) -> Rep | None:
        return self.own.rep if self.own is not None else None


def frame_of(user: User, *, at: datetime) -> Frame:
    """Only the badges that this person sees are counted."""
    badges = badges_of(user)
    row = (
        User.objects.filter(pk=user.pk)
        .select_related("rep")
        .annotate(
            n_unread=RowCount(pending(user)),
            beat_at=Subquery(Heartbeat.objects.filter(name=WORKER).values("at")[:1]),
            **state_columns(user, at=at),
            **{f"n_{name}": _badge(name, user, at=at) for name in badges},
        )
        .get()
    )
    rep = getattr(row, "rep", None)
    return Frame(
        own=own_state_of(rep, vars(row), at=at) if rep is not None else None,
        unread=row.n_unread,
        badges={name: getattr(row, f"n_{name}") for name in badges},
        worker=heartbeat_state(None if row.beat_at is None else at - row.beat_at),
    )


def _badge(name: str, user: User, *, at: datetime) -> RowCount | RawSQL:
    return RowCount(items_to_decide()) if name == "review" else open_escalations_column(user, at=at)
