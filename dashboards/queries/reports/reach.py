"""What a person may choose in the filters of the reports: managers what is of their teams, sales ops all (C9)."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.db.models import QuerySet

from config.web.ids import read_id
from dashboards.decisions.reports.filters import Option, Reach
from leads.models import LeadType, Source
from queues.models import Queue
from routing.models import Rep, Team
from routing.queries.people import managed_reps

MOST_OPTIONS = 1_000  # of one filter; what the address names is found beyond them too
PERSON = ("user_id", "user__first_name", "user__last_name", "user__username")


def reach_of(user: User, query: Mapping[str, str]) -> Reach:
    """Four queries, and one for each thing that the address names beyond the first thousand. Reports open often and
    teams are large, so this reads names instead of rows."""
    return Reach(
        {
            "queue": _options(managed_queues(user), query.get("queue", ""), ("pk", "name")),
            "team": _options(managed_teams(user), query.get("team", ""), ("pk", "name")),
            "source": _options(Source.objects.order_by("name", "pk"), query.get("source", ""), ("pk", "name")),
            "type": [Option(value, str(label)) for value, label in LeadType.choices],
            "rep": _options(managed_reps(user), query.get("rep", ""), PERSON),
        }
    )


def managed_queues(user: User) -> QuerySet[Queue]:
    return Queue.objects.managed_by(user).distinct().order_by("position", "name", "pk")


def managed_teams(user: User) -> QuerySet[Team]:
    """The teams that this person manages; all for sales ops."""
    teams = Team.objects.order_by("name", "pk")
    return teams if user.has_perm("queues.operate_queue") else teams.filter(managers=user)


def team_reps(user: User, team: int) -> QuerySet[Rep]:
    return managed_reps(user).filter(teams=team)


def _options(rows: QuerySet, named: str, columns: Sequence[str]) -> list[Option]:
    """`columns`: the id first, then the parts of the name, or a person's two names and the name of the login."""
    found = [_option(*values) for values in rows.select_related(None).values_list(*columns)[:MOST_OPTIONS]]
    pk = read_id(named)
    if pk is None or len(found) < MOST_OPTIONS or any(option.value == named for option in found):
        return found
    beyond = rows.filter(**{columns[0]: pk}).values_list(*columns).first()
    return found if beyond is None else [*found, _option(*beyond)]


def _option(pk: int, first: str, last: str = "", login: str = "") -> Option:
    return Option(str(pk), f"{first} {last}".strip() or login)
