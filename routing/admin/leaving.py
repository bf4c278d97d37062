"""What the admin shows of a person's open leads before and after the person is switched off (F9)."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.models import Account
from routing.models import Assignment, Rep
from routing.queries.workload import open_leads_by_user

MAX_LISTED = 20


def held_by(rep: Rep) -> dict[str, object]:
    """For the page that asks before switching a person off: the open leads stay, and somebody must take care of
    them."""
    held = Assignment.objects.open().filter(holder=rep.user).select_related("lead").order_by("assigned_at", "pk")
    count, rows = held.count(), list(held[:MAX_LISTED])
    about = _("Waiting leads are offered to others. History stays. This person holds no leads now.")
    if count:
        about = ngettext(
            "%(n)s open lead stays with this person until somebody hands it on; you can do so afterwards:",
            "%(n)s open leads stay with this person until somebody hands them on; you can do so afterwards:",
            count,
        ) % {"n": count}
    if owned := Account.objects.filter(owner=rep.user).count():
        about += " " + ngettext(
            "%(n)s account names this person as owner; its new leads follow the rules of their queue.",
            "%(n)s accounts name this person as owner; their new leads follow the rules of their queue.",
            owned,
        ) % {"n": owned}
    return {"about": about, "rows": [_lead_link(row.lead) for row in rows], "more": count - len(rows)}


def hand_on_link(rep: Rep) -> SafeString | str:
    """The way to hand the open leads of this person on; empty where there are none."""
    count = open_leads_by_user([rep.user_id])[rep.user_id]
    if not count:
        return ""
    text = ngettext("Hand %(n)s open lead on", "Hand %(n)s open leads on", count) % {"n": count}
    return format_html('<a href="{}">{}</a>', reverse("queues:hand_on", args=[rep.pk]), text)


def _lead_link(lead) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("leads:lead", args=[lead.pk]), lead.label)
