"""A wish for an owner and a status, as a PATCH says it."""

from config.reach.crm.dynamics.answers import WRONG_STATUS
from config.reach.crm.dynamics.odata import guid
from config.reach.crm.dynamics.rows import QUALIFIED, TEAM
from config.reach.crm.errors import CrmRefused, Reason


def values_of(owner: str | None, status: str | None) -> dict[str, object]:
    """Raises CrmRefused (WRONG) for what can be no owner or status here."""
    return _of_owner(owner) | _of_status(status)


def about_owner(refused: CrmRefused, lead: str, owner: str) -> CrmRefused:
    """What Dataverse says about the new owner, who is gone or may not read leads, is no word about the lead or about
    the app."""
    someone = owner.removeprefix(TEAM)
    words = refused.words.lower()
    is_owners = refused.reason in {Reason.GONE, Reason.RIGHTS} and someone and someone in words and lead not in words
    if not is_owners:
        return refused
    return CrmRefused(
        Reason.WRONG, status=refused.status, code=refused.code, words=refused.words, field="ownerid", wait=refused.wait
    )


def _of_owner(owner: str | None) -> dict[str, object]:
    if owner is None:
        return {}
    if not owner:
        raise CrmRefused(Reason.WRONG, code="owner_required", field="ownerid")
    is_team = owner.startswith(TEAM)
    found = guid(owner.removeprefix(TEAM))
    return {"ownerid@odata.bind": f"/{'teams' if is_team else 'systemusers'}({found})"}


def _of_status(status: str | None) -> dict[str, object]:
    if status is None:
        return {}
    state, _, reason = status.partition(":")
    if not (state.isdecimal() and reason.isdecimal()) or int(state) == QUALIFIED:
        raise CrmRefused(Reason.WRONG, code=WRONG_STATUS, field="statuscode")
    return {"statecode": int(state), "statuscode": int(reason)}
