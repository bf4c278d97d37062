"""How long do leads wait? Time in queue against the targets, by queue, source and type (E1)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.decisions.reports.periods import weeks_back
from dashboards.decisions.reports.verdicts import Kept
from dashboards.presenters.reports import waits as words
from dashboards.presenters.reports.answers import Answer, Empty, Picture, Question
from dashboards.presenters.reports.asked import Asked, Group
from dashboards.presenters.reports.figures import Behind, Figure
from dashboards.presenters.reports.filter_chips import before_text, weeks_text
from dashboards.presenters.reports.notes import recount_notes
from dashboards.presenters.reports.tables import Column
from dashboards.presenters.reports.words import is_same, time_text
from dashboards.queries.reports.behind import late_stays, waited_stays
from dashboards.queries.reports.scope import has_kept_days, of_stays, reported_queues
from dashboards.queries.reports.waits import Waited, Waits, means_by_week, waits
from queues.queries.figures.asked import Asked as FiguresAsked

WEEKS = 12


def answer(asked: Asked) -> Answer:
    queues = reported_queues(asked.user, asked.filters)
    scope = of_stays(queues, asked.filters, at=asked.at)
    names = {int(option.value): option.name for option in asked.reach.options["source"]}
    found = waits(scope, asked.filters.before, of=queues, source_names=names)
    notes = recount_notes(scope.stale_days)
    if not found.all.now.claimed:
        why = Empty(_("No lead was claimed in this period."), _("Choose a longer period or fewer filters."))
        return Answer("dashboards/reports/_waits.html", empty=why, notes=notes)
    return Answer(
        "dashboards/reports/_waits.html",
        facts=_facts(asked, found),
        pictures=_pictures(asked, scope, found),
        tables=(words.table(found, _columns(), lambda by, value: _leads(asked, by, value)),),
        notes=notes,
    )


def _pictures(asked: Asked, scope: FiguresAsked, found: Waits) -> list[Picture]:
    bars = Picture(
        "distribution",
        _("Distribution"),
        _("Leads by time waited"),
        "dashboards/reports/_waits_picture.html",
        lambda: {"chart": words.picture(found.all.now), "targets": words.targets_text(found.queues)},
    )
    weeks = Picture(
        "weeks",
        _("12 weeks"),
        _("Mean wait by week"),
        "_parts/line_chart.html",
        lambda: _weeks(asked, scope, found),
        weeks_text(WEEKS, asked.last_day),
    )
    return [bars, weeks] if has_kept_days(scope) else [bars]


def _facts(asked: Asked, found: Waits) -> dict[str, object]:
    now, before = found.all.now, found.all.before
    change = None if now.mean is None or before.mean is None else now.mean - before.mean
    judged = [(queue, words.verdict_of(queue)) for queue in found.queues]
    missed = sorted(((q, v) for q, v in judged if v.kept == Kept.MISSED), key=lambda pair: -pair[1].by)
    slipped = [queue for queue, verdict in judged if verdict.kept == Kept.GETTING_WORSE]
    worst = missed[0][0] if missed else None
    return {
        "asked": asked,
        "figure": MEAN,
        "mean": time_text(now.mean),
        "change": time_text(abs(change)) if change is not None else "",
        "is_known": change is not None,
        "is_same": change is not None and is_same(change),
        "is_longer": change is not None and change > 0,
        "before": before_text(asked.filters.period),
        "missed": len(missed),
        "worst": worst,
        "worst_mean": time_text(worst.now.mean) if worst else "",
        "worst_target": time_text(worst.target) if worst else "",
        "median": time_text(now.percentile(50)),
        "p95": time_text(now.percentile(95)),
        "slipped": slipped[0] if slipped else None,
        "slipped_by": _slip(slipped[0]) if slipped else "",
        "help": worst or (slipped[0] if slipped else None),
    }


def _slip(queue: Waited) -> str:
    return time_text((queue.now.mean or 0) - (queue.before.mean or 0))


def _weeks(asked: Asked, scope: FiguresAsked, found: Waits) -> object:
    weeks = weeks_back(WEEKS, last=asked.last_day, tz=asked.tz)
    targets = {queue.target for queue in found.queues}
    target = targets.pop() if len(targets) == 1 else None
    means, is_running = means_by_week(scope, weeks), weeks[-1].ends_at > asked.at
    return words.weeks_picture([week.first for week in weeks], means, target, is_running=is_running)


def _leads(asked: Asked, by: str, value: str) -> str:
    return asked.leads(MEAN.key, by=by, value=value)


def _behind(asked: Asked, group: Group) -> Behind:
    scope = of_stays(reported_queues(asked.user, asked.filters), asked.filters, at=asked.at)
    return words.behind(waited_stays(scope, group.by, group.value))


def _late(asked: Asked, group: Group) -> Behind:
    scope = of_stays(reported_queues(asked.user, asked.filters), asked.filters, at=asked.at)
    return words.behind(late_stays(scope, group.by, group.value))


MEAN = Figure(
    "wait_mean",
    gettext_lazy("Mean"),
    gettext_lazy(
        "The sum of waiting divided by the claims, from entering a queue to being claimed. All hours count, also those "
        "outside work. A lead that was claimed twice counts twice."
    ),
    gettext_lazy("Articles: time in queue below 2, 8 or 24 hours (E1)"),
    _behind,
)
CLAIMED = Figure(
    "wait_claimed",
    gettext_lazy("Claimed"),
    gettext_lazy("Stays in a queue that ended with a claim in this period: somebody took the lead or was given it."),
    gettext_lazy("Ours (E1)"),
    _behind,
)
MEDIAN = Figure(
    "wait_median",
    gettext_lazy("Median"),
    gettext_lazy(
        "Half of the claims had waited less: the middle one, or between the two in the middle. Above 5,000 it is "
        "read from sixteen classes of time: the class is exact, its inside is estimated."
    ),
    gettext_lazy("Ours (E1)"),
    _behind,
)
P95 = Figure(
    "wait_p95",
    gettext_lazy("95th percentile"),
    gettext_lazy(
        "19 of 20 claims had waited less, by the nearest rank: a time that was measured. Above 5,000 it is read from "
        "sixteen classes of time: the class is exact, its inside is estimated."
    ),
    gettext_lazy("Ours (E1)"),
    _behind,
)
WITHIN = Figure(
    "wait_within",
    gettext_lazy("Within target"),
    gettext_lazy("Claims that came before the target of their queue was reached, divided by all claims."),
    gettext_lazy("Exactly at the target is not below it (E1, L1)"),
    _late,
    gettext_lazy("The leads outside it"),
)


def _columns() -> tuple[Column, ...]:
    return (
        Column("target", _("Target"), unit="s"),
        Column("claimed", _("Claimed"), CLAIMED),
        Column("mean", _("Mean"), MEAN, unit="s"),
        Column("median", _("Median"), MEDIAN, unit="s"),
        Column("p95", _("95th percentile"), P95, unit="s"),
        Column("within", _("Within target"), WITHIN),
        Column("change", _("Change of mean"), unit="s"),
        Column("verdict", _("Verdict"), is_number=False),
    )


QUESTION = Question(
    slug="waits",
    title=gettext_lazy("How long do leads wait?"),
    says=gettext_lazy("From entering a queue to being claimed."),
    answer=answer,
    figures=(MEAN, CLAIMED, MEDIAN, P95, WITHIN),
)
