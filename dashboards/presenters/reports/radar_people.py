"""Those who differ from their team, with what may explain it and what to do next (K2)."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.radar_figures import LOOKED_AT, PARTS, period_of
from dashboards.presenters.reports.radar_tables import before_of
from dashboards.presenters.reports.radar_words import (
    FindingWords,
    PersonWords,
    Step,
    beside_text,
    explanations,
    finding_text,
)
from dashboards.queries.reports.radar import circumstances, queues_of_signs
from queues.decisions.radar import Finding, Sign
from queues.models import Queue
from queues.queries.radar import RepRadar

WHERE_PICKED = (Sign.LOOKED, Sign.PICKED)


def people_who_differ(asked: Asked, rows: Sequence[RepRadar], sources: Mapping[int, str]) -> list[PersonWords]:
    """The most differences first; no query if nobody differs."""
    found = sorted((row for row in rows if row.unusual), key=lambda row: (-len(row.unusual), str(row.rep)))
    if not found:
        return []
    period = period_of(asked)
    about = circumstances([row.rep for row in found], period)
    queues = queues_of_signs({sign: _with(sign, found) for sign in WHERE_PICKED}, period)
    return [
        PersonWords(
            name=str(row.rep),
            href=asked.address(rep=str(row.rep.user_id)),
            findings=[_finding(asked, row, each, sources) for each in row.unusual],
            explains=explanations(row, about[row.rep.pk]),
            steps=_steps(asked, row, queues),
        )
        for row in found
    ]


def _with(sign: Sign, rows: Sequence[RepRadar]) -> list[int]:
    return [row.rep.user_id for row in rows if any(each.sign == sign for each in row.unusual)]


def _finding(asked: Asked, row: RepRadar, finding: Finding, sources: Mapping[int, str]) -> FindingWords:
    group = {}
    if finding.sign == Sign.REASON:
        group = {"by": "reason", "value": str(finding.key)}
    elif finding.key != "":
        group = {"by": "source", "value": str(finding.key)}
    sign = Sign.RETURNED if finding.sign == Sign.REASON else finding.sign
    figure = LOOKED_AT if sign == Sign.LOOKED else PARTS[sign]
    query = {"rep": str(row.rep.user_id), "figure": figure.key} | {key: text for key, text in group.items() if text}
    return FindingWords(
        says=finding_text(row, finding, sources),
        beside=beside_text(finding, before_of(row, finding)),
        href=asked.leads(**query),
    )


def _steps(asked: Asked, row: RepRadar, queues: Mapping[tuple[Sign, int], Queue]) -> list[Step]:
    user, signs = row.rep.user, {each.sign for each in row.unusual}
    steps = []
    if user.email:
        steps.append(Step(_("Talk to %(name)s") % {"name": user.first_name or str(row.rep)}, f"mailto:{user.email}"))
    if Sign.HELD in signs:
        steps.append(Step(_("Hand on open leads"), reverse("queues:hand_on", args=[row.rep.pk])))
    for sign in WHERE_PICKED:
        queue = queues.get((sign, user.pk))
        if queue is not None and sign in signs and (href := _queue_page(asked, asked.user, queue)):
            steps.append(Step(_("Consider blind mode for %(queue)s") % {"queue": queue.name}, href))
    return list(dict.fromkeys(steps))


def _queue_page(asked: Asked, user: User, queue: Queue) -> str:
    """Where the mode is set, for those who may; else the page of the queue, for its managers."""
    if user.has_perm("queues.change_queue"):
        return reverse("admin:queues_queue_change", args=[queue.pk])
    is_mine = any(option.value == str(queue.pk) for option in asked.reach.options["queue"])
    return reverse("dashboards:queue", args=[queue.slug]) if is_mine else ""
