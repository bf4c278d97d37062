"""Read what people who came back brought along, and by what each lead is known (A3)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from leads.models import Activity, FieldChange, Identity, Lead, LeadAlias, SourceSystem

MOST_SHOWN = 40  # identities, and aliases, of one lead


@dataclass(frozen=True, slots=True)
class Return:
    """One arrival for a lead that was here. `texts` are the personal ones by field, `extra` the columns without a
    field, `systems` the names of the systems of its ids."""

    texts: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    systems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownBy:
    """One identity or alias of a lead. `why` is a LeadAlias.Why, "" for what identifies it and for names."""

    kind: str
    value: str
    system: str = ""
    why: str = ""


def returns_in(acts: Sequence[Activity]) -> dict[int, Return]:
    """What these arrivals brought, by activity. At most two queries; none where they brought nothing."""
    kinds = (Activity.Kind.RE_ENGAGED, Activity.Kind.CRM)  # a record of a CRM brings the same
    returned = [act for act in acts if act.kind in kinds and act.details]
    brought = [act.pk for act in returned if act.details.get("brought")]
    texts: dict[int, dict[str, str]] = {pk: {} for pk in brought}
    if brought:
        for pk, name, after in _texts(brought):
            texts[pk][name] = after
    systems = system_names({system for act in returned for _id, system in act.details.get("ids", ())})
    return {act.pk: _return(texts.get(act.pk, {}), systems) for act in returned}


def messages_at(leads: Iterable[Lead], *, at: datetime) -> dict[int, dict[str, str]]:
    """What arrived for these leads at this moment, by lead: `message`, `source` and `campaign`."""
    acts = Activity.objects.filter(lead__in=[lead.pk for lead in leads], kind=Activity.Kind.RE_ENGAGED, at=at)
    found: dict[int, dict[str, str]] = {}
    by_activity = {act.pk: act for act in acts.order_by("pk") if "merge" not in act.details}
    for act in by_activity.values():
        said = {name: str(act.details[name]) for name in ("source", "campaign") if act.details.get(name)}
        found[act.lead_id] = found.get(act.lead_id, {}) | said
    for pk, name, after in _texts(by_activity) if by_activity else ():
        if name == "message":
            of_lead = found[by_activity[pk].lead_id]
            of_lead[name] = f"{of_lead[name]}\n{after}" if name in of_lead else after
    return found


def known_by(lead: Lead) -> list[KnownBy]:
    """Everything that identifies this lead, then its other names and values; systems by name."""
    owned = Identity.objects.filter(lead=lead).exclude(kind=Identity.Kind.TOGETHER).order_by("kind", "pk")
    others = LeadAlias.objects.filter(lead=lead).order_by("kind", "pk")
    rows = [(*row, "") for row in owned.values_list("kind", "value", "system")[:MOST_SHOWN]]
    rows += others.values_list("kind", "value", "system", "why")[:MOST_SHOWN]
    names = system_names({system for _kind, _value, system, _why in rows})
    return [KnownBy(kind, value, names.get(system, system), why) for kind, value, system, why in rows]


def system_names(keys: Iterable[str]) -> dict[str, str]:
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    return dict(SourceSystem.objects.filter(key__in=wanted).order_by("pk").values_list("key", "name"))


def _texts(activities: Iterable[int]) -> list[tuple[int, str, str]]:
    rows = FieldChange.objects.filter(activity__in=list(activities)).order_by("activity", "pk")
    return list(rows.values_list("activity", "field", "after"))


def _return(texts: dict[str, str], systems: Mapping[str, str]) -> Return:
    extra = json.loads(texts["extra"]) if texts.get("extra") else {}
    return Return({name: text for name, text in texts.items() if name != "extra"}, extra, systems)
