"""Who works differently? Looks, returns, picks, late Fridays, quick and silent contacts, hoarding (K2)."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.presenters.reports.answers import Answer, Empty, Question
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.filter_chips import period_text
from dashboards.presenters.reports.notes import recount_notes
from dashboards.presenters.reports.radar_figures import FIGURES, period_of
from dashboards.presenters.reports.radar_people import people_who_differ
from dashboards.presenters.reports.radar_tables import file_table, people_table, signs_table
from dashboards.presenters.reports.radar_words import looked_text
from dashboards.queries.reports.radar import Watched, watched
from leads.models import Source
from queues.decisions.radar import LEAST_CASES, MOST_DAYS
from queues.queries.figures.asked import ask
from queues.queries.radar import RepRadar, beside, counts_by_person

SAYS = "dashboards/reports/_radar.html"


def answer(asked: Asked) -> Answer:
    """Everybody of the teams in reach, or one rep."""
    if asked.filters.period.days > MOST_DAYS:
        days = {"n": MOST_DAYS}
        return Answer(
            SAYS, empty=Empty(_("The radar looks at %(n)s days at most.") % days, _("Choose a shorter period."))
        )
    found = watched(asked.user, asked.reach, asked.filters)
    if not found.reps:
        return Answer(SAYS, empty=_nobody(asked))
    counts = counts_by_person(found.reps, period_of(asked))
    bands = [
        (each.team.name if each.team else _("Without a team"), _shown(found, beside(each.reps, counts)))
        for each in found.mates
    ]
    rows = list({row.rep.pk: row for _name, each in bands for row in each}.values())
    sources = _source_names(asked, rows)
    differ = people_who_differ(asked, rows, sources)
    only = rows[0] if found.only else None
    on_page = signs_table(asked, only, sources) if only else people_table(asked, bands)
    facts = {
        "differ": differ,
        "people": len(rows),
        "only": only.rep if only else None,
        "looked": looked_text(only.now.looked) if only and only.now.looked and only.now.looked.previewed else "",
        "period": period_text(asked.filters.period),
        "least": LEAST_CASES,
        "everybody": asked.address(rep=""),
    }
    all_of_it = [file_table(bands, sources)] if asked.is_file else []  # hundreds of lines
    period = asked.filters.period
    notes = [*_notes(found), *recount_notes(ask(period.starts_at, period.ends_at, at=asked.at).stale_days)]
    return Answer(SAYS, facts, tables=[on_page, *all_of_it], notes=notes)


def _shown(found: Watched, rows: Sequence[RepRadar]) -> list[RepRadar]:
    return [row for row in rows if found.only is None or row.rep.pk == found.only.pk]


def _nobody(asked: Asked) -> Empty:
    if asked.filters.rep is not None:
        return Empty(_("This person works in none of these teams now."), _("Choose another rep or team."))
    return Empty(_("Nobody works in these teams."), _("Sales ops put reps into teams in the settings."))


def _notes(found: Watched) -> list[str]:
    if not found.left_out:
        return []
    names = ", ".join(each.team.name for each in found.mates if each.team)
    return [_("You see %(names)s. Choose a team to see another one.") % {"names": names}]


def _source_names(asked: Asked, rows: Sequence[RepRadar]) -> Mapping[int, str]:
    """As in the filter; those that do not fit into it are read."""
    names = {int(option.value): option.name for option in asked.reach.options["source"]}
    more = {pk for row in rows for pk in row.now.by_source} - names.keys()
    return names | dict(Source.objects.filter(pk__in=more).order_by("pk").values_list("pk", "name")) if more else names


QUESTION = Question(
    slug="radar",
    title=gettext_lazy("Who works differently?"),
    says=gettext_lazy("Ways of working that differ clearly from the team's, with the leads behind them."),
    answer=answer,
    figures=FIGURES,
    unused=frozenset({"queue", "source", "type"}),
)
