"""The cards of connections: state, why, facts, and the one obvious act; and the sentence above them (I4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.times import ago, duration, when
from queues.models import Connection
from queues.presenters.crm.problems import AGAIN, FIELDS, SECRET, SLOWER, problem_words
from queues.presenters.crm.steps import next_step, step_address
from queues.queries.crm.cards import Standing

State = Connection.State


@dataclass(frozen=True, slots=True)
class Act:
    """A link, or with `is_post` a button."""

    label: str
    href: str
    is_post: bool = False
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    standing: Standing
    title: str
    name: str
    level: str  # ok, warn, bad, off
    state: str
    why: str
    facts: tuple[tuple[str, str], ...]
    act: Act | None

    @property
    def connection(self) -> Connection:
        return self.standing.connection


def cards(found: Sequence[Standing], *, at: datetime) -> list[Card]:
    return [card(each, at=at) for each in found]


def card(standing: Standing, *, at: datetime) -> Card:
    connection = standing.connection
    level, state, why, act = _STATES[State(connection.state)](standing, at)
    return Card(
        standing=standing,
        title=str(connection.get_kind_display()),
        name=connection.name,
        level=level,
        state=state,
        why=why,
        facts=facts(standing, at=at),
        act=act,
    )


def facts(standing: Standing, *, at: datetime) -> tuple[tuple[str, str], ...]:
    connection = standing.connection
    people = _("not read yet")
    if standing.people:
        n = {"matched": number(standing.matched), "all": number(standing.people)}
        people = _("%(matched)s of %(all)s matched") % n
    return (
        ((_("In"), _in(standing, at)), (_("Out"), _out(standing, at)), (_("People"), people))
        if (connection.state not in (State.DRAFT, State.REMOVING))
        else ((_("People"), people),)
    )


def headline(found: Sequence[Standing], *, at: datetime) -> tuple[str, str, str]:
    """What comes first, what is strong in it, and what follows: who needs a person, or that all is well."""
    broken = [each for each in found if each.connection.state == State.BROKEN]
    paused = [each for each in found if each.connection.state == State.PAUSED]
    working = [each for each in found if each.connection.state == State.WORKING]
    waiting = sum(each.waiting for each in found)
    stuck = sum(each.problems for each in found)
    if broken:
        first = broken[0].connection
        needs = ngettext("One needs you:", "%(n)s need you, first:", len(broken)) % {"n": number(len(broken))}
        strong = _("%(name)s is broken since %(time)s") % {"name": _short(first), "time": _since(first, at)}
        if first.problem in ("sign_in", "account"):
            strong = _("%(name)s has been refused since %(time)s") % {"name": _short(first), "time": _since(first, at)}
        return needs, strong, _kept(waiting)
    if stuck:
        strong = ngettext("%(n)s change was not taken", "%(n)s changes were not taken", stuck) % {"n": number(stuck)}
        return _("Look at the links:"), strong, _("The other leads go on.")
    if paused:
        first = paused[0].connection
        strong = _("%(name)s pauses until %(time)s") % {"name": _short(first), "time": when(first.paused_until)}
        return "", strong, _("It goes on by itself. %(kept)s") % {"kept": _kept(waiting)}
    if working:
        strong = ngettext("%(n)s system works", "All %(n)s systems work", len(working)) % {"n": number(len(working))}
        return "", strong, _("Owners and statuses agree on both sides.")
    return "", "", _("No system is switched on.")


def _kept(waiting: int) -> str:
    if not waiting:
        return _("No lead is lost.")
    text = ngettext("No lead is lost, %(n)s change waits here.", "No lead is lost, %(n)s changes wait here.", waiting)
    return text % {"n": number(waiting)}


def _short(connection: Connection) -> str:
    return str(connection.get_kind_display())


def _since(connection: Connection, at: datetime) -> str:
    return when(connection.problem_at or at)


def _in(standing: Standing, at: datetime) -> str:
    connection = standing.connection
    if not connection.takes_in:
        return _("not taken in")
    if connection.state == State.WORKING:
        every = ngettext("every minute", "every %(n)s min", connection.poll_minutes) % {"n": connection.poll_minutes}
        return _("%(n)s today, %(every)s") % {"n": number(standing.in_today), "every": every}
    if connection.last_in_at is None:
        return _("no lead yet")
    words = {"time": when(connection.last_in_at), "n": number(standing.in_today)}
    return _("last lead %(time)s, %(n)s today") % words if standing.in_today else _("last lead %(time)s") % words


def _out(standing: Standing, at: datetime) -> str:
    if not standing.connection.writes_out:
        return _("not written")
    if standing.waiting and standing.oldest_at:
        words = {"n": number(standing.waiting), "time": duration(at - standing.oldest_at)}
        return _("%(n)s waiting, oldest %(time)s") % words
    if standing.waiting:
        return _("%(n)s waiting") % {"n": number(standing.waiting)}
    return _("%(n)s today, none waiting") % {"n": number(standing.out_today)}


Told = tuple[str, str, str, Act | None]


def _working(standing: Standing, at: datetime) -> Told:
    connection = standing.connection
    state = _("Working, no lead yet")
    if connection.last_in_at is not None:
        state = _("Working, last lead %(time)s") % {"time": ago(connection.last_in_at, at)}
    says = []
    if standing.problems:
        text = ngettext("%(n)s change was not taken there.", "%(n)s changes were not taken there.", standing.problems)
        says.append(text % {"n": number(standing.problems)})
    elif standing.seconds is not None:
        text = _("Owners and status are over there within %(time)s for 95 of 100.")
        says.append(text % {"time": duration(standing.seconds)})
    says.append(policy_text(connection))
    if standing.problems:
        links = Act(_("See what was not taken"), f"{_page(connection)}#links", is_main=True)
        return "warn", state, " ".join(says), links
    return "ok", state, " ".join(says), Act(_("Fields and status"), step_address(connection, "fields"))


def policy_text(connection: Connection) -> str:
    if connection.owner_policy == Connection.Policy.ALUR:
        return _("In doubt, Alur’s owner wins.")
    return _("In doubt, the owner over there wins.")


def _paused(standing: Standing, at: datetime) -> Told:
    connection = standing.connection
    words = _words(connection)
    state = _("Paused: %(why)s") % {"why": words.short}
    if connection.paused_until is not None and connection.paused_until > at:
        state = _("Paused until %(time)s: %(why)s") % {"time": when(connection.paused_until), "why": words.short}
    return "warn", state, f"{words.says} {words.do}", _act(connection, words.act, is_main=False)


def _broken(standing: Standing, at: datetime) -> Told:
    connection = standing.connection
    words = _words(connection)
    lost = _("Nothing is lost.")
    if standing.waiting:
        text = ngettext(
            "Nothing is lost: %(n)s change waits here and goes out then.",
            "Nothing is lost: %(n)s changes wait here and go out then.",
            standing.waiting,
        )
        lost = text % {"n": number(standing.waiting)}
    state = _("Broken since %(time)s") % {"time": _since(connection, at)}
    return "bad", state, f"{words.says} {words.do} {lost}", _act(connection, words.act, is_main=True)


def _draft(standing: Standing, _at: datetime) -> Told:
    connection = standing.connection
    step = next_step(connection)
    state = _("Being set up: step %(n)s of 5") % {"n": step.number}
    why = _("Nothing is taken or written yet.")
    if connection.account_name:
        why = _("Signed in to %(account)s. Nothing is taken or written yet.") % {"account": connection.account_name}
    return "off", state, why, Act(_("Go on"), step_address(connection, step.key), is_main=True)


def _off(standing: Standing, _at: datetime) -> Told:
    connection = standing.connection
    why = _("Nothing is taken or written. Leads and links stay as they are.")
    return "off", _("Switched off"), why, Act(_("Switch on"), _address("connection_on", connection), is_post=True)


def _removing(standing: Standing, _at: datetime) -> Told:
    state, job = _("Being removed"), standing.removal
    if job is None or not job.is_open:
        again = Act(_("Remove the rest"), _address("connection_remove", standing.connection), is_main=True)
        return "bad", state, _("It stopped in the middle. Nothing is taken or written."), again
    text = _("Nothing is taken or written any more. %(done)s of %(total)s rows are gone; leads stay.")
    return "off", state, text % {"done": number(job.done), "total": number(job.total)}, None


_STATES = {
    State.WORKING: _working,
    State.PAUSED: _paused,
    State.BROKEN: _broken,
    State.DRAFT: _draft,
    State.OFF: _off,
    State.REMOVING: _removing,
}


def _words(connection: Connection):
    return problem_words(
        connection.kind, connection.problem, field=connection.problem_field, words=connection.problem_words
    )


def _act(connection: Connection, act: str, *, is_main: bool) -> Act:
    if act == SECRET:
        return Act(_("Enter a new secret"), step_address(connection, "sign-in"), is_main=is_main)
    if act == FIELDS:
        return Act(_("Fields and status"), step_address(connection, "fields"), is_main=is_main)
    if act == SLOWER:
        return Act(_("Ask less often"), f"{_page(connection)}#often")
    assert act == AGAIN
    return Act(_("Try again now"), _address("connection_again", connection), is_post=True, is_main=is_main)


def _page(connection: Connection) -> str:
    return _address("connection", connection)


def _address(name: str, connection: Connection) -> str:
    return reverse(f"queues:{name}", args=[connection.pk])
