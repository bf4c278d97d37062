"""What a CRM refused, in words: what happened, and what to do (I4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from queues.models import Connection
from queues.presenters.crm.microsoft import TO_MEND

Kind = Connection.Kind
APPLICATION_USER = "application user"  # the right that is missing, as the client of Dynamics calls it
SECRET, FIELDS, AGAIN, SLOWER = "secret", "fields", "again", "slower"  # the one obvious act


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """`short` goes behind "Paused until 14:05:"; `says` is what happened, `do` what to do, both whole sentences; `act`
    is the button."""

    short: str
    says: str
    do: str
    act: str


def problem_words(kind: str, reason: str, *, field: str = "", words: str = "", is_new: bool = False) -> ProblemWords:
    """Every reason of the clients has words here, and an unknown one too. `words` are the CRM's own, quoted where they
    help. `is_new`: of secrets that were typed just now."""
    crm = str(Kind(kind).label)
    if reason in _TOLD and not (is_new and reason == "sign_in"):
        found = _TOLD[reason](crm, field)
    else:
        short, says, do, act = _PLAIN.get("typed_now" if reason == "sign_in" else reason, _UNKNOWN)
        found = ProblemWords(str(short), str(says) % {"crm": crm}, str(do) % {"crm": crm}, act)
    if reason == "sign_in" and field in TO_MEND:
        mend = str(TO_MEND[field])
        found = replace(found, do=" ".join((mend, _("Nothing was kept."))) if is_new else mend)
    if reason == "rights" and field:
        return found  # a named right is what an administrator looks for; the CRM's own words add only ids
    if words and (reason in QUOTED or is_new):
        quoted = _("It says: “%(words)s”.") % {"words": words.strip().rstrip(".")}
        return replace(found, says=f"{found.says} {quoted}")
    return found


QUOTED = frozenset({"rights", "access", "field", "wrong", "sign_in"})


def _sign_in(crm: str, _field: str) -> ProblemWords:
    happened = {
        "Dynamics 365": _("Microsoft refuses the app’s sign-in; its secret may have expired, or was taken back."),
        "HubSpot": _("HubSpot refuses the token; it may have been replaced, or taken back."),
        "Salesforce": _("Salesforce refuses the sign-in; it may have been taken back, or the user was locked."),
    }
    return ProblemWords(
        _("the sign-in is refused"), happened[crm], _("Enter a new secret; Alur tests it at once."), SECRET
    )


def _rights(crm: str, field: str) -> ProblemWords:
    if field == APPLICATION_USER:
        says = _("This environment of %(crm)s has no user for the app.") % {"crm": crm}
        do = _(
            "Add it under “Application users” in the Power Platform admin center, with a security role; then try again."
        )
        return ProblemWords(_("the app has no user there"), says, do, AGAIN)
    says = _("The account that Alur uses in %(crm)s lacks a right.") % {"crm": crm}
    if field:
        says = _("The account that Alur uses in %(crm)s lacks the right %(right)s.") % {"crm": crm, "right": field}
    do = _("Have an administrator of %(crm)s give it, then try again.") % {"crm": crm}
    return ProblemWords(_("a right is missing"), says, do, AGAIN)


def _field(crm: str, field: str) -> ProblemWords:
    says = _("A field that Alur reads is gone from %(crm)s, or hidden from its account.") % {"crm": crm}
    if field:
        says = _("The field %(field)s is gone from %(crm)s, or hidden from the account of Alur.") % {
            "field": field,
            "crm": crm,
        }
    return ProblemWords(_("a field is missing"), says, _("Choose another field, or none."), FIELDS)


def _unmatched(crm: str, field: str) -> ProblemWords:
    """`field`: who holds it, where that is known."""
    says = _("Who holds the lead here has no match in %(crm)s, so its owner cannot be written.") % {"crm": crm}
    if field:
        says = _("Here %(name)s holds the lead, without a match in %(crm)s, so the owner cannot be written.") % {
            "name": field,
            "crm": crm,
        }
    do = _("Choose who that is there under Who is who, or give the lead to somebody who is there.")
    return ProblemWords(_("no match"), says, do, AGAIN)


_TOLD: Mapping[str, Callable[[str, str], ProblemWords]] = {
    "sign_in": _sign_in,
    "rights": _rights,
    "field": _field,
    "unmatched": _unmatched,
}
# Whatever the CRM named: short, what happened, what to do, the button.
_PLAIN: Mapping[str, tuple[Promise, Promise, Promise, str]] = {
    "typed_now": (
        lazy("refused"),
        lazy("%(crm)s does not accept this."),
        lazy("Check each value; nothing was kept."),
        SECRET,
    ),
    "access": (
        lazy("not shared"),
        lazy("The account that Alur uses in %(crm)s may not change this record, or not give it to this owner."),
        lazy("Have an administrator of %(crm)s share it with that account, then try again."),
        AGAIN,
    ),
    "account": (
        lazy("another account"),
        lazy("The secret now opens another account of %(crm)s than the one that was connected."),
        lazy("Enter a secret of the first account. To change to the other one, connect it as a new system."),
        SECRET,
    ),
    "limit": (  # the CRM said so: for a moment or for the day, and to all programs together
        lazy("too many calls"),
        lazy("%(crm)s takes no more calls for now; it had too many, of all programs together."),
        lazy("It goes on by itself. New leads arrive late, none are missed."),
        SLOWER,
    ),
    "usage": (
        lazy("daily limit"),
        lazy("The calls that %(crm)s allows are used up to the share of Alur; it stops at 80 %%."),
        lazy("It goes on by itself. New leads arrive late, none are missed."),
        SLOWER,
    ),
    "busy": (
        lazy("busy"),
        lazy("%(crm)s was changing these records itself."),
        lazy("It is tried again by itself."),
        AGAIN,
    ),
    "window": (
        lazy("too many at once"),
        lazy("%(crm)s could not give so many leads at once."),
        lazy("Alur asks for a shorter time, by itself."),
        AGAIN,
    ),
    "silent": (
        lazy("no answer"),
        lazy("%(crm)s did not answer, or not as it should."),
        lazy("It is asked again by itself."),
        AGAIN,
    ),
    "gone": (
        lazy("gone"),
        lazy("The record is no longer in %(crm)s."),
        lazy("The lead stays here. There is nothing left to write."),
        AGAIN,
    ),
    "converted": (
        lazy("converted"),
        lazy("The lead was converted in %(crm)s and can no longer be changed there."),
        lazy("Change the contact or the deal there by hand."),
        AGAIN,
    ),
    "wrong": (
        lazy("not taken"),
        lazy("%(crm)s does not take this value."),
        lazy("Correct it there or under Fields and status, then try again."),
        FIELDS,
    ),
    "fight": (
        lazy("changed back"),
        lazy("Something in %(crm)s changes the owner back each time, as a workflow does."),
        lazy("Switch that workflow off for these leads, or let the CRM’s owner win; then try again."),
        AGAIN,
    ),
    "cannot_hold": (
        lazy("cannot hold leads"),
        lazy("The owner in %(crm)s cannot hold leads here."),
        lazy("Make that person a rep who is active, or choose another owner there; then try again."),
        AGAIN,
    ),
    "cannot_close": (
        lazy("not closed here"),
        lazy("The lead was closed in %(crm)s, but cannot be closed so here."),
        lazy("Close the lead here by hand."),
        AGAIN,
    ),
    "sealed": (
        lazy("the secret cannot be read"),
        lazy("The secret for %(crm)s was sealed with a key that this installation no longer has."),
        lazy("Enter it again."),
        SECRET,
    ),
}
_UNKNOWN = (
    lazy("refused"),
    lazy("%(crm)s did not do what it was asked for."),
    lazy("Try again; if it stays so, look at the log."),
    AGAIN,
)
