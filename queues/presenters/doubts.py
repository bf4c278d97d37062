"""Why a lead may be somebody who is known, and why it may be another person (A3)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.identity.merging import SAME_BUT_OTHER
from leads.models import Lead
from queues.models import ReviewItem
from queues.presenters.rules import problem_text, said_problems

# By what is the same, and what differs: whole sentences, because languages order them differently.
SENTENCES: Mapping[tuple[str, str], object] = {
    ("phone", "email name"): lazy("Same phone as %(lead)s, but another e-mail and another name."),
    ("external_id", "email name"): lazy("Same external id as %(lead)s, but another e-mail and another name."),
    ("external_id", "name"): lazy("Same external id as %(lead)s, but another name."),
    ("email", "phone name"): lazy("Same shared mailbox as %(lead)s, but another phone and another name."),
}


def problem_sentences(item: ReviewItem) -> list[str]:
    return [_sentence(problem, item.lead) or problem_text(problem) for problem in said_problems(item)]


def _sentence(problem: Mapping[str, object], lead: Lead) -> str:
    if problem.get("code") != SAME_BUT_OTHER or lead.resembles is None:
        return ""
    same = (str(problem.get("field", "")), str(problem.get("value", "")))
    says = SENTENCES.get(same) or lazy("Like %(lead)s, but another person.")
    return str(says) % {
        "lead": _("%(label)s #%(number)s") % {"label": lead.resembles.label, "number": lead.resembles_id}
    }
