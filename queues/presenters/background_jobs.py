"""The background jobs of queues, with their progress as sentences."""

from django.utils.translation import gettext as _

from config.jobs import JobKind
from config.web.figures import number
from queues.actions.cleanup import runs
from queues.actions.clocks import deadlines
from queues.actions.crm import removing
from queues.actions.dispatch import serve
from queues.actions.entries import moving, reordering
from queues.actions.imports import undoing
from queues.queries.crm.removing import REMOVE
from queues.queries.import_undo import UNDO_IMPORT


def reorder_sentence(name: str, done: int, total: int) -> str:
    words = {"queue": name, "done": number(done), "total": number(total)}
    return _("%(queue)s: %(done)s of %(total)s leads re-ordered.") % words


def serve_sentence(name: str, done: int, total: int) -> str:
    words = {"queue": name, "done": number(done), "total": number(total)}
    return _("%(queue)s: %(done)s of %(total)s waiting leads handed out.") % words


def move_sentence(name: str, done: int, total: int) -> str:
    words = {"queue": name, "done": number(done), "total": number(total)}
    return _("%(queue)s: %(done)s of %(total)s leads moved to another queue.") % words


def deadlines_sentence(name: str, done: int, total: int) -> str:
    words = {"name": name, "done": number(done), "total": number(total)}
    return _("%(name)s: deadlines of %(done)s of %(total)s leads are up to date.") % words


def cleanup_sentence(name: str, done: int, total: int) -> str:
    return _("Cleanup: %(done)s of %(total)s leads.") % {"done": number(done), "total": number(total)}


def undo_import_sentence(name: str, done: int, total: int) -> str:
    words = {"file": name, "done": number(done), "total": number(total)}
    return _("%(file)s is being undone: %(done)s of %(total)s rows.") % words


def remove_connection_sentence(name: str, done: int, total: int) -> str:
    words = {"name": name, "done": number(done), "total": number(total)}
    return _("%(name)s is being removed: %(done)s of %(total)s rows.") % words


JOB_KINDS = (
    JobKind(
        name=REMOVE,
        chunk_size=removing.CHUNK_SIZE,
        count=removing.count_rows,
        step=removing.remove_chunk,
        finish=removing.finish_removal,
        sentence=remove_connection_sentence,
    ),
    JobKind(
        name=UNDO_IMPORT,
        chunk_size=undoing.CHUNK_SIZE,
        count=undoing.count_rows,
        step=undoing.undo_chunk,
        finish=undoing.finish_undo,
        sentence=undo_import_sentence,
    ),
    JobKind(
        name=runs.CLEAN_UP,
        chunk_size=runs.CHUNK_SIZE,
        count=runs.count_leads,
        step=runs.clean_up_chunk,
        finish=runs.finish_cleanup,
        sentence=cleanup_sentence,
        owns_transactions=True,
    ),
    JobKind(
        name=runs.UNDO_CLEANUP,
        chunk_size=runs.CHUNK_SIZE,
        count=runs.count_steps,
        step=runs.undo_chunk,
        sentence=cleanup_sentence,
        owns_transactions=True,
    ),
    JobKind(
        name=deadlines.MOVE_DEADLINES,
        chunk_size=deadlines.CHUNK_SIZE,
        count=deadlines.count_deadlines,
        step=deadlines.move_chunk,
        sentence=deadlines_sentence,
        owns_transactions=True,
    ),
    JobKind(
        name=reordering.REORDER,
        chunk_size=reordering.CHUNK_SIZE,
        count=reordering.count_waiting,
        step=reordering.reorder_chunk,
        finish=serve.serve_after,
        sentence=reorder_sentence,
    ),
    JobKind(
        name=serve.SERVE,
        chunk_size=serve.CHUNK_SIZE,
        count=reordering.count_waiting,
        step=serve.serve_chunk,
        sentence=serve_sentence,
        owns_transactions=True,
    ),
    JobKind(
        name=moving.MOVE,
        chunk_size=moving.CHUNK_SIZE,
        count=moving.count_to_move,
        step=moving.move_chunk,
        sentence=move_sentence,
    ),
)
