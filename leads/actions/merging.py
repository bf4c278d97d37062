"""Merge two leads that are one, and take that back (A3); where both stand follows in the apps above."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import IntegrityError, models, transaction

from leads.actions.scoring import compute_score, has_given_score
from leads.actions.stages import change_stage, restore_stage, stage_snapshot
from leads.decisions.identity.merging import DEPENDENT_FIELDS, PARTS, default_side, merge_refusal, merged_values
from leads.decisions.stages import PARKED, REOPENED_BY_CONTACT, Stage
from leads.models import Activity, Identity, Lead, Merge
from leads.queries.leads import active_score_rules
from leads.queries.merging import absorbed_before
from leads.signals import lead_changed, lead_closed, lead_opened

MERGED_FIELDS = (*(name for names in PARTS.values() for name in names), *DEPENDENT_FIELDS)


class MergeRefused(Exception):
    """These two cannot become one: `code` is "same" or one of decisions.merging.why_not(); `lead` is the one at which
    it fails."""

    def __init__(self, code: str, lead: Lead) -> None:
        self.code, self.lead = code, lead
        super().__init__(code)


class SplitRefused(Exception):
    """A merge cannot be taken back: "undone" already, "merged" (the kept lead went into another one since), or "taken"
    (another lead has an identity that would go back); `lead` is the one in the way."""

    def __init__(self, code: str, merge: Merge, lead: Lead | None = None) -> None:
        self.code, self.merge, self.lead = code, merge, lead
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Split:
    """What was taken back; `left` are fields of the kept lead that were corrected since and stay as they are."""

    merge: Merge
    kept: Lead
    absorbed: Lead
    left: tuple[str, ...]


@transaction.atomic
def merge_leads(absorbed: Lead, kept: Lead, *, picks: Mapping[str, str], by, at: datetime) -> Merge:
    """`absorbed` lives on in `kept`: its identities lead there from now on, and for whoever holds that lead it is a
    re-engagement, as an exact duplicate would be. `picks` names whose value stays, part by part."""
    locked = lock_leads(absorbed.pk, kept.pk)
    away, stays = locked[absorbed.pk], locked[kept.pk]
    if away.pk == stays.pk:
        raise MergeRefused("same", stays)
    if code := merge_refusal(away.stage, stays.stage):
        raise MergeRefused(code, stays if code == "kept_merged" else away)
    stood, score_before = stage_snapshot(stays), stays.score
    before, after = _write_merged_values(stays, away, picks, at=at)
    merge = Merge(
        absorbed=away, kept=stays, at=at, by=by, before=before, after=after, absorbed_snapshot=stage_snapshot(away)
    )
    if stays.stage in REOPENED_BY_CONTACT:
        merge.kept_snapshot = stood
        stays.from_nurture = stays.stage in PARKED
        change_stage([stays], Stage.CAPTURED, at=at)
    merge.identities = _move_identities(away, stays)
    stays.save()
    change_stage([away], Stage.MERGED, at=at, merged_into=stays)
    Lead.objects.filter(merged_into=away).update(merged_into=stays)
    merge.save()
    _record_activities(merge, score_before, stood["stage"])
    lead_closed.send(Lead, leads=[away], how=Stage.MERGED, by=by, at=at)
    if merge.kept_snapshot:
        lead_opened.send(Lead, leads=[stays], at=at)
    else:
        lead_changed.send(Lead, leads=[stays], what="re_engaged", at=at)
    return merge


@transaction.atomic
def split_leads(merge: Merge, *, by, at: datetime) -> Split:
    """Both are as before, but for what was corrected since. The caller stands the absorbed one where it stood, and the
    kept one if the merge had moved it."""
    locked = lock_leads(merge.absorbed_id, merge.kept_id)
    away, stays = locked[merge.absorbed_id], locked[merge.kept_id]
    undone = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    undone.absorbed, undone.kept = away, stays
    if undone.undone_at is not None:
        raise SplitRefused("undone", undone)
    if stays.merged_into_id:
        raise SplitRefused("merged", undone, stays.merged_into)
    _return_identities(undone)
    left = _restore(undone)
    undone.undone_at, undone.undone_by = at, by
    undone.save(update_fields=["undone_at", "undone_by"])
    stays.save()
    restore_stage(away, undone.absorbed_snapshot)
    Lead.objects.filter(pk__in=absorbed_before(away.pk)).update(merged_into=away)
    details = {"merge": undone.pk, "absorbed": away.pk, "label": away.label}
    Activity.objects.bulk_create(
        Activity(lead=lead, kind=Activity.Kind.UNDONE, at=at, by=by, details=details) for lead in (stays, away)
    )
    lead_changed.send(Lead, leads=[stays], what="corrected", at=at)
    return Split(undone, stays, away, left)


def lock_leads(*pks: int) -> dict[int, Lead]:
    """In the order of their numbers, so that two who merge the same pair in both directions never wait for each
    other."""
    rows = Lead.objects.select_for_update(no_key=True, of=("self",)).select_related("source", "account")
    return {lead.pk: lead for lead in rows.filter(pk__in=pks).order_by("pk")}


def _write_merged_values(stays: Lead, away: Lead, picks: Mapping[str, str], *, at: datetime) -> tuple[dict, dict]:
    """Writes onto the kept lead; returns the changed fields as they were and as they are."""
    mine, theirs = _values(stays), _values(away)
    old = mine | {"reengaged_at": stays.reengaged_at, "resembles_id": stays.resembles_id}
    old["resembles_percent"] = stays.resembles_percent
    for name, value in merged_values(mine, theirs, picks).items():
        setattr(stays, name, value)
    default = default_side("score", mine, theirs)
    if picks.get("score", default) == default and not has_given_score(stays):
        score, parts = compute_score(stays, given=None, rules=active_score_rules())
        if score > stays.score:
            stays.score, stays.score_parts = score, parts
    if stays.resembles_id == away.pk:
        stays.resembles_id = stays.resembles_percent = None
    stays.reengaged_at = at
    changed = [name for name in old if getattr(stays, name) != old[name]]
    return {name: _plain(stays, name, old[name]) for name in changed}, {
        name: _plain(stays, name, getattr(stays, name)) for name in changed
    }


def _move_identities(away: Lead, stays: Lead) -> list[list[str]]:
    mine = Identity.objects.filter(lead=away).order_by("kind", "pk")
    pairs = [list(pair) for pair in mine.values_list("kind", "value")]
    mine.update(lead=stays)
    return pairs


def _return_identities(merge: Merge) -> None:
    """One that was corrected away since is made again; one that another lead got since stops everything."""
    for kind, value in merge.identities:
        row = Identity.objects.filter(kind=kind, value=value).select_related("lead").first()
        if row is None:
            _make_identity(merge, kind, value)
        elif row.lead_id != merge.kept_id:
            raise SplitRefused("taken", merge, row.lead)
        else:
            row.lead = merge.absorbed
            row.save(update_fields=["lead"])


def _make_identity(merge: Merge, kind: str, value: str) -> None:
    try:
        with transaction.atomic():
            Identity.objects.create(lead=merge.absorbed, kind=kind, value=value)
    except IntegrityError:  # somebody with it came in at this very moment
        raise SplitRefused("taken", merge) from None


def _restore(merge: Merge) -> tuple[str, ...]:
    """Field by field; where a later merge took over from this one, that one's "before" is put right instead."""
    later = list(Merge.objects.filter(kept=merge.kept, undone_at__isnull=True, pk__gt=merge.pk).order_by("pk"))
    left = []
    for name, old in merge.before.items():
        new = merge.after[name]
        heir = next((each for each in later if name in each.before), None)
        if heir is not None and heir.before[name] == new:
            heir.before[name] = old
            heir.save(update_fields=["before"])
        elif heir is None and _plain(merge.kept, name, getattr(merge.kept, name)) == new:
            setattr(merge.kept, name, _read(merge.kept, name, old))
        else:
            left.append(name)
    return tuple(left)


def _record_activities(merge: Merge, score_before: int, stage: str) -> None:
    away, stays = merge.absorbed, merge.kept
    told = {"merge": merge.pk, "score_from": score_before, "score_to": stays.score, "stage": stage}
    told |= {"absorbed": away.pk, "label": away.label}
    into = {"merge": merge.pk, "into": stays.pk}
    Activity.objects.bulk_create(
        [
            Activity(lead=away, kind=Activity.Kind.MERGED, at=merge.at, by=merge.by, details=into),
            Activity(lead=stays, kind=Activity.Kind.RE_ENGAGED, at=merge.at, by=merge.by, details=told),
        ]
    )


def _values(lead: Lead) -> dict[str, object]:
    return {name: getattr(lead, name) for name in MERGED_FIELDS}


def _plain(lead: Lead, name: str, value: object) -> object:
    """The value of this field as JSON keeps it."""
    field = lead._meta.get_field(name)
    if value is None or isinstance(field, models.JSONField) or isinstance(value, int):
        return value
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _read(lead: Lead, name: str, value: object) -> object:
    field = lead._meta.get_field(name)
    return value if isinstance(field, models.JSONField) else field.to_python(value)
