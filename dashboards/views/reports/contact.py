"""How soon are they contacted? From the claim to the first contact, by rep and queue (E3)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.figures import number, percent
from dashboards.decisions.reports.periods import weeks_back
from dashboards.presenters.reports import contact as words
from dashboards.presenters.reports.answers import Answer, Empty, Picture, Question
from dashboards.presenters.reports.asked import Asked, Group
from dashboards.presenters.reports.figures import Behind, Figure
from dashboards.presenters.reports.filter_chips import before_text, weeks_text
from dashboards.presenters.reports.notes import recount_notes
from dashboards.presenters.reports.tables import Column
from dashboards.presenters.reports.words import change_of_share, time_text
from dashboards.queries.reports.behind import contacted_leads, late_contacts, taken_leads
from dashboards.queries.reports.contact import Contacts, contacts, shares_by_week
from dashboards.queries.reports.reach import managed_queues
from dashboards.queries.reports.scope import of_taken
from queues.queries.figures.asked import Asked as FiguresAsked

WEEKS = 12


def answer(asked: Asked) -> Answer:
    scope = of_taken(asked.user, asked.filters, at=asked.at)
    names = dict(managed_queues(asked.user).order_by("pk").values_list("pk", "name"))
    found = contacts(scope, asked.filters.before, queue_names=names, needs_times=True)
    notes = recount_notes(scope.stale_days)
    if not found.all.now.taken:
        why = Empty(_("Nobody took a lead in this period."), _("Choose a longer period or fewer filters."))
        return Answer("dashboards/reports/_contact.html", empty=why, notes=notes)
    return Answer(
        "dashboards/reports/_contact.html",
        facts=_facts(asked, found),
        pictures=_pictures(asked, scope, found),
        tables=(words.table(found, _columns(), lambda by, value: _leads(asked, by, value)),),
        notes=notes,
    )


def _pictures(asked: Asked, scope: FiguresAsked, found: Contacts) -> list[Picture]:
    weeks = weeks_back(WEEKS, last=asked.last_day, tz=asked.tz)
    bars = Picture(
        "distribution",
        _("Distribution"),
        _("Leads by time to first contact"),
        "dashboards/reports/_contact_picture.html",
        lambda: words.picture(found.all.now),
    )
    line = Picture(
        "weeks",
        _("12 weeks"),
        _("Contacted within the limit, by week"),
        "_parts/line_chart.html",
        lambda: words.weeks_picture(
            [week.first for week in weeks], shares_by_week(scope, weeks), is_running=weeks[-1].ends_at > asked.at
        ),
        weeks_text(WEEKS, asked.last_day),
    )
    is_kept = scope.counted_at is not None and scope.sources is None and scope.types is None
    return [bars, line] if is_kept else [bars]


def _facts(asked: Asked, found: Contacts) -> dict[str, object]:
    now, before = found.all.now, found.all.before
    change = change_of_share(now.share_within, before.share_within)
    known = [one for one in found.reps if one.now.share_within is not None]
    return {
        "asked": asked,
        "figure": WITHIN,
        "share": percent(now.share_within),
        "is_known": now.share_within is not None,
        "is_compared": before.share_within is not None,
        "share_before": percent(before.share_within),
        "is_same": change == "0",
        "before": before_text(asked.filters.period),
        "median": time_text(now.percentile(50)),
        "p95": time_text(now.percentile(95)),
        "has_contacts": bool(now.contacted),
        "silent": now.taken - now.contacted,
        "silent_text": number(now.taken - now.contacted),
        "reps": len(known),
    }


def _leads(asked: Asked, by: str, value: str) -> str:
    return asked.leads(TAKEN.key, by=by, value=value)


def _taken(asked: Asked, group: Group) -> Behind:
    return words.behind(taken_leads(of_taken(asked.user, asked.filters, at=asked.at), group.by, group.value))


def _contacted(asked: Asked, group: Group) -> Behind:
    return words.behind(contacted_leads(of_taken(asked.user, asked.filters, at=asked.at), group.by, group.value))


def _late(asked: Asked, group: Group) -> Behind:
    return words.behind(late_contacts(of_taken(asked.user, asked.filters, at=asked.at), group.by, group.value))


TAKEN = Figure(
    "contact_taken",
    gettext_lazy("Taken"),
    gettext_lazy("Leads that reps took or were given in this period; what was undone counts as never made."),
    gettext_lazy("Ours (E3, C4b)"),
    _taken,
)
CONTACTED = Figure(
    "contact_contacted",
    gettext_lazy("Contacted"),
    gettext_lazy("Of the leads taken in this period, those for which the rep who took them logged a contact."),
    gettext_lazy("Ours (E3)"),
    _contacted,
)
WITHIN = Figure(
    "contact_within",
    gettext_lazy("Within the limit"),
    gettext_lazy(
        "First contacts no later than the contact limit of each lead, divided by all that were made or are overdue. A "
        "lead that was never contacted counts against its holder once the limit has passed."
    ),
    gettext_lazy("Exactly at the deadline is in time (E3, L7)"),
    _late,
    gettext_lazy("The leads outside it"),
)
MEAN = Figure(
    "contact_mean",
    gettext_lazy("Mean"),
    gettext_lazy(
        "The sum of the times from the claim to the first contact divided by the contacts, by the clock of each lead: "
        "working hours where its queue counts them."
    ),
    gettext_lazy("Ours (E3, D3)"),
    _contacted,
)
MEDIAN = Figure(
    "contact_median",
    gettext_lazy("Median"),
    gettext_lazy(
        "Half of the contacts came sooner: the middle one, or between the two in the middle. Above 5,000 it is "
        "read from sixteen classes of time: the class is exact, its inside is estimated."
    ),
    gettext_lazy("Ours (E3)"),
    _contacted,
)
P95 = Figure(
    "contact_p95",
    gettext_lazy("95th percentile"),
    gettext_lazy(
        "19 of 20 contacts came sooner, by the nearest rank: a time that was measured. Above 5,000 it is read from "
        "sixteen classes of time: the class is exact, its inside is estimated."
    ),
    gettext_lazy("Ours (E3)"),
    _contacted,
)


def _columns() -> tuple[Column, ...]:
    return (
        Column("taken", _("Taken"), TAKEN),
        Column("contacted", _("Contacted"), CONTACTED),
        Column("within", _("Within the limit"), WITHIN),
        Column("mean", _("Mean"), MEAN, unit="s"),
        Column("median", _("Median"), MEDIAN, unit="s"),
        Column("p95", _("95th percentile"), P95, unit="s"),
        Column("change", _("Change of mean"), unit="s"),
    )


QUESTION = Question(
    slug="contact",
    title=gettext_lazy("How soon are they contacted?"),
    says=gettext_lazy("From the claim to the first contact, for leads taken in the period."),
    answer=answer,
    figures=(TAKEN, CONTACTED, WITHIN, MEAN, MEDIAN, P95),
)
