"""The background jobs of routing, with their progress as sentences."""

from django.utils.translation import gettext as _

from config.jobs import JobKind
from config.web.figures import number
from routing.actions.availability import holidays


def sync_sentence(name: str, done: int, total: int) -> str:
    words = {"name": name, "done": number(done), "total": number(total)}
    return _("%(name)s: holidays of %(done)s of %(total)s reps are up to date.") % words


JOB_KINDS = (
    JobKind(
        name=holidays.SYNC,
        chunk_size=holidays.CHUNK_SIZE,
        count=holidays.count_reps,
        step=holidays.sync_chunk,
        sentence=sync_sentence,
    ),
)
