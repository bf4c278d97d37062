"""What was done with many leads at once, in words: in the weekly cleanup and at the review desk (A6, D7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.people import display_name
from leads.models import Lead
from queues.actions.review.many import PARKED
from queues.models import CleanupRun
from queues.queries.cleanup import Tally, can_undo, running_jobs, tallies

REFUSED: Mapping[str, tuple[object, object]] = {
    "moved": (lazy("%(n)s had moved on already."), lazy("%(n)s had moved on already.")),
    "looked_at": (lazy("%(n)s stays: somebody is looking at it."), lazy("%(n)s stay: somebody is looking at them.")),
    "alone": (lazy("%(n)s resembles no other lead."), lazy("%(n)s resemble no other lead.")),
    "held": (lazy("%(n)s stays: reps hold both leads."), lazy("%(n)s stay: reps hold both leads.")),
    "deal": (lazy("%(n)s stays: there is a deal already."), lazy("%(n)s stay: there are deals already.")),
    "queue_off": (lazy("%(n)s stays: the queue is off."), lazy("%(n)s stay: the queue is off.")),
    "pool_off": (lazy("%(n)s stays: the partner pool is off."), lazy("%(n)s stay: the partner pool is off.")),
    "there": (lazy("%(n)s waits in that queue already."), lazy("%(n)s wait in that queue already.")),
    "parked": (lazy("%(n)s was parked for that queue already."), lazy("%(n)s were parked for that queue already.")),
    "failed": (lazy("%(n)s stays after an error."), lazy("%(n)s stay after an error.")),
    "stayed": (lazy("%(n)s had moved on and stays."), lazy("%(n)s had moved on and stay.")),
}
REFUSED_AT_DESK: Mapping[str, tuple[object, object]] = {
    **REFUSED,
    "moved": (lazy("%(n)s had been decided by others."), lazy("%(n)s had been decided by others.")),
}
OTHER_REFUSAL = (lazy("%(n)s could not be merged."), lazy("%(n)s could not be merged."))


@dataclass(frozen=True, slots=True)
class RunRow:
    """`left`: how many leads it left alone, which a file lists with the reasons."""

    run: CleanupRun
    says: str
    percent: int
    is_open: bool
    can_undo: bool
    can_stop: bool
    left: int


def run_rows(runs: Sequence[CleanupRun], *, at: datetime) -> list[RunRow]:
    """In at most three queries, however many they are."""
    if not runs:
        return []
    running, found = running_jobs(runs), tallies(runs)
    return [_row(run, found[run.pk], is_running=run.pk in running, at=at) for run in runs]


def _row(run: CleanupRun, tally: Tally, *, is_running: bool, at: datetime) -> RunRow:
    """`is_running`: it, or its undo, is under way."""
    refused = tally.refused
    seen, of = run.done + sum(n for code, n in refused.items() if code != "stayed"), run.total + tally.gone
    if run.undo_at is not None:
        seen, of = run.undone + refused.get("stayed", 0), run.done
    if is_running:
        says = _under_way(run, seen, of)
    elif run.undo_at is not None:
        says = " ".join([_done(run, tally), _undone(run), *left_sentences({"stayed": refused.get("stayed", 0)})])
    else:
        says = done_sentence(run, tally)
        if run.stopped_at is not None:
            says = " ".join([says, _stopped(run, of - seen)])
        elif run.finished_at is None:
            says = _("%(says)s It stopped before the end; the other leads were left alone.") % {"says": says}
    can_stop = is_running and run.undo_at is None and run.stopped_at is None
    percent = min(100, 100 * seen // of) if of else 0
    return RunRow(
        run,
        says,
        percent,
        is_open=is_running,
        can_undo=can_undo(run, is_running=is_running, at=at),
        can_stop=can_stop,
        left=sum(refused.values()) - tally.gone,
    )


def done_sentence(run: CleanupRun, tally: Tally) -> str:
    """What the run did, and why some leads were left."""
    if run.act == CleanupRun.Act.LOOKED:
        return _("The list was looked through.")
    left = left_sentences(tally.refused, REFUSED_AT_DESK if run.is_desk else REFUSED)
    return " ".join([*([_done(run, tally)] if run.done or not tally.refused else []), *left])


def left_sentences(refused: Mapping[str, int], words: Mapping[str, tuple[object, object]] = REFUSED) -> list[str]:
    """Why some leads were left alone, by code."""
    found = []
    for code, n in sorted(refused.items()):
        one, many = words.get(code, OTHER_REFUSAL)
        found += [str(one if n == 1 else many) % {"n": number(n)}] if n else []
    return found


def _under_way(run: CleanupRun, seen: int, of: int) -> str:
    if run.stopped_at is not None and run.undo_at is None:
        return _("%(act)s: it is being stopped.") % {"act": run.get_act_display()}
    act = _("Undo") if run.undo_at is not None else run.get_act_display()
    return _("%(act)s: %(n)s of %(of)s leads.") % {"act": act, "n": number(seen), "of": number(of)}


def _undone(run: CleanupRun) -> str:
    who = display_name(run.undo_by) if run.undo_by is not None else _("n/a")
    text = ngettext("%(name)s undid it for %(n)s lead.", "%(name)s undid it for %(n)s leads.", run.undone)
    return text % {"name": who, "n": number(run.undone)}


def _stopped(run: CleanupRun, left: int) -> str:
    who = display_name(run.stopped_by) if run.stopped_by is not None else _("n/a")
    text = ngettext(
        "%(name)s stopped it; %(n)s more lead was left alone.",
        "%(name)s stopped it; %(n)s more leads were left alone.",
        left,
    )
    return text % {"name": who, "n": number(left)}


def _done(run: CleanupRun, tally: Tally) -> str:
    if run.is_desk and run.act in (CleanupRun.Act.MOVE, CleanupRun.Act.APART, CleanupRun.Act.ASK):
        return _placed(run, tally)
    n, queue = run.done, run.queue.name if run.queue is not None else _("n/a")
    pool = run.pool.name if run.pool is not None else _("n/a")
    text = {
        "nurture": ngettext("%(n)s lead went to nurture.", "%(n)s leads went to nurture.", n),
        "recycle": ngettext("%(n)s lead went to the recycling pool.", "%(n)s leads went to the recycling pool.", n),
        "archive": ngettext("%(n)s lead was archived.", "%(n)s leads were archived.", n),
        "reject": ngettext("%(n)s lead was rejected as junk.", "%(n)s leads were rejected as junk.", n),
        "move": ngettext("%(n)s lead went into %(queue)s.", "%(n)s leads went into %(queue)s.", n),
        "keep": ngettext("%(n)s lead is kept for 7 days.", "%(n)s leads are kept for 7 days.", n),
        "merge": ngettext("%(n)s pair was merged.", "%(n)s pairs were merged.", n),
        "apart": ngettext("%(n)s pair is kept as two leads.", "%(n)s pairs are kept as two leads.", n),
        "partner": ngettext("%(n)s lead was sent to %(pool)s.", "%(n)s leads were sent to %(pool)s.", n),
        "recall": ngettext("%(n)s lead was called back.", "%(n)s leads were called back.", n),
    }[run.act]
    if run.is_desk and run.act == CleanupRun.Act.REJECT:
        text = ngettext("%(n)s lead was rejected.", "%(n)s leads were rejected.", n)
    return text % {"n": number(n), "queue": queue, "pool": pool}


def _placed(run: CleanupRun, tally: Tally) -> str:
    """Of those that the desk placed: how many left it, and how many stay on it."""
    queue = run.queue.name if run.queue is not None else _("n/a")
    parked, stay = tally.went.get(PARKED, 0), tally.went.get(Lead.Stage.REVIEW.value, 0)
    went = run.done - parked - stay
    words = {"n": number(went), "queue": queue}
    if run.act == CleanupRun.Act.MOVE:
        texts = [ngettext("%(n)s lead went into %(queue)s.", "%(n)s leads went into %(queue)s.", went) % words]
    else:
        text = ngettext("%(n)s lead left the desk by the rules.", "%(n)s leads left the desk by the rules.", went)
        texts = [text % words]
    if parked:
        text = ngettext(
            "%(n)s waits on the desk, parked for %(queue)s, and enters by itself.",
            "%(n)s wait on the desk, parked for %(queue)s, and enter by themselves.",
            parked,
        )
        texts.append(text % (words | {"n": number(parked)}))
    if stay:
        text = ngettext("%(n)s stays on the desk by the rules.", "%(n)s stay on the desk by the rules.", stay)
        texts.append(text % {"n": number(stay)})
    return " ".join(texts)
