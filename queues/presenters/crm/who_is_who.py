"""Who is who, in words (I4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.people import display_name
from queues.models import RemotePerson
from queues.queries.crm.who_is_who import Row

How = RemotePerson.How


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`is_left`: their leads are left with them. `undo`: of the one match that this row shows."""

    person: RemotePerson
    row: Row
    name: str
    where: str
    why: str
    is_matched: bool
    is_left: bool


def person_rows(rows: Iterable[Row]) -> list[PersonRow]:
    return [
        PersonRow(
            person=row.person,
            row=row,
            name=str(row.person),
            where=", ".join(sorted({str(each.connection.get_kind_display()) for each in row.people})),
            why=why(row),
            is_matched=row.is_matched,
            is_left=row.is_matched and row.person.user_id is None,
        )
        for row in rows
    ]


def follow_text(left: int, *, is_matched: bool) -> str:
    """What becomes of records that were left with somebody of whom that was taken back."""
    if not left:
        return ""
    if is_matched:
        text = ngettext(
            "%(n)s lead that was left with them comes in within a few minutes.",
            "%(n)s leads that were left with them come in within a few minutes.",
            left,
        )
    else:
        text = ngettext(
            "%(n)s lead that was left with them comes in after ten minutes, unless it is left again.",
            "%(n)s leads that were left with them come in after ten minutes, unless they are left again.",
            left,
        )
    return text % {"n": number(left)}


def said_text(person: RemotePerson, *, instead: str = "") -> str:
    """Somebody was faster. `instead`: what this person wanted to say."""
    words = {"who": _("Somebody"), "person": person, "instead": instead}
    if person.matched_by is not None:
        words["who"] = display_name(person.matched_by)
    if person.user is None:
        text = _("%(who)s has said that leads of %(person)s are left with them.") % words
    else:
        text = _("%(who)s has said that %(person)s is %(user)s.") % (words | {"user": display_name(person.user)})
    if not instead:
        return text
    return " ".join((text, _("“%(instead)s” was not saved: undo the match first.") % words))


def why(row: Row) -> str:
    if row.is_matched:
        by_hand = any(each.how == How.BY_HAND for each in row.people)
        return _("chosen here") if by_hand else _("by e-mail")
    leads = ngettext("owner of %(n)s lead", "owner of %(n)s leads", row.leads) % {"n": number(row.leads)}
    if row.person.is_group:
        return _("a group there, %(leads)s") % {"leads": leads}
    if row.leads:
        return leads
    return _("no one here has this e-mail") if row.person.email else _("no e-mail there")
