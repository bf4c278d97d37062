"""The background jobs of routing, with their progress as sentences."""

from django.utils.translation import gettext as _

from config.jobs import JobKind
from config.web.figures import number
from routing.actions.availability import clocks, holidays


def sync_sentence(name: str, done: int, total: int) -> str:
    words = {"name": name, "done": number(done), "total": number(total)}
    return _("%(name)s: holidays of %(done)s of %(total)s reps are up to date.") % words


def clocks_sentence(name: str, done: int, total: int) -> str:
    words = {"name": name, "done": number(done), "total": number(total)}
    return _("%(name)s: working time of %(done)s of %(total)s calendars is up to date.") % words


JOB_KINDS = (
    JobKind(
        name=clocks.CLOCKS,
        chunk_size=clocks.CHUNK_SIZE,
        count=clocks.count_calendars,
        step=clocks.fill_chunk,
        sentence=clocks_sentence,
    ),
    JobKind(
        name=holidays.SYNC,
        chunk_size=holidays.CHUNK_SIZE,
        count=holidays.count_reps,
        step=holidays.sync_chunk,
        sentence=sync_sentence,
    ),
)
