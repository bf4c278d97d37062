"""Do reps find it fair? The two questions of each month against their targets, twelve months back (H3)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.decisions.reports.survey_chart import survey_chart
from dashboards.presenters.reports.answers import Answer, Picture, Question
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.survey import FIGURES, month_texts, survey_facts, survey_table
from dashboards.queries.reports.reach import managed_teams
from routing.queries.survey import survey_results


def answer(asked: Asked) -> Answer:
    months, groups = survey_results(teams=_teams(asked), at=asked.at)
    oldest_first = months[::-1]
    chart = survey_chart([row.result.mean for row in oldest_first])
    drawn = {"chart": chart, "columns": list(zip(month_texts(oldest_first), chart.columns, strict=True))}
    title = _("Is distribution fair? The mean of each month")
    return Answer(
        says="dashboards/reports/_survey.html",
        facts=survey_facts(months),
        pictures=[Picture("months", _("Months"), title, "dashboards/reports/_survey_picture.html", lambda: drawn)],
        tables=[survey_table(months, groups)],
    )


def _teams(asked: Asked) -> list[int] | None:
    """None: everybody."""
    if asked.filters.team is not None:
        return [asked.filters.team]
    if asked.user.has_perm("queues.operate_queue"):
        return None
    return list(managed_teams(asked.user).values_list("pk", flat=True))


QUESTION = Question(
    slug="survey",
    title=gettext_lazy("Do reps find it fair?"),
    says=gettext_lazy("Two questions a month to everybody who takes leads, without names."),
    answer=answer,
    figures=FIGURES,
    unused=frozenset({"period", "queue", "source", "type", "rep"}),
)
