"""What an empty page says to do: a link for who may do it, and for others who can (M6)."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.people import display_name
from routing.queries.who_may import whom_to_ask


@dataclass(frozen=True, slots=True)
class Act:
    """Who has the right reads `own` and gets the link; others read `others`, with the names of who can in it."""

    right: str
    url: str
    label: str | Promise
    own: str | Promise
    others: str | Promise


@dataclass(frozen=True, slots=True)
class Help:
    says: str
    href: str = ""
    label: str = ""


TEAMS = ("routing.change_team", "admin:routing_team_changelist", gettext_lazy("Teams in the settings"))
ACTS = {
    "own_team": Act(
        *TEAMS,
        gettext_lazy("Put yourself into a team that has a queue."),
        gettext_lazy("%(who)s can put you into a team that has a queue."),
    ),
    "own_queue": Act(
        *TEAMS,
        gettext_lazy("Make yourself the manager of a team."),
        gettext_lazy("%(who)s can make you the manager of a team."),
    ),
    "reps": Act(
        "routing.add_rep",
        "routing:invitations",
        gettext_lazy("Invite people"),
        gettext_lazy("Invite people, or put reps into your teams in the settings."),
        gettext_lazy("%(who)s can put reps into your teams."),
    ),
    "rotation": Act(
        "routing.add_rotation",
        "admin:routing_rotation_add",
        gettext_lazy("New rotation"),
        gettext_lazy("Make one, and name it in a queue."),
        gettext_lazy("%(who)s can make one and name it in a queue."),
    ),
    "own_rotation": Act(
        "routing.change_rotation",
        "admin:routing_rotation_changelist",
        gettext_lazy("Rotations in the settings"),
        gettext_lazy("Your leads come by Take next. Put yourself into a rotation in the settings."),
        gettext_lazy("Your leads come by Take next. %(who)s can put you into a rotation."),
    ),
    "own_rep": Act(
        "routing.add_rep",
        "admin:routing_rep_add",
        gettext_lazy("Add a rep"),
        gettext_lazy("Your account may take leads, but it is no rep of a team. Add it as one."),
        gettext_lazy("Your account may take leads, but it is no rep of a team. %(who)s can add it as one."),
    ),
    "role": Act(
        "routing.add_rep",
        "routing:invitations",
        gettext_lazy("Invite people"),
        gettext_lazy("Your account has no role yet, so there is nothing to show."),
        gettext_lazy("Your account has no role yet, so there is nothing to show. %(who)s can give you one."),
    ),
}


def help_with(name: str, user: User) -> Help:
    """The settings open for staff only, so the right alone is not enough for a link."""
    act = ACTS[name]
    if user.has_perm(act.right) and (user.is_staff or not act.url.startswith("admin:")):
        return Help(str(act.own), reverse(act.url), str(act.label))
    names = [display_name(each) for each in whom_to_ask()]
    return Help(str(act.others) % {"who": get_text_list(names, _("or")) if names else _("Sales ops")})
