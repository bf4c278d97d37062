"""How soon are they contacted? From the claim to the first contact, by rep and queue (E3)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.presenters.reports.answers import Answer, Empty, Question
from dashboards.presenters.reports.asked import Asked


def answer(asked: Asked) -> Answer:
    return Answer(
        says="dashboards/reports/_contact.html",
        empty=Empty(_("No lead was contacted in this period."), _("Choose a longer period or fewer filters.")),
    )


QUESTION = Question(
    slug="contact",
    title=gettext_lazy("How soon are they contacted?"),
    says=gettext_lazy("From the claim to the first contact."),
    answer=answer,
    unused=frozenset({"source", "type"}),
)
