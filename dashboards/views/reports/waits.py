"""How long do leads wait? Time in queue against the targets, by queue, source and type (E1)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.presenters.reports.answers import Answer, Empty, Question
from dashboards.presenters.reports.asked import Asked


def answer(asked: Asked) -> Answer:
    return Answer(
        says="dashboards/reports/_waits.html",
        empty=Empty(_("No lead was claimed in this period."), _("Choose a longer period or fewer filters.")),
    )


QUESTION = Question(
    slug="waits",
    title=gettext_lazy("How long do leads wait?"),
    says=gettext_lazy("From entering a queue to being claimed."),
    answer=answer,
    unused=frozenset({"rep"}),
)
