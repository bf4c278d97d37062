"""The bars of a distribution of times: classes put together, with the targets between them (E1, E3)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number, percent
from config.web.pictures.distribution import Class, Distribution, distribution
from dashboards.presenters.reports.words import time_text
from queues.decisions.figures.classes import below
from queues.decisions.figures.totals import share


def times_picture(
    counts: Sequence[int], edges: Sequence[int], *, starts: Sequence[int], targets: Sequence[int], says: str
) -> Distribution:
    """`counts` by the classes of `edges`, drawn as bars that begin at `starts` (0 first); both in seconds. Bars beyond
    the last target are late. `says` names what is drawn, such as "How long 20 leads waited"."""
    total = sum(counts)
    within = {target: below(counts, target, edges) for target in targets}
    classes = [
        Class(time_text(start) if start else "0", _span(start, end), count, is_late=start >= targets[-1])
        for start, end, count in put_together(counts, edges, starts)
    ]
    marks = {
        list(starts).index(target): _("%(share)s within %(time)s")
        % {"share": percent(share(count, total)), "time": time_text(target)}
        for target, count in within.items()
    }
    longer = total - within[targets[-1]]
    rest = ngettext("%(share)s longer, %(n)s lead", "%(share)s longer, %(n)s leads", longer) % {
        "share": percent(share(longer, total)),
        "n": number(longer),
    }
    says = f"{says}: {', '.join([*marks.values(), rest])}."
    if not longer:
        return distribution(classes, marks, says=says)
    short = _("%(share)s longer") % {"share": percent(share(longer, total))}
    return distribution(classes, marks, says=says, rest=rest, short_rest=short)


def put_together(
    counts: Sequence[int], edges: Sequence[int], starts: Sequence[int]
) -> list[tuple[int, int | None, int]]:
    """(from, to, how many) of each bar; the last has no end."""
    found = []
    for start, end in zip(starts, (*starts[1:], None), strict=True):
        first = edges.index(start) + 1 if start else 0
        last = edges.index(end) + 1 if end else len(counts)
        found.append((start, end, sum(counts[first:last])))
    return found


def _span(start: int, end: int | None) -> str:
    if end is None:
        return _("over %(time)s") % {"time": time_text(start)}
    if not start:
        return _("up to %(time)s") % {"time": time_text(end)}
    return f"{time_text(start)} – {time_text(end)}"
