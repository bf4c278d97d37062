"""Reads the first team by name of each rep: it stands in for hours, time zone and holidays that a rep has not set."""

from django.db.models import QuerySet

from routing.models import Rep, Team


def team_of(rep: Rep) -> Team | None:
    return rep.teams.order_by("name", "pk").first()


def first_teams(links: QuerySet, *columns: str) -> dict[int, tuple]:
    """For rows of Rep.teams.through: columns of the first team ("team__time_zone") by the rep."""
    found: dict[int, tuple] = {}
    for rep, *values in links.order_by("team__name", "pk").values_list("rep", *columns):
        found.setdefault(rep, tuple(values))
    return found
