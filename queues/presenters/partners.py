"""Partner pools in words (D8)."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from queues.models import PartnerDelivery, PartnerLead

HEADER_FIELDS = (
    "first_name", "last_name", "title", "email", "phone", "company_name", "company_domain", "company_size", "industry",
    "country", "city", "message", "score",
)  # fmt: skip


def partner_notices(n: int) -> list[tuple[str, str]]:
    """(page, sentence) while a webhook did not take something: `n` deliveries, see stopped_anywhere()."""
    if not n:
        return []
    text = ngettext("%(n)s message did not reach a partner.", "%(n)s messages did not reach partners.", n)
    return [(reverse("queues:partners"), text % {"n": n})]


def problem_text(delivery: PartnerDelivery) -> str:
    """Without the words of the foreign host."""
    code = delivery.problem
    return {
        "no_answer": _("The host gave no answer."),
        "too_slow": _("The host took too long."),
        "refused_by_chat": _("The host did not take it."),
        "not_an_address": _("This is no address."),
        "not_public": _("The host is not on the public internet."),
        "not_this_port": _("The port in the address cannot be used."),
        "no_such_host": _("There is no host of that name."),
        "not_secure": _("The connection to the host is not safe: check its certificate."),
        "not_readable": _("The secret cannot be read with the keys of this installation. Make a new one."),
        "no_address": _("The pool has no webhook with a secret any more."),
        "died": _("The process that sent it died, so nobody knows whether it left."),
    }.get(code, _("Something went wrong: %(code)s.") % {"code": code})


def file_header() -> tuple[str, ...]:
    return (
        _("Lead"), _("First name"), _("Last name"), _("Title"), _("E-mail"), _("Phone"), _("Company"), _("Website"),
        _("Company size"), _("Industry"), _("Country"), _("City"), _("Message"), _("Score"), _("Source"), _("Sent"),
    )  # fmt: skip


def file_lines(stays: Iterable[PartnerLead]) -> Iterable[tuple]:
    for stay in stays:
        lead = stay.lead
        yield (lead.pk, *(getattr(lead, name) for name in HEADER_FIELDS), lead.source.name, _iso(stay.at))


def _iso(at: datetime) -> str:
    return at.isoformat()
