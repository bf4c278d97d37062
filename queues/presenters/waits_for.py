"""Presents for whom or what a waiting lead waits, as one sentence on its row (F5, F6, G1, C4)."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.web.times import when
from leads.decisions.facts.countries import country_names
from queues.decisions.waits_for import Absent, Waits, WaitsFor
from queues.queries.waits_for import WaitingLead
from routing.decisions.availability.skip_reasons import AWAY, SkipReason
from routing.models import Rotation
from routing.presenters.turns import skip_text


def waits_for_sentence(found: WaitingLead) -> str:
    """'Waits for Banking: Dewi, back Mon 09:00'."""
    waits = found.waits
    words = {"people": "; ".join(_person(each) for each in waits.people), "skill": _skill(found)}
    words["rotation"] = found.rotation.name if found.rotation else ""
    if waits.what == WaitsFor.OWNER:
        return _owner(waits.people[0])
    if waits.what == WaitsFor.LIMIT:
        return _limit(waits)
    return {
        WaitsFor.SPECIALIST: _("Waits for %(skill)s: %(people)s"),
        WaitsFor.SOMEBODY: _("Waits for somebody to be there: %(people)s"),
        WaitsFor.MANAGER: _("Waits for a manager: everybody available returned it"),
        WaitsFor.SKILL: _("Waits for %(skill)s: nobody in %(rotation)s has this skill"),
        WaitsFor.MEMBERS: _("Waits for members: nobody is in %(rotation)s"),
        WaitsFor.SWITCH: _("Waits for %(rotation)s, which is switched off"),
    }[waits.what] % words


def _owner(owner: Absent) -> str:
    if not owner.reason:
        return _("Waits for its owner %(name)s") % {"name": owner.name}
    words = {"name": owner.name, "reason": skip_text(owner.reason, owner.until)}
    return _("Waits for its owner %(name)s, %(reason)s") % words


def _limit(waits: Waits) -> str:
    if waits.limit == SkipReason.OVER_CAPACITY:
        return _("Waits for a free place: everybody is above the capacity")
    if waits.until is None:
        return _("Waits until a cap is raised: everybody has a cap of 0")
    texts: dict[str, str] = {
        SkipReason.CAP_HOUR: _("Waits until %(time)s: everybody reached the cap for any 60 minutes"),
        SkipReason.CAP_DAY: _("Waits until %(time)s: everybody reached the daily cap"),
        SkipReason.CAP_WEEK: _("Waits until %(time)s: everybody reached the weekly cap"),
        SkipReason.CAP_MONTH: _("Waits until %(time)s: everybody reached the monthly cap"),
    }
    return texts[waits.limit] % {"time": when(waits.until)}


def _person(absent: Absent) -> str:
    if absent.reason in AWAY and absent.until is not None:
        return _("%(name)s, back %(time)s") % {"name": absent.name, "time": when(absent.until)}
    words = {"name": absent.name, "reason": skip_text(absent.reason, absent.until)}
    return _("%(name)s, %(reason)s") % words


def _skill(found: WaitingLead) -> str:
    lead, kind = found.entry.lead, found.rotation.skill if found.rotation else ""
    if kind == Rotation.Skill.SOURCE:
        return lead.source.name
    if kind == Rotation.Skill.LEAD_TYPE:
        return lead.get_lead_type_display()
    if kind == Rotation.Skill.COUNTRY:
        return country_names((get_language() or "en")[:2]).get(lead.country, lead.country)
    return lead.industry
