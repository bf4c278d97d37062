"""The words of the page that brings members from a file: columns, rows, and what a rotation would be (F11b)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.figures import number
from leads.decisions.csv.file import CsvRefused
from leads.presenters.imports import csv_refusal_text, problem_text
from routing.decisions.member_files.rows import BROKEN, MAX_ROWS, NOBODY, TWICE, WRONG, RowFault
from routing.decisions.member_files.titles import (
    ACTIVE,
    CAP_DAY,
    CAP_HOUR,
    CAP_MONTH,
    CAP_WEEK,
    CAPS,
    EMAIL,
    FIRST_NAME,
    GROUP,
    LAST_NAME,
    NAME,
    PAUSED,
    POSITION,
    WEIGHT,
    WEIGHT_PERCENT,
)
from routing.decisions.member_files.who import Found, How, WhyNobody
from routing.decisions.rotation.membership import MAX_MEMBERS
from routing.decisions.rotation.weights import WeightFault
from routing.presenters.weights import weight_fault_text
from routing.queries.member_files import MAX_GROUPS, MAX_NAME, Target

FIELD_NAMES: Mapping[str, object] = {
    EMAIL: lazy("E-mail"),
    NAME: lazy("Full name"),
    FIRST_NAME: lazy("First name"),
    LAST_NAME: lazy("Last name"),
    WEIGHT: lazy("Weight"),
    WEIGHT_PERCENT: lazy("Weight in percent"),
    POSITION: lazy("Order"),
    CAP_HOUR: lazy("At most in 60 minutes"),
    CAP_DAY: lazy("At most a day"),
    CAP_WEEK: lazy("At most a week"),
    CAP_MONTH: lazy("At most a month"),
    ACTIVE: lazy("Takes part (yes or no)"),
    PAUSED: lazy("Paused (yes or no)"),
    GROUP: lazy("Rotation"),
}
_WRONG: Mapping[str, object] = {
    POSITION: lazy("The order is a whole number such as 3, not “%(cell)s”."),
    ACTIVE: lazy("Whether somebody takes part is yes or no, not “%(cell)s”."),
    PAUSED: lazy("Whether somebody is paused is yes or no, not “%(cell)s”."),
}
_WHY: Mapping[WhyNobody, object] = {
    WhyNobody.UNKNOWN: lazy("Not in Alur"),
    WhyNobody.SEVERAL: lazy("Several people have this name or address"),
    WhyNobody.SWITCHED_OFF: lazy("Switched off in Alur"),
    WhyNobody.NO_REP: lazy("Has an account, but takes no leads"),
}
_TO_DO: Mapping[WhyNobody, object] = {
    WhyNobody.UNKNOWN: lazy("Name the person, or invite him or her. Without either, the row is left out."),
    WhyNobody.SEVERAL: lazy("Name the person by the e-mail address."),
    WhyNobody.SWITCHED_OFF: lazy("Switch the person on first, or name somebody else."),
    WhyNobody.NO_REP: lazy("Invite the person as a rep, or name somebody else."),
}


def field_name(name: str) -> str:
    return str(FIELD_NAMES.get(name, name))


def refusal_text(problem: CsvRefused) -> str:
    """Why a file cannot be read, and what to do."""
    if problem.code in ("too_large", "too_many_rows"):
        text = _("The file is too large: at most %(rows)s rows and 4 MB. Leave out what is not needed.")
        return text % {"rows": number(MAX_ROWS)}
    return csv_refusal_text(problem)


def fault_text(fault: RowFault) -> str:
    """Why a row is refused."""
    if fault.code == BROKEN:
        again = _("The line repeats the titles.")
        return again if fault.detail == "header_again" else problem_text("", fault.detail)
    if fault.code == NOBODY:
        return _("No name and no e-mail address.")
    if fault.code == TWICE:
        return _("The same person as in line %(line)s, which counts.") % {"line": fault.detail}
    if fault.code == WRONG and fault.field in CAPS:
        text = _("“%(cell)s” is no cap. Write a whole number, or “no limit”.")
        return text % {"cell": fault.detail}
    if fault.code == WRONG:
        return str(_WRONG[fault.field]) % {"cell": fault.detail}
    why = weight_fault_text(WeightFault(fault.code))
    if fault.code == WeightFault.TOO_LARGE:
        why += " " + _("If these are percentages, choose “Weight in percent” for the column.")
    return _("Weight “%(cell)s”: %(why)s") % {"cell": fault.detail, "why": why}


def why_nobody_text(found: Found) -> str:
    assert found.why is not None
    return str(_WHY[found.why])


def to_do_text(found: Found, *, chosen: str) -> str:
    """What to do about a row whose person is not found; `chosen` was typed and names nobody."""
    assert found.why is not None
    if chosen and found.why == WhyNobody.UNKNOWN:
        return _("There is no “%(name)s” in Alur. Choose somebody from the list.") % {"name": chosen}
    return str(_TO_DO[found.why])


def how_text(found: Found, email: str) -> str:
    """How the person of a row was found, where that is not by the address alone."""
    if found.how == How.CHOSEN:
        return _("named by you")
    if found.how == How.NAME:
        return _("found by name, with another address here") if email else _("found by name")
    return ""


def problem_sentence(code: str) -> str:
    """Why no draft can be made of the file as a whole."""
    words = {
        "letters": _("Choose how the letters are written, above. Alur does not guess the names of people."),
        "nobody": _("No column says who it is. Choose one for the e-mail or the name."),
        "too_many_groups": _(
            "The column of rotations has more than %(n)s different values. Choose another column, or leave it out."
        )
        % {"n": MAX_GROUPS},
        "no_target": _("Choose the rotation that gets the members."),
    }
    twice = _("%(field)s is chosen for more than one column.")
    return words.get(code) or twice % {"field": field_name(code)}


def target_problem(code: str, target: Target) -> str:
    """Why this rotation gets no draft."""
    words = {
        "name_missing": _("Give the new rotation a name."),
        "name_long": _("The name has at most %(n)s characters.") % {"n": MAX_NAME},
        "name_taken": _("There is a rotation called “%(name)s” already. Choose it, or take another name.")
        % {"name": target.name},
        "nobody_taken": _("No row of it names somebody who takes leads here."),
        "too_many_members": _("It would have %(n)s members, and a rotation takes %(most)s at most.")
        % {"n": number(len(target.planned.snapshot["members"])), "most": number(MAX_MEMBERS)},
        "same": _("It is like the file already, so there is nothing to draft."),
        "draft": _("It has a draft already. Say below whether that may be replaced, or leave it as it is."),
    }
    return words[code]


def target_notes(target: Target) -> list[str]:
    """What somebody could overlook in a planned rotation."""
    notes = []
    if target.rotation is None:
        notes.append(
            _("It is made switched off and empty; the draft brings the members. Switch it on when it is ready.")
        )
    if target.own.weights.are_parts:
        notes.append(
            _("The weights of the file add up to a whole, so they are parts of the leads. A usual share is weight 1.")
        )
    if target.planned.orders_by_hand:
        notes.append(_("The file has an order, so the order of the members becomes the one by hand."))
    kept = [line for line in target.planned.lines if line.kept]
    if refused := sum(line.kept == "refused" for line in kept):
        notes.append(
            ngettext(
                "%(n)s member stays as now, because the row is refused.",
                "%(n)s members stay as now, because their rows are refused.",
                refused,
            )
            % {"n": refused}
        )
    return notes


def cap_words(caps: Mapping[str, object]) -> str:
    """ "5 a day, 20 a week", or "none"."""
    texts = {
        CAP_HOUR: _("%(n)s in 60 minutes"),
        CAP_DAY: _("%(n)s a day"),
        CAP_WEEK: _("%(n)s a week"),
        CAP_MONTH: _("%(n)s a month"),
    }
    found = [texts[name] % {"n": caps[name]} for name in CAPS if caps.get(name) is not None]
    return ", ".join(found) or _("none")
