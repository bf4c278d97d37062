"""Links that need a person: which lead, what the CRM said, what to do (I4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from queues.models import CrmLink
from queues.presenters.crm.problems import problem_words

UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class LinkWords:
    link: CrmLink
    wanted: str
    says: str
    do: str


def link_words(links: Iterable[CrmLink], *, holders: Mapping[int, str]) -> list[LinkWords]:
    """`holders`: names by lead."""
    found = []
    for link in links:
        who = holders.get(link.lead_id, "") if link.problem == UNMATCHED else ""
        words = problem_words(link.connection.kind, link.problem, field=who, words=link.problem_words)
        found.append(LinkWords(link, wanted_text(link), words.says, words.do))
    return found


def wanted_text(link: CrmLink) -> str:
    """What Alur wanted to write; the owner by the id over there says nothing to people. Without
    a match it is the owner alone that waits: the status was written."""
    if link.problem == UNMATCHED:
        return _("owner")
    if link.wanted_owner and link.wanted_status:
        return _("owner and status “%(status)s”") % {"status": link.wanted_status}
    if link.wanted_status:
        return _("status “%(status)s”") % {"status": link.wanted_status}
    return _("owner") if link.wanted_owner else _("nothing is left to write")
