"""The panels of the test lead: its way, and earlier tries (M3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from leads.queries.leads import source_names
from queues.models import ProbeRun
from queues.presenters.tries import Dot, dots
from queues.presenters.try_stops import mended_text, stop_text
from queues.queries.probe_tries import mended, newest_tries

MOST_TRIES = 10


@dataclass(frozen=True, slots=True)
class EarlierTry:
    run: ProbeRun
    says: str
    mended: str = ""


@dataclass(frozen=True, slots=True)
class TryPanel:
    """`shown` None: no test lead was sent yet. `again`: what is sent once more, by field of the form."""

    shown: ProbeRun | None
    way: list[Dot]
    earlier: list[EarlierTry]
    again: Mapping[str, str]


def try_panel(shown: ProbeRun | None = None) -> TryPanel:
    """Of this try, else of the newest; at most nine queries, and one without any."""
    tries = newest_tries(MOST_TRIES)
    shown = shown or (tries[0] if tries else None)
    if shown is None:
        return TryPanel(None, [], [], {})
    later = mended(tries)
    earlier = [
        EarlierTry(run, stop_text(run), mended_text(later[run.pk]) if run.pk in later else "")
        for run in tries
        if run.pk != shown.pk
    ]
    again = {"door": shown.asked.get("door", "")} | shown.asked.get("says", {})
    return TryPanel(shown, dots(shown, source_names()), earlier, again)
