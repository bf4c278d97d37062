"""What do we lose? Leads that left without a claim, and why reps gave leads back (E4)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.figures import number
from dashboards.decisions.reports.periods import weeks_back
from dashboards.presenters.reports import loss_figures as figures
from dashboards.presenters.reports import losses as words
from dashboards.presenters.reports.answers import Answer, Empty, Picture, Question
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.filter_chips import before_text, weeks_text
from dashboards.presenters.reports.notes import recount_notes
from dashboards.queries.reports.losses import of_entered, of_reasons, reason_counts, shares_by_week
from dashboards.queries.reports.outcomes import stay_groups
from dashboards.queries.reports.scope import has_kept_days, reported_queues

SAYS = "dashboards/reports/_losses.html"
WEEKS = 12


def answer(asked: Asked) -> Answer:
    queues = reported_queues(asked.user, asked.filters)
    scope = of_entered(queues, asked.filters, at=asked.at)
    names = {int(option.value): option.name for option in asked.reach.options["source"]}
    found = stay_groups(scope, asked.filters.before, of=queues, source_names=names)
    reasons, standing = reason_counts(of_reasons(scope, asked.user, asked.filters), asked.filters.before)
    notes = recount_notes(scope.stale_days)
    now = found.all.now
    if not now.entered and not any(reason.now for reason in reasons):
        why = Empty(_("Nothing entered a queue in this period."), _("Choose a longer period or fewer filters."))
        return Answer(SAYS, empty=why, notes=notes)
    weeks = weeks_back(WEEKS, last=asked.last_day, tz=asked.tz)

    def href(figure, by: str, value: str) -> str:
        return asked.leads(figure.key, by=by, value=value)

    picture = Picture(
        "weeks",
        _("12 weeks"),
        _("Left without a claim, by the week in which leads entered"),
        "_parts/line_chart.html",
        lambda: words.weeks_picture(
            [week.first for week in weeks], shares_by_week(scope, weeks), is_running=weeks[-1].ends_at > asked.at
        ),
        weeks_text(WEEKS, asked.last_day),
    )
    table = words.reason_table(reasons, href)
    return Answer(
        SAYS,
        facts={
            "asked": asked,
            "figure": figures.ABANDONMENT,
            "reason": figures.REASON,
            "entered": now.entered,
            "left_text": number(now.unclaimed),
            "entered_text": number(now.entered),
            "share": words.loss_text(now.abandonment),
            "before": words.loss_sentence(found, before_text(asked.filters.period)),
            "alarm": words.alarm_sentence(found.queues),
            "reasons": " ".join([words.reason_sentence(reasons), *words.standing_sentences(standing, names)]),
            "has_rep": asked.filters.rep is not None,
        },
        pictures=[picture] if now.entered and has_kept_days(scope) else [],
        tables=[words.loss_table(found, href), *([table] if table else [])],
        notes=notes,
    )


QUESTION = Question(
    slug="losses",
    title=gettext_lazy("What do we lose?"),
    says=gettext_lazy("Leads that left their queue without a claim, and why reps gave leads back."),
    answer=answer,
    figures=figures.FIGURES,
)
