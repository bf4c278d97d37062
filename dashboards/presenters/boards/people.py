"""What the figures of Team and Escalations count, and the leads behind each (C7, D4, E3, E10)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from config.web.explained import Explained, list_address
from dashboards.presenters.boards.behind import (
    CONTACT_IN_TIME,
    contacted,
    contacted_words,
    contacts_in_time_words,
    given,
    held,
    of_contacts,
    turns,
)
from dashboards.presenters.boards.behind import CONTACTED as WAS_CONTACTED
from dashboards.presenters.boards.queues import NEXT_BREACH
from dashboards.presenters.reports.figures import Figure
from dashboards.queries import boards
from dashboards.queries.reports.behind import decided_contacts, judged_contacts
from routing.presenters.fairness_figures import GIVEN as SHARE_GIVEN
from routing.presenters.fairness_figures import GIVEN_KEY, LEADS, LEADS_KEY

STATE = Explained(
    _("State"),
    _("Whether the rep can get leads now: switched on, in working hours, not away; and when the rep was last seen."),
    _("Ours (C7)"),
)
OPEN = Figure(
    "board_open",
    _("Open"),
    _("Leads that the rep has now and has not closed or given back."),
    _("Ours (C7)"),
    held(lambda reps, since, until: boards.held_now(reps), is_now=True),
)
SILENT = Figure(
    "board_silent",
    _("Not contacted"),
    _("Of the open leads, those without a first contact, and when the next of their contact limits runs out."),
    _("Ours (D2)"),
    held(lambda reps, since, until: boards.held_now(reps, silent=True), is_now=True),
)
CLAIMED = Figure(
    "board_taken",
    _("Claimed today"),
    _(
        "Leads that the rep took or was given since midnight in your time zone, from any queue, each once; what was "
        "undone counts as never made."
    ),
    _("Ours (C4b, C7)"),
    held(boards.taken),
)
CONTACTED = Figure(
    "board_contacted",
    _("Contacted today"),
    _("Leads that the rep contacted since midnight in your time zone, each once, whenever they were taken."),
    _("Ours (C7)"),
    contacted,
)
SPEED = Explained(
    _("To contact, 30 d"),
    _(
        "The median time from the claim to the first contact, of leads taken today and in the 29 days before: half "
        "came sooner. Below it, first contacts within the limit, divided by all that were made or are overdue."
    ),
    _("Articles: 90 % in time; exactly at the deadline is in time (E3, L7)"),
)
IN_TIME = Figure(
    "board_in_time",
    _("Contacted in time, 30 d"),
    _(
        "Of the leads taken today and in the 29 days before, first contacts within the limit, divided by all that were "
        "made or are overdue. The list has all of these, as of the last count."
    ),
    _("Articles: 90 % in time; exactly at the deadline is in time (E3, L7)"),
    of_contacts(decided_contacts, CONTACT_IN_TIME, part=("is_in_time", contacts_in_time_words)),
)
SHARE = Figure(
    "board_share",
    _("Contacted, 30 d"),
    _(
        "Of the leads taken today and in the 29 days before, those that were contacted; leads that are still in time "
        "do not count. The list has both, as of the last count."
    ),
    _("Ours (E3)"),
    of_contacts(judged_contacts, WAS_CONTACTED, part=("is_contacted", contacted_words)),
)
FLAGS = Explained(
    _("Red flags"),
    _("Work that was not done: each says what and by how much, shows its leads, and ends by itself when it is done."),
    _("Articles: red flags of cherry-picking and neglect (D4)"),
)
BROKE = Explained(
    _("Escalations"),
    _(
        "Leads of your teams that waited or stayed without a contact beyond their limit. Open: nothing was decided "
        "yet. Snoozed: they come back at a set time. Done today: decided since midnight."
    ),
    _("Articles: leads of 72 hours and more go to a manager (B6, D1, D2)"),
)
CLOCK = Explained(
    _("Clock"),
    _("Which limit runs out: the longest wait, the age of a lead in its queue, or the first contact of who has it."),
    _("Ours (D1, D2, B6)"),
)
TURNS = Figure(LEADS_KEY, LEADS.name, LEADS.says, LEADS.rule, turns)
GIVEN = Figure(GIVEN_KEY, SHARE_GIVEN.name, SHARE_GIVEN.says, SHARE_GIVEN.rule, given)
TEAM = {
    "state": STATE,
    "open": OPEN,
    "silent": SILENT,
    "claimed": CLAIMED,
    "contacted": CONTACTED,
    "speed": SPEED,
    "share": SHARE,
    "flags": FLAGS,
}
ESCALATIONS = {"broke": BROKE, "flags": FLAGS, "breach": NEXT_BREACH, "clock": CLOCK}
FIGURES = (OPEN, SILENT, CLAIMED, CONTACTED, IN_TIME, SHARE)
FAIRNESS = (TURNS, GIVEN)


def rep_lists(*, midnight: datetime, at: datetime) -> dict[str, str]:
    """The addresses of the leads behind the figures of a rep; the id of the user follows at the end."""
    today: dict[str, Any] = {"by": "rep", "since": midnight, "until": at}
    return {
        "open": list_address(OPEN.key, by="rep"),
        "silent": list_address(SILENT.key, by="rep"),
        "claimed": list_address(CLAIMED.key, **today),
        "contacted": list_address(CONTACTED.key, **today),
        "speed": list_address("contact_median", period="30d", by="rep"),
        "in_time": list_address(IN_TIME.key, period="30d", by="rep"),
        "share": list_address(SHARE.key, period="30d", by="rep"),
    }
