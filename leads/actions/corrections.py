"""Correct the fields of a lead. Its identities, score and place in the queue follow (A3, A6, B7)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from leads.actions.duplicate_detection import COMPARED_FIELDS, recheck_duplicates
from leads.actions.scoring import compute_score, has_given_score
from leads.actions.search_words import add_words_of
from leads.decisions.facts.text import as_text
from leads.decisions.identity.matching import IDENTIFYING, company_key
from leads.decisions.own_fields.names import kind_and_key
from leads.models import Account, Activity, FieldChange, Identity, Lead, LeadAlias
from leads.queries.identities import identity_of_another, is_shared_value
from leads.queries.leads import active_score_rules
from leads.signals import Change, lead_changed

PERSONAL_FIELDS = {"first_name", "last_name", "email", "phone", "message"}
CORRECTABLE_FIELDS = PERSONAL_FIELDS | {
    "external_id",
    "title",
    "company_name",
    "company_domain",
    "company_size",
    "industry",
    "country",
    "city",
    "account",
    "source",
    "lead_type",
    "score",
    "engagement",
    "deal_size",
}


class NothingCorrected(Exception):
    """The new values are the same as the old ones."""


class NotCorrectable(Exception):
    """These fields follow from events; nobody sets them."""


class LeadIsMerged(Exception):
    """This lead was merged into another one. Correct that one instead."""


class Outdated(Exception):
    """Somebody else has changed these `fields` since they were read."""

    def __init__(self, fields: Collection[str]) -> None:
        self.fields = sorted(fields)
        super().__init__(", ".join(self.fields))


@dataclass(frozen=True, slots=True)
class Corrected:
    """The lead as it is now, and the line of its timeline."""

    lead: Lead
    activity: Activity


class IdentityTaken(Exception):
    """Another lead has this e-mail, phone or external id: `lead`, or None if it came in at this very moment (A3)."""

    def __init__(self, kind: str, lead: Lead | None) -> None:
        self.kind, self.lead = kind, lead
        super().__init__(kind)


@transaction.atomic
def correct_lead(
    lead: Lead,
    changes: Mapping[str, object],
    *,
    by: User | None,
    at: datetime,
    expected: Mapping[str, object] | None = None,
    undoes: Activity | None = None,
) -> Corrected:
    """Set new values by field name, normalised as by normalise(). A corrected score counts as given. Otherwise a score
    that Alur computed is computed again. `expected`: what the corrected fields held when they were read; raises
    Outdated if one of them holds something else by now."""
    if surplus := {name for name in changes if not kind_and_key(name)} - CORRECTABLE_FIELDS:
        raise NotCorrectable(", ".join(sorted(surplus)))
    locked = (
        Lead.objects.select_related("source", "account").select_for_update(no_key=True, of=("self",)).get(pk=lead.pk)
    )
    if locked.merged_into_id:
        raise LeadIsMerged
    if late := {name for name, value in (expected or {}).items() if value_of(locked, name) != value}:
        raise Outdated(late)
    before = {name: was for name in changes if (was := value_of(locked, name)) != changes[name]}
    score_before, account_before = locked.score, locked.account_id
    if not before:
        raise NothingCorrected
    for name in before:
        _set(locked, name, changes[name])
    _update_dependent_fields(locked, before)
    _move_identities(locked, before, at=at)
    locked.save()
    add_words_of([locked])
    if COMPARED_FIELDS & before.keys():
        recheck_duplicates(locked)
    details = _details(before, locked) | ({"undoes": undoes.pk} if undoes is not None else {})
    if locked.score != score_before:
        details |= {"score_from": score_before, "score_to": locked.score}
    if locked.account_id != account_before and "account" not in before:
        details["account_was"] = account_before
    activity = Activity.objects.create(lead=locked, kind=Activity.Kind.CORRECTED, at=at, by=by, details=details)
    _keep_personal(activity, before, locked)
    lead_changed.send(Lead, leads=[locked], what=Change.CORRECTED, at=at)
    return Corrected(locked, activity)


def _keep_personal(activity: Activity, before: Mapping[str, object], lead: Lead) -> None:
    """Personal values are apart, so that they can be erased in one place (J5)."""
    FieldChange.objects.bulk_create(
        FieldChange(
            lead=lead,
            activity=activity,
            field=name,
            before=_kept(name, before[name]),
            after=_kept(name, value_of(lead, name)),
        )
        for name in sorted(before)
        if _is_personal(name)
    )


def value_of(lead: Lead, name: str) -> object:
    """The value of a field, or of an own field by its value name (A9)."""
    return lead.own.get(name) if kind_and_key(name) else getattr(lead, name)


def _set(lead: Lead, name: str, value: object) -> None:
    """An own field that was emptied keeps None, so that nothing fills it again by itself."""
    if kind_and_key(name):
        lead.own = {**lead.own, name: value}
    else:
        setattr(lead, name, value)


def _is_personal(name: str) -> bool:
    """Own fields may hold anything."""
    return name in PERSONAL_FIELDS or kind_and_key(name) is not None


def _kept(name: str, value: object) -> str:
    return as_text(value) if kind_and_key(name) else str(value)


def _update_dependent_fields(lead: Lead, before: Mapping[str, object]) -> None:
    """Update the fields that depend on the corrected ones."""
    lead.company_key = company_key(lead.company_name)
    lead.problems = [problem for problem in lead.problems if problem.get("field") not in before]
    if "company_domain" in before and "account" not in before:
        lead.account = Account.objects.filter(domain=lead.company_domain).exclude(domain="").first()
    if "score" in before:
        lead.score, lead.score_parts = compute_score(lead, given=lead.score, rules=())
    elif not has_given_score(lead):
        lead.score, lead.score_parts = compute_score(lead, given=None, rules=active_score_rules())


def _move_identities(lead: Lead, before: Mapping[str, object], *, at: datetime) -> None:
    """From now on the new value identifies the lead; the old value no longer does."""
    for kind in IDENTIFYING:
        if kind not in before:
            continue
        value = getattr(lead, kind)
        other = identity_of_another(lead, kind, value) if value else None
        if other is not None:
            raise IdentityTaken(kind, other.lead)
        old = Identity.objects.filter(lead=lead, kind=kind, value=before[kind]).order_by("pk")
        system = old.values_list("system", flat=True).first() or ""
        old.delete()
        LeadAlias.objects.filter(lead=lead, kind=kind, value=before[kind]).delete()
        if value:
            _make_identity(lead, kind, value, system, at=at)


def _make_identity(lead: Lead, kind: str, value: str, system: str, *, at: datetime) -> None:
    if is_shared_value(kind, value):
        shared = {"folded": value.casefold(), "why": LeadAlias.Why.SHARED, "first_seen_at": at}
        LeadAlias.objects.get_or_create(lead=lead, kind=kind, value=value, system=system, defaults=shared)
        return
    try:
        with transaction.atomic():
            Identity.objects.get_or_create(kind=kind, value=value, system=system, defaults={"lead": lead})
    except IntegrityError:
        raise IdentityTaken(kind, None) from None


def _details(before: Mapping[str, object], lead: Lead) -> dict:
    """The changed fields with old and new values, without personal ones."""
    public = [name for name in before if not _is_personal(name)]
    return {
        "fields": sorted(before),
        "from": {name: _plain(before[name]) for name in public},
        "to": {name: _plain(getattr(lead, name)) for name in public},
    }


def _plain(value: object) -> object:
    return value if isinstance(value, int | None) else str(value)
