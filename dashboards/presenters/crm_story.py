"""What happened to a lead's record in a CRM, as lines of its timeline (I4)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from dashboards.presenters.returns import brought_lines
from leads.models import Lead
from leads.queries.returns import Return
from queues.decisions.crm.meeting import Code
from queues.models import Connection
from routing.models import Assignment

FACTS = "facts"  # of a capture, not of a meeting


def crm_line(details: Mapping[str, Any]) -> tuple[str, str]:
    """The sentences, and in small which connection it was where its name is not that of the CRM."""
    words = {name: str(details.get(name, "")) for name in ("theirs", "was", "ours", "who", "other")}
    words["crm"] = crm = crm_name(details)
    code = str(details.get("code", ""))
    sentences = [_FIRST[code](words)] if code in _FIRST else []
    sentences += [_what_follows(code, words, details)]
    more = str(details.get("connection", ""))
    return " ".join(each for each in sentences if each), "" if more == crm else more


def crm_name(details: Mapping[str, Any]) -> str:
    kinds = dict(Connection.Kind.choices)
    return str(kinds.get(details.get("crm", "")) or details.get("connection") or _("CRM"))


def owner_there(details: Mapping[str, Any]) -> str:
    """Beside "It was given to": why, where a CRM was the reason."""
    return _("as the owner in %(crm)s") % {"crm": crm_name(details)} if details.get("how") == Assignment.How.CRM else ""


def crm_lines(details: Mapping[str, Any], brought: Return) -> tuple[str, ...]:
    """What a changed record says, a line for each thing."""
    if details.get("code") != FACTS:
        return ()
    message = brought.texts.get("message", "")
    return (*brought_lines(details, brought), *([message] if message else []))


def _owner(words: Mapping[str, str]) -> str:
    if not words["theirs"]:
        if words["who"]:
            return _("%(crm)s: %(who)s removed the owner %(was)s.") % words
        return _("%(crm)s: the owner %(was)s was removed.") % words
    if not words["was"]:
        if words["who"]:
            return _("%(crm)s: %(who)s made %(theirs)s the owner.") % words
        return _("%(crm)s: %(theirs)s is the owner now.") % words
    if words["who"]:
        return _("%(crm)s: %(who)s changed the owner from %(was)s to %(theirs)s.") % words
    return _("%(crm)s: the owner changed from %(was)s to %(theirs)s.") % words


def _status(words: Mapping[str, str]) -> str:
    if not words["theirs"]:
        return _("%(crm)s: the status %(was)s was removed.") % words
    if not words["was"]:
        return _("%(crm)s: the status is %(theirs)s now.") % words
    return _("%(crm)s: the status changed from %(was)s to %(theirs)s.") % words


def _what_follows(code: str, words: Mapping[str, str], details: Mapping[str, Any]) -> str:
    match code:
        case Code.OWNER_OURS:
            return _("Alur’s owner wins, so %(ours)s’s name goes back.") % words
        case Code.OWNER_FIGHT:
            return _("That was the third time within an hour, so Alur leaves it. Sales ops see it.")
        case Code.OWNER_THEIRS:
            return _("The CRM’s owner wins, so the lead went to %(theirs)s here too.") % words
        case Code.OWNER_UNKNOWN if words["ours"]:
            return _("Alur does not know that owner, so the lead stays with %(ours)s here.") % words
        case Code.OWNER_UNKNOWN:
            return _("Alur does not know that owner, so nothing changes here.")
        case Code.OWNER_CANNOT:
            return _("%(theirs)s cannot get leads here, so nothing changes. Sales ops see it.") % words
        case Code.OWNER_NONE if words["ours"]:
            return _("The lead stays with %(ours)s here.") % words
        case Code.OWNER_NOTED | Code.OWNER_NONE:
            return _("Nothing changes here.")
        case Code.CLOSED:
            stage = dict(Lead.Stage.choices).get(details.get("stage", ""), "")
            return _("That closes the lead here: %(stage)s.") % {"stage": stage}
        case _ if code == FACTS and details.get("ids"):
            return _("%(crm)s: a record of this person came in.") % words
        case _ if code == FACTS:
            return _("%(crm)s: the record was changed.") % words
        case Code.DELETED:
            return _("%(crm)s: the record was deleted. The lead stays here.") % words
        case Code.MERGED:
            return _("%(crm)s: the record was merged with another one. The lead goes on with that one.") % words
        case Code.MERGED_BESIDE:
            return (
                _("%(crm)s: the record was merged with that of lead %(other)s. Both may be one person; please decide.")
                % words
            )
        case Code.CONVERTED:
            return _("%(crm)s: the record was converted.") % words
        case Code.RESTORED:
            return _("%(crm)s: the record is there again.") % words
    return ""


_FIRST = {
    **dict.fromkeys(
        map(
            str,
            (
                Code.OWNER_OURS,
                Code.OWNER_FIGHT,
                Code.OWNER_THEIRS,
                Code.OWNER_UNKNOWN,
                Code.OWNER_CANNOT,
                Code.OWNER_NONE,
                Code.OWNER_NOTED,
            ),
        ),
        _owner,
    ),
    str(Code.STATUS): _status,
    str(Code.CLOSED): _status,
}
