"""Invitations, and what is wrong with a pasted list of people, in words (M2, M4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.people import display_name
from routing.decisions.invitations import InvitationState, is_open
from routing.decisions.pasted_people import MOST, PastedPeople
from routing.models import Invitation
from routing.queries.invitations import WhyNot, state_of

MOST_NAMED = 8
STATES: Mapping[InvitationState, tuple[str, object]] = {
    InvitationState.UNSENT: ("warn", lazy("Not sent yet")),
    InvitationState.SENT: ("off", lazy("Sent")),
    InvitationState.OPENED: ("off", lazy("Opened")),
    InvitationState.ACCEPTED: ("ok", lazy("Accepted")),
    InvitationState.EXPIRED: ("warn", lazy("Expired")),
    InvitationState.WITHDRAWN: ("off", lazy("Withdrawn")),
}
WHY_NOT: Mapping[WhyNot, object] = {
    WhyNot.SWITCHED_OFF: lazy("%(email)s is switched off. Switch the person on under Reps first."),
    WhyNot.WITHDRAWN: lazy("The invitation of %(email)s was withdrawn. Send it again from the list of invitations."),
    WhyNot.OTHER_ROLE: lazy("%(email)s is here already in another role. An administrator can add this one."),
    WhyNot.TWO_ACCOUNTS: lazy("%(email)s belongs to two accounts. An administrator can mend that."),
}


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """`when`: of the state. `may_act`: the reader may send, copy and withdraw it; `is_withdrawn`: only send it."""

    pk: int
    name: str
    email: str
    role: str
    teams: str
    state: str
    sign: str
    when: datetime | None
    until: datetime | None
    may_act: bool
    is_withdrawn: bool


def invitation_lines(rows: Iterable[Invitation], *, manageable: set[int], at: datetime) -> list[InvitationLine]:
    return [_line(row, state_of(row, at=at), may_act=row.user_id in manageable, at=at) for row in rows]


def _line(row: Invitation, state: InvitationState, *, may_act: bool, at: datetime) -> InvitationLine:
    user = row.user
    teams = user.rep.teams.all() if hasattr(user, "rep") else user.managed_teams.all()
    sign, text = STATES[state]
    return InvitationLine(
        pk=row.pk,
        name=display_name(user),
        email=user.email,
        role=", ".join(_(group.name) for group in user.groups.all()),
        teams=", ".join(team.name for team in teams),
        state=str(text),
        sign=sign,
        when=_when(row, state),
        until=row.expires_at if is_open(state) else None,
        may_act=may_act and state != InvitationState.ACCEPTED,
        is_withdrawn=state == InvitationState.WITHDRAWN,
    )


def _when(row: Invitation, state: InvitationState) -> datetime | None:
    by_state = {
        InvitationState.SENT: row.sent_at,
        InvitationState.OPENED: row.opened_at,
        InvitationState.ACCEPTED: row.accepted_at or row.user.last_login,
        InvitationState.EXPIRED: row.expires_at,
        InvitationState.WITHDRAWN: row.withdrawn_at,
    }
    return by_state.get(state)


def list_problems(pasted: PastedPeople) -> Iterator[str]:
    """What keeps a pasted list from being used, each line by its number."""
    if pasted.is_too_long:
        words = {"n": len(pasted.people), "most": MOST}
        yield _("These are %(n)s people. At most %(most)s are added at once: send the list in parts.") % words
        return
    for each in pasted.unreadable[:MOST_NAMED]:
        yield _("Line %(line)s: “%(text)s” is no e-mail address.") % {"line": each.line, "text": each.text}
    if (more := len(pasted.unreadable) - MOST_NAMED) > 0:
        yield ngettext("%(n)s more is none either.", "%(n)s more are none either.", more) % {"n": more}
    if not pasted.people and not pasted.unreadable:
        yield _("Enter at least one e-mail address.")


def refusals(refused: Sequence[tuple[str, WhyNot]]) -> Iterator[str]:
    for email, why in refused[:MOST_NAMED]:
        yield str(WHY_NOT[why]) % {"email": email}
    if (more := len(refused) - MOST_NAMED) > 0:
        text = ngettext("The same holds for %(n)s more.", "The same or the like holds for %(n)s more.", more)
        yield text % {"n": more}


def repeated_text(repeated: Sequence[str]) -> str:
    """Empty when each person was there once."""
    if not repeated:
        return ""
    named = ", ".join(repeated[:MOST_NAMED])
    if (more := len(repeated) - MOST_NAMED) > 0:
        named = _("%(names)s and %(n)s more") % {"names": named, "n": more}
    text = ngettext(
        "%(names)s was there more than once and counts once.",
        "%(names)s were there more than once and count once each.",
        len(repeated),
    )
    return text % {"names": named}


def invited_text(new: Sequence[User], joined: Sequence[User], *, by_mail: bool) -> str:
    parts = []
    if len(new) == 1:
        words = {"name": display_name(new[0]), "email": new[0].email}
        mailed = _("%(name)s is invited. An e-mail goes to %(email)s.")
        parts.append((mailed if by_mail else _("%(name)s is invited. Copy the link and hand it on.")) % words)
    elif new:
        mailed = _("%(n)s people are invited. Each gets an e-mail.")
        text = mailed if by_mail else _("%(n)s people are invited. Copy their links and hand them on.")
        parts.append(text % {"n": len(new)})
    if joined:
        names = ", ".join(display_name(user) for user in joined[:MOST_NAMED])
        if (more := len(joined) - MOST_NAMED) > 0:
            names = _("%(names)s and %(n)s more") % {"names": names, "n": more}
        text = ngettext("%(names)s was here already.", "%(names)s were here already.", len(joined))
        parts.append(text % {"names": names})
    return " ".join(parts)
