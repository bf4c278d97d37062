"""The sidebar and the start page of the admin: only what the person may open, grouped by the work of sales ops."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class SidebarItem:
    """One line of the sidebar. `list_name`: the list of the admin, as "queues_queue", or a page of ours, as
    "routing:company"; `about`: for the start page."""

    title: str | Promise
    icon: str
    list_name: str
    permission: str
    about: str | Promise = ""

    def url(self) -> str:
        return reverse(self.list_name if ":" in self.list_name else f"admin:{self.list_name}_changelist")


GROUPS: tuple[tuple[str | Promise, tuple[SidebarItem, ...]], ...] = (
    (
        _("Company"),
        (
            SidebarItem(
                _("Company"),
                "apartment",
                "routing:company",
                "queues.operate_queue",
                _("Name, time zone, working hours, holidays: where new teams start."),
            ),
            SidebarItem(
                _("Company holidays"),
                "celebration",
                "routing_companyholiday",
                "routing.view_companyholiday",
                _("Days off beside public holidays, and public holidays on which people work."),
            ),
            SidebarItem(
                _("Public holidays"),
                "flag",
                "routing_holidaykinds",
                "routing.view_holidaykinds",
                _("Which kinds of days are off in each country: joint leave, bank holidays and others."),
            ),
            SidebarItem(
                _("Get going"),
                "route",
                "dashboards:get_going",
                "queues.operate_queue",
                _("The six steps of a new installation, and a test lead."),
            ),
        ),
    ),
    (
        _("People"),
        (
            SidebarItem(
                _("Reps"),
                "badge",
                "routing_rep",
                "routing.view_rep",
                _("Invite people, set teams, limits, availability."),
            ),
            SidebarItem(
                _("Invitations"),
                "person_add",
                "routing:invitations",
                "routing.add_rep",
                _("Who is asked to join, and how far each invitation is."),
            ),
            SidebarItem(
                _("Teams"), "groups", "routing_team", "routing.view_team", _("Managers, region, working hours.")
            ),
            SidebarItem(
                _("Time off"),
                "event_busy",
                "routing_timeoff",
                "routing.view_timeoff",
                _("Leave, sick days, all-day meetings."),
            ),
        ),
    ),
    (
        _("Queues"),
        (
            SidebarItem(
                _("Queues"),
                "water",
                "queues_queue",
                "queues.view_queue",
                _("Order, clocks, limits, and who may take from each."),
            ),
            SidebarItem(
                _("Priority tiers"),
                "format_list_numbered",
                "queues_prioritytier",
                "queues.view_prioritytier",
                _("The hierarchy that priority queues follow."),
            ),
            SidebarItem(
                _("Limits by lead type"),
                "hourglass_bottom",
                "queues_typelimit",
                "queues.view_typelimit",
                _("How long leads of each type wait, how soon first contact is due, when old ones move on."),
            ),
        ),
    ),
    (
        _("Rotations"),
        (
            SidebarItem(
                _("Rotations"),
                "autorenew",
                "routing_rotation",
                "routing.view_rotation",
                _("Who takes turns, and in which order."),
            ),
            SidebarItem(
                _("Segments"),
                "alt_route",
                "queues_segment",
                "queues.view_segment",
                _("Territories, bands of scores, sizes: which rotation takes which leads."),
            ),
        ),
    ),
    (
        _("Rules"),
        (
            SidebarItem(
                _("Entry rules"),
                "rule",
                "queues_entryrule",
                "queues.view_entryrule",
                _("Which lead goes where: the first rule that matches decides."),
            ),
            SidebarItem(
                _("Score rules"),
                "speed",
                "leads_scorerule",
                "leads.view_scorerule",
                _("Points for leads that come without a score."),
            ),
            SidebarItem(
                _("Own fields"),
                "list_alt",
                "leads_ownfield",
                "leads.view_ownfield",
                _("Columns of files and programs that rules, lists and cards use."),
            ),
        ),
    ),
    (
        _("Doors"),
        (
            SidebarItem(
                _("Web forms"),
                "dynamic_form",
                "leads_webform",
                "leads.view_webform",
                _("Public forms to link to or to embed."),
            ),
            SidebarItem(
                _("Files"), "upload_file", "leads:uploads", "leads.import_leads", _("Bring in leads from a table.")
            ),
            SidebarItem(
                _("API keys"), "key", "leads_apikey", "leads.view_apikey", _("For programs that send leads. Revocable.")
            ),
            SidebarItem(_("Sources"), "input", "leads_source", "leads.view_source", _("Where leads come from.")),
            SidebarItem(
                _("Accounts"),
                "domain",
                "leads_account",
                "leads.view_account",
                _("Companies, with tier, owner and flags."),
            ),
            SidebarItem(
                _("Leads"), "contact_page", "leads_lead", "leads.view_lead", _("Add one by hand, correct one.")
            ),
        ),
    ),
    (
        _("Connections"),
        (
            SidebarItem(
                _("CRMs and webhooks"),
                "cable",
                "queues:connections",
                "queues.operate_queue",
                _("Salesforce, HubSpot, Dynamics 365, and programs that hear what happens to leads."),
            ),
            SidebarItem(
                _("Partner pools"),
                "handshake",
                "queues_partnerpool",
                "queues.view_partnerpool",
                _("Partners who get the overflow of a queue, or leads that you send, by file or webhook."),
            ),
            SidebarItem(
                _("Deliveries"),
                "mail",
                "routing:deliveries",
                "queues.operate_queue",
                _("Messages by mail, chat and phone: what was sent, and what was not."),
            ),
        ),
    ),
    (
        _("Records"),
        (
            SidebarItem(_("Turns"), "turn_right", "routing_turn", "routing.view_turn"),
            SidebarItem(_("Assignments"), "assignment_ind", "routing_assignment", "routing.view_assignment"),
            SidebarItem(_("Queue entries"), "hourglass_top", "queues_entry", "queues.view_entry"),
            SidebarItem(_("Escalations"), "priority_high", "queues_escalation", "queues.view_escalation"),
            SidebarItem(_("Breaches"), "alarm", "queues_breach", "queues.view_breach"),
            SidebarItem(
                _("Moves of deadlines"),
                "update",
                "queues_deadlinemove",
                "queues.view_deadlinemove",
                _("What edits of hours, days off and limits did to deadlines."),
            ),
            SidebarItem(_("Loans of reps"), "group_add", "queues_loan", "queues.view_loan"),
            SidebarItem(_("Fast lanes"), "bolt", "queues_fastlane", "queues.view_fastlane"),
            SidebarItem(_("Pauses of sources"), "pause_circle", "queues_sourcepause", "queues.view_sourcepause"),
            SidebarItem(_("Activities"), "timeline", "leads_activity", "leads.view_activity"),
            SidebarItem(_("Captures"), "inbox", "leads_capture", "leads.view_capture"),
            SidebarItem(_("Imports"), "upload_file", "leads_upload", "leads.view_upload"),
        ),
    ),
    (
        _("System"),
        (
            SidebarItem(_("Users"), "person", "auth_user", "auth.change_user"),
            SidebarItem(_("Roles"), "shield_person", "auth_group", "auth.view_group"),
            SidebarItem(_("Schedules"), "schedule", "django_q_schedule", "django_q.view_schedule"),
            SidebarItem(_("Failed tasks"), "report", "django_q_failure", "django_q.view_failure"),
            SidebarItem(_("Finished tasks"), "task_alt", "django_q_success", "django_q.view_success"),
            SidebarItem(_("Heartbeats"), "monitor_heart", "config_heartbeat", "config.view_heartbeat"),
            SidebarItem(_("Refused sign-ins"), "lock", "axes_accessattempt", "axes.view_accessattempt"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict]:
    """The groups of the sidebar and of the start page; groups without an item are left out."""
    back = {"title": _("Back to Alur"), "icon": "arrow_back", "link": "/", "active": False}
    changes = {"title": _("Change log"), "icon": "history", "link": reverse("dashboards:changes")}
    first = [back, changes] if request.user.has_perm("queues.operate_queue") else [back]
    groups: list[dict[str, Any]] = [{"items": first}]
    groups += [{"title": title, "separator": True, "items": items} for title, items in _allowed_groups(request.user)]
    return groups


def _allowed_groups(user) -> Iterator[tuple[str | Promise, list[dict]]]:
    for title, entries in GROUPS:
        items = [
            {"title": entry.title, "icon": entry.icon, "link": entry.url(), "about": entry.about}
            for entry in entries
            if user.has_perm(entry.permission)
        ]
        if items:
            yield title, items
