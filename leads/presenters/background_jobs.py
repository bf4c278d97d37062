"""The background jobs of leads, with their progress as sentences."""

from django.utils.translation import gettext as _

from config.jobs import JobKind
from config.web.figures import number
from leads.actions import own_fields, scoring, search_words
from leads.decisions.search_words import FILL


def rescore_sentence(name: str, done: int, total: int) -> str:
    words = {"name": name, "done": number(done), "total": number(total)}
    if name:
        return _("%(name)s: %(done)s of %(total)s leads scored again.") % words
    return _("%(done)s of %(total)s leads scored again.") % words


def fill_sentence(_name: str, done: int, total: int) -> str:
    words = {"done": number(done), "total": number(total)}
    return _("Search learns %(done)s of %(total)s earlier leads.") % words


def read_sentence(name: str, done: int, total: int) -> str:
    words = {"name": name, "done": number(done), "total": number(total)}
    if name:
        return _("Own field “%(name)s”: read in %(done)s of %(total)s leads.") % words
    return _("Own fields: read in %(done)s of %(total)s leads.") % words


JOB_KINDS = (
    JobKind(
        name=scoring.RESCORE,
        chunk_size=scoring.CHUNK_SIZE,
        count=scoring.count_in_scope,
        step=scoring.rescore_chunk,
        sentence=rescore_sentence,
    ),
    JobKind(
        name=FILL,
        chunk_size=search_words.CHUNK_SIZE,
        count=search_words.count_leads,
        step=search_words.fill_chunk,
        sentence=fill_sentence,
    ),
    JobKind(
        name=own_fields.READ,
        chunk_size=own_fields.CHUNK_SIZE,
        count=own_fields.count_leads,
        step=own_fields.read_chunk,
        sentence=read_sentence,
    ),
)
