"""What becomes of them? Conversion by queue, source, rep and time waited, and how far leads came (E2, H2)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.figures import number, percent
from dashboards.decisions.reports.lead_flow import Flow, lead_flow
from dashboards.presenters.reports import outcome_figures as figures
from dashboards.presenters.reports import outcome_words as words
from dashboards.presenters.reports import outcomes as shown
from dashboards.presenters.reports.answers import Answer, Empty, Picture, Question
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.filter_chips import before_text
from dashboards.presenters.reports.notes import recount_notes
from dashboards.queries.reports.contact import Contacts, contacts
from dashboards.queries.reports.outcome_leads import still_held
from dashboards.queries.reports.outcomes import Groups, of_arrivals, stay_groups, taken_beside, ways_of_leads
from dashboards.queries.reports.scope import of_stays, reported_queues
from queues.decisions.figures.chance import Sample
from queues.decisions.figures.speed import WaitGroup, by_wait
from queues.queries.figures.asked import Asked as FiguresAsked

SAYS = "dashboards/reports/_outcomes.html"


def answer(asked: Asked) -> Answer:
    queues = reported_queues(asked.user, asked.filters)
    scope = of_stays(queues, asked.filters, at=asked.at)
    names = {int(option.value): option.name for option in asked.reach.options["source"]}
    found = stay_groups(scope, asked.filters.before, of=queues, source_names=names)
    people = contacts(taken_beside(scope, asked.user, asked.filters), asked.filters.before, queue_names={})
    flow = _flow(asked, scope)
    notes = recount_notes(scope.stale_days)
    if not (found.all.now.claimed or people.all.now.taken or flow.total):
        why = Empty(_("No lead arrived or was claimed in this period."), _("Choose a longer period or fewer filters."))
        return Answer(SAYS, empty=why, notes=notes)
    groups = by_wait(found.all.now)
    held = still_held(scope).count() if found.all.now.claimed else 0

    def href(figure, by: str, value: str) -> str:
        return asked.leads(figure.key, by=by, value=value)

    return Answer(
        SAYS,
        facts=_facts(asked, found, people, groups, held),
        pictures=_pictures(flow, groups),
        tables=(
            *([shown.flow_table(flow, href)] if flow.total else []),
            shown.conversion_table(found, href),
            shown.speed_table(groups, href),
            shown.rep_table(people.reps, people.all, href),
        ),
        notes=notes,
    )


def _flow(asked: Asked, scope: FiguresAsked) -> Flow:
    """Leads that arrived have no rep yet: with one chosen there is no flow."""
    if asked.filters.rep is not None:
        return lead_flow([])
    return lead_flow(ways_of_leads(of_arrivals(scope, asked.user, asked.filters)))


def _pictures(flow: Flow, groups: list[WaitGroup]) -> list[Picture]:
    way = Picture(
        "flow",
        _("Way of leads"),
        _("Where the leads went that arrived in this period"),
        "dashboards/reports/_outcomes_flow.html",
        lambda: shown.flow_picture(flow),
    )
    speed = Picture(
        "speed",
        _("By time waited"),
        _("Does a faster claim convert better?"),
        "dashboards/reports/_outcomes_speed.html",
        lambda: shown.speed_picture(groups),
    )
    return [*([way] if flow.total else []), *([speed] if groups else [])]


def _facts(asked: Asked, found: Groups, people: Contacts, groups: list[WaitGroup], held: int) -> dict[str, object]:
    now = found.all.now
    samples = {one.value: Sample(one.now.converted, one.now.taken) for one in people.reps}
    return {
        "asked": asked,
        "conversion": figures.CONVERSION,
        "reps": figures.REP_CONVERSION,
        "held": figures.STILL_HELD,
        "share": percent(now.conversion),
        "is_known": bool(now.claimed),
        "claimed": now.claimed,
        "claimed_text": number(now.claimed),
        "change": words.change_sentence(found.all, before_text(asked.filters.period)),
        "speed": words.speed_sentence(groups),
        "spread": words.spread_sentence(samples, {one.value: one.name for one in people.reps}),
        "held_says": words.held_sentence(held),
        "has_rep": asked.filters.rep is not None,
    }


QUESTION = Question(
    slug="outcomes",
    title=gettext_lazy("What becomes of them?"),
    says=gettext_lazy("How many claimed leads convert, and how far those came that arrived."),
    answer=answer,
    figures=figures.FIGURES,
)
