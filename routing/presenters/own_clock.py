"""Names the time zones of a page where its reader and the people of a team have different clocks (J1)."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from config.company import company_zone
from config.web.zones import differs, zone_text
from routing.models import Rep
from routing.queries.availability.zones import zone_named


def other_clocks_sentence(names: Iterable[str], *, at: datetime) -> str:
    """For the frame of every page; empty where all clocks of the teams show what the reader's does."""
    found = {zone for name in names if (zone := zone_named(name)) is not None and differs(zone, at)}
    here = timezone.get_current_timezone()
    if not found or not isinstance(here, ZoneInfo):
        return ""
    others = [
        zone_text(zone, at) for zone in sorted(found, key=lambda each: (at.astimezone(each).utcoffset(), each.key))
    ]
    words = {"own": zone_text(here, at), "others": ", ".join(others)}
    if len(others) == 1:
        return _("All times are in %(own)s. Your team works in %(others)s.") % words
    return _("All times are in %(own)s. Your teams work in %(others)s.") % words


def other_zones(reps: Iterable[Rep], *, at: datetime) -> dict[int, str]:
    """By rep, for those whose clock is not the reader's; none where all live by the one clock of their teams, which the
    frame of the page names. `teams` must be prefetched."""
    found: dict[int, str] = {}
    own, shared = 0, set()
    for rep in reps:
        teams = sorted(rep.teams.all(), key=lambda team: (team.name, team.pk))
        of_team = zone_named(teams[0].time_zone if teams else "") or company_zone()
        zone = zone_named(rep.time_zone) or of_team
        own += zone != of_team or not teams
        shared.add(zone)
        if differs(zone, at):
            found[rep.pk] = zone_text(zone, at)
    return found if own or len(shared) > 1 else {}
