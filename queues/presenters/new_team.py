"""What the form of a new team will do, in plain words, before it is saved (M2)."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.company import company, company_zone
from config.reach.mail import has_mail_server
from config.web.people import display_name
from queues.models import EntryRule, Queue
from queues.queries.new_team import first_rule_to
from routing.decisions.pasted_people import PastedPeople
from routing.presenters.hours import week_text
from routing.presenters.invitations import repeated_text
from routing.queries.invitations import KnownPeople

MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Outlook:
    """`warning` with a link (`href`, `label`) that mends it, where leads would not get there."""

    says: tuple[str, ...]
    warning: str = ""
    href: str = ""
    label: str = ""


def outlook(name: str, queue: Queue | None, how: str, pasted: PastedPeople, known: KnownPeople) -> Outlook:
    queue_name = queue.name if queue else name or _("the new queue")
    says = [*_people(pasted, known), *_way(queue_name, how, len(known.new) + len(known.joining))]
    if queue is not None:
        text = _("From then on the queue “%(queue)s” belongs to this team: only its people can take leads there.")
        says.append(text % {"queue": queue.name})
    words = {"hours": week_text(company().working_hours), "zone": company_zone().key.replace("_", " ")}
    says.append(_("Working hours, holidays and time zone are the company's: %(hours)s, %(zone)s.") % words)
    return _with_rules(says, queue, queue_name)


def _people(pasted: PastedPeople, known: KnownPeople) -> list[str]:
    says = []
    if known.new:
        count, names = len(known.new), _names([person.name for person in known.new])
        if has_mail_server():
            text = ngettext(
                "%(n)s person is invited by e-mail, valid for 7 days: %(names)s.",
                "%(n)s people are invited by e-mail, valid for 7 days: %(names)s.",
                count,
            )
        else:
            text = ngettext(
                "%(n)s person is invited: %(names)s. There is no mail server, so copy the link afterwards.",
                "%(n)s people are invited: %(names)s. There is no mail server, so copy their links afterwards.",
                count,
            )
        says.append(text % {"n": count, "names": names})
    if known.joining:
        count, names = len(known.joining), _names([display_name(user) for user in known.joining])
        text = ngettext("%(names)s is here already and joins.", "%(names)s are here already and join.", count)
        says.append(text % {"names": names})
    if text := repeated_text(pasted.repeated):
        says.append(text)
    return says


def _way(queue: str, how: str, count: int) -> list[str]:
    words = {"queue": queue, "n": count}
    if how == Queue.Dispatch.PULL:
        return [_("Leads in “%(queue)s” wait in order. Who presses Take next gets the first one.") % words]
    given = ngettext(
        "A lead in “%(queue)s” is given to %(n)s person, when available.",
        "A lead in “%(queue)s” is given to the next of the %(n)s people who is available.",
        count,
    )
    if how == Queue.Dispatch.PUSH:
        return [given % words]
    return [given % words, _("After 10 minutes without an owner, anybody in the team may take it.")]


def _with_rules(says: list[str], queue: Queue | None, name: str) -> Outlook:
    rule = first_rule_to(queue) if queue else None
    if rule is not None:
        says.append(_("The rule “%(rule)s” already sends leads there.") % {"rule": rule.name})
        return Outlook(tuple(says))
    if not EntryRule.objects.exists():
        text = _("There are no rules yet, so no lead gets there. The guide offers the default rules.")
        return Outlook(tuple(says), text, reverse("dashboards:get_going"), _("Go to the guide"))
    text = _("No rule sends leads to “%(queue)s” yet: add one, or choose a queue that a rule names.") % {"queue": name}
    return Outlook(tuple(says), text, *rule_link(queue))


def rule_link(queue: Queue | None) -> tuple[str, str]:
    """Where a rule is made, and how that is called."""
    address = reverse("admin:queues_entryrule_add")
    return (f"{address}?queue={queue.pk}" if queue else address), _("Add a rule")


def _names(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    if (more := len(names) - MOST_NAMED) > 0:
        return _("%(names)s and %(n)s more") % {"names": shown, "n": more}
    return shown
