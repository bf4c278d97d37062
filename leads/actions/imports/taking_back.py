"""Take back what a row of an import brought to a lead that was here before (A9)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.company import company_zone
from leads.actions.intake.known_people import keys_of
from leads.actions.intake.reengagement import FILLED_FIELDS, extra_of
from leads.actions.intake.resolution import CaptureResolver
from leads.actions.scoring import compute_score
from leads.actions.search_words import replace_words_of
from leads.decisions.facts.normalisation import Facts
from leads.decisions.identity.matching import company_key, identities
from leads.decisions.stages import REOPENED_BY_CONTACT
from leads.models import Activity, Capture, Identity, Lead, LeadAlias, Upload
from leads.queries.leads import active_score_rules
from leads.queries.own_fields import own_reader
from leads.signals import Change, lead_changed

Kind = Activity.Kind
MAX_ARRIVALS = 50  # of one lead that are read to learn what else has brought a value
BEHIND = (Kind.SCORED, Kind.CORRECTED, Kind.RE_ENGAGED)  # what may have set the score since


@transaction.atomic
def take_back(capture: Capture, *, upload: Upload, by: User | None, at: datetime) -> bool:
    """Fields that this row filled in are empty again, unless somebody has changed them since or another arrival brings
    the same; so are its identities. The timeline keeps both lines. False if it must stay: the lead was merged, or
    it came back from nurture or a closed stage with this row and has a place by now."""
    lead = Lead.objects.select_for_update(no_key=True).get(pk=capture.lead_id or 0)
    rows = Activity.objects.filter(lead=lead, kind=Kind.RE_ENGAGED, details__capture=capture.pk).order_by("pk")
    joined = rows.first()
    if joined is None:
        return True
    if lead.merged_into_id or joined.details.get("stage") in REOPENED_BY_CONTACT:
        return False
    facts, others = _facts(capture, upload), _other_arrivals(lead, upload)
    emptied = _empty_fields(lead, facts, others, filled=joined.details.get("filled", ()))
    emptied |= _empty_extras(lead, facts, others, capture, filled=joined.details.get("filled_extra", ()))
    _drop_identities(lead, facts, others, reading=upload.reading)
    LeadAlias.objects.filter(lead=lead, capture=capture).delete()
    _lower_score(lead, joined)
    again = Activity.objects.filter(lead=lead, kind=Kind.RE_ENGAGED).exclude(details__upload=upload.pk)
    lead.reengaged_at = again.order_by("-at", "-pk").values_list("at", flat=True).first()
    lead.save()
    replace_words_of(lead)
    details = {"import": upload.pk, "file": upload.name, "fields": sorted(emptied)}
    Activity.objects.create(lead=lead, kind=Kind.UNDONE, at=at, by=by, details=details)
    lead_changed.send(Lead, leads=[lead], what=Change.CORRECTED, at=at)
    return True


def _facts(capture: Capture, upload: Upload) -> Facts:
    resolver = CaptureResolver(at=capture.received_at, by=None, defaults=upload.defaults, reading=upload.reading)
    return resolver.read(capture)


def _other_arrivals(lead: Lead, upload: Upload) -> list[Facts]:
    kept = (Capture.State.MADE, Capture.State.MERGED)
    rows = Capture.objects.filter(lead=lead, state__in=kept).exclude(upload=upload).select_related("upload")
    return [
        _facts(row, row.upload or Upload(created_at=row.received_at)) for row in rows.order_by("-pk")[:MAX_ARRIVALS]
    ]


def _empty_fields(lead: Lead, facts: Facts, others: Collection[Facts], *, filled: Collection[str]) -> set[str]:
    emptied, empty = set(), Lead()
    for name in sorted({*filled} & {*FILLED_FIELDS}):
        brought = getattr(facts, name)
        if getattr(lead, name) == brought and all(getattr(other, name) != brought for other in others):
            setattr(lead, name, getattr(empty, name))
            emptied.add(name)
    if "company_name" in emptied:
        lead.company_key = company_key(lead.company_name)
    return emptied


def _empty_extras(
    lead: Lead, facts: Facts, others: Collection[Facts], capture: Capture, *, filled: Collection[str]
) -> set[str]:
    """Columns without a field, and the own fields that they feed."""
    own = own_reader(company_zone()).values(facts.extra, capture.raw) if filled else {}
    brought, elsewhere = extra_of(facts), [extra_of(other) for other in others]
    emptied = set()
    for name in filled:
        is_only_here = name in brought and all(other.get(name) != brought[name] for other in elsewhere)
        if is_only_here and lead.extra.get(name) == brought[name]:
            lead.extra = {key: value for key, value in lead.extra.items() if key != name}
            emptied.add(name)
        if name in own and lead.own.get(name) == own[name]:
            lead.own = {key: value for key, value in lead.own.items() if key != name}
            emptied.add(name)
    return emptied


def _drop_identities(lead: Lead, facts: Facts, others: Collection[Facts], *, reading: Mapping[str, object]) -> None:
    kept = {key[:2] for other in others for key in identities(other)}
    for kind, value, system in keys_of(facts, reading=reading):
        if (kind, value) not in kept and getattr(lead, kind, None) != value:
            Identity.objects.filter(lead=lead, kind=kind, value=value, system=system).delete()


def _lower_score(lead: Lead, joined: Activity) -> None:
    before, after = joined.details.get("score_from"), joined.details.get("score_to")
    is_later = Activity.objects.filter(lead=lead, kind__in=BEHIND, pk__gt=joined.pk).exists()
    if before is None or before == after or lead.score != after or is_later:
        return
    computed, parts = compute_score(lead, given=None, rules=active_score_rules())
    lead.score, lead.score_parts = before, parts if computed == before else {"given": [before, 100]}
