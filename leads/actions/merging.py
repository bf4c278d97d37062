"""Merge two leads that are the same, and undo that (A3). Queues and reps follow in the apps above."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction

from leads.actions.scoring import compute_score, has_given_score
from leads.actions.search_words import add_words_of, replace_words_of
from leads.actions.stages import change_stage, restore_stage, stage_snapshot
from leads.decisions.identity.merging import (
    DEPENDENT_FIELDS,
    PARTS,
    MergeRefusal,
    default_side,
    merge_refusal,
    merged_values,
)
from leads.decisions.stages import PARKED, REOPENED_BY_CONTACT, Stage
from leads.models import Activity, Identity, Lead, LeadAlias, Merge
from leads.queries.identities import is_shared_value
from leads.queries.leads import active_score_rules
from leads.queries.merging import absorbed_before
from leads.signals import Change, lead_changed, lead_closed, lead_opened

MERGED_FIELDS = (*(name for names in PARTS.values() for name in names), *DEPENDENT_FIELDS)


class MergeRefused(Exception):
    """These two leads cannot become one; `lead` is the one that prevents it."""

    def __init__(self, code: MergeRefusal, lead: Lead) -> None:
        self.code, self.lead = code, lead
        super().__init__(code)


class SplitRefusal(StrEnum):
    """Why a merge cannot be undone."""

    UNDONE = "undone"  # it is undone already
    MERGED = "merged"  # the kept lead was merged into another one since
    TAKEN = "taken"  # another lead has an identity that would have to go back


class SplitRefused(Exception):
    """A merge cannot be undone; `lead` is the lead that prevents it, if it is known."""

    def __init__(self, code: SplitRefusal, merge: Merge, lead: Lead | None = None) -> None:
        self.code, self.merge, self.lead = code, merge, lead
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Split:
    """An undone merge. `left` are fields of the kept lead that were corrected since and therefore stay as they are."""

    merge: Merge
    kept: Lead
    absorbed: Lead
    left: tuple[str, ...]


@transaction.atomic
def merge_leads(absorbed: Lead, kept: Lead, *, picks: Mapping[str, str], by: User | None, at: datetime) -> Merge:
    """Merge `absorbed` into `kept`. From now on its identities belong to `kept`, whose holder sees a re-engagement,
    as with an exact duplicate. `picks` says for each part whose value stays. Raises MergeRefused."""
    locked = lock_leads(absorbed.pk, kept.pk)
    absorbed, kept = locked[absorbed.pk], locked[kept.pk]
    if absorbed.pk == kept.pk:
        raise MergeRefused(MergeRefusal.SAME, kept)
    if code := merge_refusal(absorbed.stage, kept.stage):
        raise MergeRefused(code, kept if code == MergeRefusal.KEPT_MERGED else absorbed)
    before_merge, score_before = stage_snapshot(kept), kept.score
    before, after = _write_merged_values(kept, absorbed, picks, at=at)
    merge = Merge(
        absorbed=absorbed,
        kept=kept,
        at=at,
        by=by,
        before=before,
        after=after,
        absorbed_snapshot=stage_snapshot(absorbed),
    )
    if kept.stage in REOPENED_BY_CONTACT:
        merge.kept_snapshot = before_merge
        kept.from_nurture = kept.stage in PARKED
        change_stage([kept], Stage.CAPTURED, at=at)
    merge.identities = _move_identities(absorbed, kept)
    merge.aliases = _move_aliases(absorbed, kept)
    kept.save()
    add_words_of([kept])
    change_stage([absorbed], Stage.MERGED, at=at, merged_into=kept)
    Lead.objects.filter(merged_into=absorbed).update(merged_into=kept)
    merge.save()
    _record_activities(merge, score_before, before_merge["stage"])
    lead_closed.send(Lead, leads=[absorbed], how=Stage.MERGED, by=by, at=at)
    if merge.kept_snapshot:
        lead_opened.send(Lead, leads=[kept], at=at)
    else:
        lead_changed.send(Lead, leads=[kept], what=Change.RE_ENGAGED, at=at)
    return merge


@transaction.atomic
def split_leads(merge: Merge, *, by: User | None, at: datetime) -> Split:
    """Undo a merge. Both leads are as before, except for later corrections. The caller puts the absorbed lead back
    into its queue or on the desk, and the kept lead too if the merge had moved it. Raises SplitRefused."""
    locked = lock_leads(merge.absorbed_id, merge.kept_id)
    absorbed, kept = locked[merge.absorbed_id], locked[merge.kept_id]
    undone = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    undone.absorbed, undone.kept = absorbed, kept
    if undone.undone_at is not None:
        raise SplitRefused(SplitRefusal.UNDONE, undone)
    if kept.merged_into_id:
        raise SplitRefused(SplitRefusal.MERGED, undone, kept.merged_into)
    _return_identities(undone)
    score_before = kept.score
    left = _restore(undone)
    undone.undone_at, undone.undone_by = at, by
    undone.save(update_fields=["undone_at", "undone_by"])
    kept.save()
    replace_words_of(kept)
    restore_stage(absorbed, undone.absorbed_snapshot)
    Lead.objects.filter(pk__in=absorbed_before(absorbed.pk)).update(merged_into=absorbed)
    details = {"merge": undone.pk, "absorbed": absorbed.pk, "label": absorbed.label}
    scores = {"score_from": score_before, "score_to": kept.score}
    Activity.objects.bulk_create(
        Activity(lead=lead, kind=Activity.Kind.UNDONE, at=at, by=by, details=details | more)
        for lead, more in ((kept, scores), (absorbed, {}))
    )
    lead_changed.send(Lead, leads=[kept], what=Change.CORRECTED, at=at)
    return Split(undone, kept, absorbed, left)


def lock_leads(*pks: int) -> dict[int, Lead]:
    """Lock leads in the order of their ids, so that two merges of the same pair in both directions never deadlock."""
    rows = Lead.objects.select_for_update(no_key=True, of=("self",)).select_related("source", "account")
    return {lead.pk: lead for lead in rows.filter(pk__in=pks).order_by("pk")}


def _write_merged_values(kept: Lead, absorbed: Lead, picks: Mapping[str, str], *, at: datetime) -> tuple[dict, dict]:
    """Set the new values on the kept lead. Returns the changed fields with old and with new values."""
    mine, theirs = _values(kept), _values(absorbed)
    old = mine | {"reengaged_at": kept.reengaged_at, "resembles_id": kept.resembles_id}
    old["resembles_percent"] = kept.resembles_percent
    for name, value in merged_values(mine, theirs, picks).items():
        setattr(kept, name, value)
    default = default_side("score", mine, theirs)
    if picks.get("score", default) == default and not has_given_score(kept):
        score, parts = compute_score(kept, given=None, rules=active_score_rules())
        if score > kept.score:
            kept.score, kept.score_parts = score, parts
    if kept.resembles_id == absorbed.pk:
        kept.resembles_id = kept.resembles_percent = None
    kept.reengaged_at = at
    changed = [name for name in old if getattr(kept, name) != old[name]]
    return {name: _plain(kept, name, old[name]) for name in changed}, {
        name: _plain(kept, name, getattr(kept, name)) for name in changed
    }


def _move_identities(absorbed: Lead, kept: Lead) -> list[list[str]]:
    mine = Identity.objects.filter(lead=absorbed).order_by("kind", "pk")
    keys = [list(key) for key in mine.values_list("kind", "value", "system")]
    mine.update(lead=kept)
    return keys


def _move_aliases(absorbed: Lead, kept: Lead) -> list[int]:
    """By what else the absorbed lead is known; what the kept one has already stays where it is."""
    theirs = set(kept.aliases.order_by("pk").values_list("kind", "value", "system"))
    rows = absorbed.aliases.order_by("pk").values_list("pk", "kind", "value", "system")
    moved = [pk for pk, *key in rows if tuple(key) not in theirs]
    LeadAlias.objects.filter(pk__in=moved).update(lead=kept)
    return moved


def _return_identities(merge: Merge) -> None:
    """Give the identities back. One that a correction removed since is created again; one that another lead has by
    now stops everything."""
    LeadAlias.objects.filter(pk__in=merge.aliases, lead=merge.kept).update(lead=merge.absorbed)
    for kind, value, *named in merge.identities:
        row = _identity_now(kind, value, named[0] if named else "")
        if row is None:
            _make_identity(merge, kind, value, named[0] if named else "")
        elif row.lead_id != merge.kept_id:
            raise SplitRefused(SplitRefusal.TAKEN, merge, row.lead)
        else:
            row.lead = merge.absorbed
            row.save(update_fields=["lead"])


def _identity_now(kind: str, value: str, system: str) -> Identity | None:
    """An id without a system may have taken one since."""
    rows = Identity.objects.filter(kind=kind, value=value).select_related("lead")
    exact = rows.filter(system=system).first()
    return exact or (rows.order_by("pk").first() if kind == Identity.Kind.EXTERNAL_ID and not system else None)


def _make_identity(merge: Merge, kind: str, value: str, system: str) -> None:
    if is_shared_value(kind, value):
        return  # too many people have it by now, so that it identifies nobody
    try:
        with transaction.atomic():
            Identity.objects.create(lead=merge.absorbed, kind=kind, value=value, system=system)
    except IntegrityError:  # a capture with this identity came in at this very moment
        raise SplitRefused(SplitRefusal.TAKEN, merge) from None


def _restore(merge: Merge) -> tuple[str, ...]:
    """Restore the fields one by one. If a later merge changed a field again, the "before" of that merge is corrected
    instead. Returns the fields that stay as they are."""
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
    absorbed, kept = merge.absorbed, merge.kept
    details = {"merge": merge.pk, "score_from": score_before, "score_to": kept.score, "stage": stage}
    details |= {"absorbed": absorbed.pk, "label": absorbed.label}
    into = {"merge": merge.pk, "into": kept.pk}
    Activity.objects.bulk_create(
        [
            Activity(lead=absorbed, kind=Activity.Kind.MERGED, at=merge.at, by=merge.by, details=into),
            Activity(lead=kept, kind=Activity.Kind.RE_ENGAGED, at=merge.at, by=merge.by, details=details),
        ]
    )


def _values(lead: Lead) -> dict[str, object]:
    return {name: getattr(lead, name) for name in MERGED_FIELDS}


def _plain(lead: Lead, name: str, value: object) -> object:
    """The value of this field in the form in which JSON can hold it."""
    field = lead._meta.get_field(name)
    if value is None or isinstance(field, models.JSONField) or isinstance(value, int):
        return value
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _read(lead: Lead, name: str, value: object) -> object:
    field: Any = lead._meta.get_field(name)
    return value if isinstance(field, models.JSONField) else field.to_python(value)
