"""The escalations that a manager must decide, and those within his or her reach (C7)."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from config.counts import RowCount
from queues.models import Escalation, Queue
from routing.models import Assignment, Notification, Rep

DECISION_KINDS = (Notification.Kind.ESCALATED, Notification.Kind.TEAM_CONTACT_DUE)

# open_escalations() of a manager, counted. Written by hand, because every page of a manager shows this number, and the
# ORM builds the statement more slowly than the database answers it. A test compares both. User, user, moment.
COUNT_FOR_MANAGER = """
    WITH my_teams AS (
        SELECT team.id, team.region FROM routing_team AS team
        JOIN routing_team_managers AS manager ON manager.team_id = team.id WHERE manager.user_id = %s
    ), my_queues AS (
        SELECT id FROM queues_queue
        WHERE team_id IN (SELECT id FROM my_teams)
        OR (team_id IS NULL AND (region = '' OR region IN (SELECT region FROM my_teams)))
    ), my_holders AS (
        SELECT rep.user_id AS id FROM routing_rep AS rep
        JOIN routing_rep_teams AS member ON member.rep_id = rep.id WHERE member.team_id IN (SELECT id FROM my_teams)
        UNION SELECT %s
    )
    SELECT COUNT(*) FROM queues_escalation AS escalation
    LEFT JOIN routing_assignment AS held ON held.lead_id = escalation.lead_id AND held.ended_at IS NULL
    WHERE escalation.closed_at IS NULL
    AND (escalation.snoozed_until IS NULL OR escalation.snoozed_until <= %s)
    AND CASE WHEN held.id IS NOT NULL THEN held.holder_id IN (SELECT id FROM my_holders)
        ELSE escalation.queue_id IS NULL OR escalation.queue_id IN (SELECT id FROM my_queues) END
"""


def open_escalations(user: User, *, at: datetime) -> QuerySet[Escalation]:
    """What this manager must decide now, oldest first (C7). A snoozed escalation comes back by itself."""
    return (
        escalations_of(user)
        .filter(closed_at__isnull=True)
        .filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=at))
        .order_by("broke_at", "pk")
    )


def escalations_of(user: User) -> QuerySet[Escalation]:
    """All escalations within this user's reach: of leads held by the user or the user's teams; and, while nobody holds
    the lead, of the user's queues. Closed ones stay within reach, so that a second manager reads who decided (L8)."""
    if user.has_perm("queues.operate_queue"):
        return Escalation.objects.all()
    if not user.has_perm("queues.watch_queue"):
        return Escalation.objects.none()
    held = Assignment.objects.open().filter(lead=OuterRef("lead"))
    mine = held.filter(Q(holder=user) | Q(holder__in=Rep.objects.filter(teams__managers=user).values("user")))
    of_my_queues = Q(queue__in=Queue.objects.managed_by(user).values("pk"))
    waits_with_me = ~Q(Exists(held)) & (of_my_queues | Q(queue__isnull=True))
    return Escalation.objects.filter(Q(Exists(mine)) | waits_with_me | (Q(closed_at__isnull=False) & of_my_queues))


def settled_messages() -> Q:
    """Messages about escalations of leads that have no open one any more: somebody decided, or it was settled."""
    its = Escalation.objects.filter(lead=OuterRef("lead"))
    ended, still_open = its.filter(closed_at__isnull=False), its.filter(closed_at__isnull=True)
    return Q(kind__in=DECISION_KINDS) & Exists(ended) & ~Exists(still_open)


def newest_ends(lead_ids: Collection[int]) -> dict[int, Escalation]:
    """The escalation of each lead that was closed last."""
    rows = Escalation.objects.filter(lead__in=lead_ids, closed_at__isnull=False).select_related("closed_by")
    return {row.lead_id: row for row in rows.order_by("closed_at", "pk")}


def open_escalations_column(user: User, *, at: datetime) -> RowCount | RawSQL:
    """How many open_escalations() has, as a column of another statement."""
    if not user.has_perm("queues.watch_queue") or user.has_perm("queues.operate_queue"):
        return RowCount(open_escalations(user, at=at))
    moment = connection.ops.adapt_datetimefield_value(at)
    return RawSQL(COUNT_FOR_MANAGER, (user.pk, user.pk, moment), output_field=IntegerField())
