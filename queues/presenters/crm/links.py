"""Links that need a person: which lead, what the CRM said, what to do (I4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from queues.models import CrmLink
from queues.presenters.crm.problems import problem_words


@dataclass(frozen=True, slots=True)
class LinkWords:
    link: CrmLink
    wanted: str
    says: str
    do: str


def link_words(links: Iterable[CrmLink]) -> list[LinkWords]:
    found = []
    for link in links:
        words = problem_words(link.connection.kind, link.problem, words=link.problem_words)
        found.append(LinkWords(link, wanted_text(link), words.says, words.do))
    return found


def wanted_text(link: CrmLink) -> str:
    """What Alur wanted to write; the owner by the id over there says nothing to people."""
    if link.wanted_owner and link.wanted_status:
        return _("owner and status “%(status)s”") % {"status": link.wanted_status}
    if link.wanted_status:
        return _("status “%(status)s”") % {"status": link.wanted_status}
    return _("owner") if link.wanted_owner else _("nothing is left to write")
