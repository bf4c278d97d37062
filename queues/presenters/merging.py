"""How a merge reads to people: what it would do, what it did, why it cannot be, what came back (A3)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from config.web.people import display_name
from leads.actions.merging import MergeRefused, SplitRefused
from leads.decisions.identity.merging import PARTS, merge_refusal
from leads.models import Lead, Merge
from queues.actions.review.merging import Undone
from queues.models import Entry
from queues.presenters.comparison import LABELS
from routing.models import Assignment

DEALS = (Lead.Stage.CONVERTED, Lead.Stage.WON)
PART_OF = {name: part for part, names in PARTS.items() for name in names}


def numbered(lead: Lead) -> str:
    """ "Kopi Senja #12": two leads of one company are told apart by their number."""
    return f"{lead.label} #{lead.pk}"


def would_do(lead: Lead, other: Lead, *, keeps_other: bool, held: Assignment | None, entry: Entry | None) -> list[str]:
    """What becomes of both, in sentences."""
    kept, absorbed = (other, lead) if keeps_other else (lead, other)
    told = [_("It becomes a re-engagement on %(kept)s.") % {"kept": numbered(kept)}]
    told.append(_of_the_kept(other, held, entry) if keeps_other else _of_this_one(entry))
    if absorbed.score > kept.score:
        words = {"before": kept.score, "after": absorbed.score}
        told.append(_("The score rises from %(before)s to %(after)s, if you leave that choice.") % words)
    told.append(_("You can take it back at any time, from the page of the lead that stays."))
    return told


def must_stay(other: Lead, held: Assignment | None) -> str:
    """Why the other one cannot go into this lead, or ""."""
    code = merge_refusal(other.stage, Lead.Stage.REVIEW)
    words = {"lead": numbered(other), "name": _name(held.holder) if held else ""}
    if code == "held":
        return _("%(lead)s is held by %(name)s, so it is the one that stays.") % words
    return _("%(lead)s is a deal, so it is the one that stays.") % words if code else ""


def merged_says(merge: Merge, held: Assignment | None) -> str:
    words = {"absorbed": numbered(merge.absorbed), "kept": numbered(merge.kept)}
    if held is None:
        return _("%(absorbed)s is merged into %(kept)s.") % words
    return _("%(absorbed)s is merged into %(kept)s. %(name)s hears of it.") % {**words, "name": _name(held.holder)}


def refused_says(refused: MergeRefused, merge: Merge | None) -> str:
    """`merge` is how the lead at which it failed went into another one."""
    words = {"lead": numbered(refused.lead)}
    if merge is not None:
        words |= {"kept": numbered(merge.kept), "name": _name(merge.by)}
        return _("%(name)s merged %(lead)s into %(kept)s meanwhile. This is how things stand now.") % words
    if refused.code == "held":
        return _("%(lead)s is held by now, so it can only be the one that stays.") % words
    if refused.code == "deal":
        return _("%(lead)s is a deal by now, so it can only be the one that stays.") % words
    return _("%(lead)s cannot be merged any more. This is how things stand now.") % words


def undone_says(undone: Undone) -> str:
    """What came back, and what stays as it was corrected since."""
    split = undone.split
    words = {"absorbed": numbered(split.absorbed), "kept": numbered(split.kept)}
    text = _("%(absorbed)s is back on the desk.") if undone.item else _("%(absorbed)s stands by itself again.")
    told = [text % words]
    if left := left_words(split.left):
        told.append(_("Changed since, so it stays on %(kept)s: %(fields)s.") % {**words, "fields": left})
    if undone.moved_on:
        told.append(_("%(kept)s went on since and stays where it is.") % words)
    return " ".join(told)


def left_words(names: Iterable[str]) -> str:
    """Fields by the names that people see; what nobody sees is not told."""
    parts = dict.fromkeys(PART_OF[name] for name in names if name in PART_OF)
    return ", ".join(str(LABELS[part]) for part in parts)


def not_undone_says(refused: SplitRefused) -> str:
    merge = refused.merge
    words = {"absorbed": numbered(merge.absorbed), "kept": numbered(merge.kept)}
    if refused.code == "undone":
        return _("%(name)s took this merge back already.") % {"name": _name(merge.undone_by)}
    if refused.code == "merged":
        words |= {"into": numbered(refused.lead)}
        return _("%(kept)s itself was merged into %(into)s since. Take that back first.") % words
    if refused.lead is None:
        return _("Somebody with an address or number of %(absorbed)s just came in. Try again.") % words
    words |= {"other": numbered(refused.lead)}
    return _("%(other)s has an address or number of %(absorbed)s by now, so this cannot be taken back.") % words


def _of_the_kept(other: Lead, held: Assignment | None, entry: Entry | None) -> str:
    if held is not None:
        return _("%(name)s hears that it came back; nobody else gets it.") % {"name": _name(held.holder)}
    if entry is not None:
        return _("It stays in %(queue)s with its age.") % {"queue": entry.queue.name}
    if other.stage == Lead.Stage.REVIEW:
        return _("It stays on this desk with its age.")
    if other.stage in DEALS:
        return _("Who made the deal hears that it came back.")
    return _("It goes before the rules again.")


def _of_this_one(entry: Entry | None) -> str:
    if entry is not None:
        words = {"queue": entry.queue.name}
        return (
            _("This lead goes before the rules again, and what the other one has waited in %(queue)s counts.") % words
        )
    return _("This lead goes before the rules again, without the resemblance.")


def _name(user) -> str:
    return display_name(user) if user is not None else _("somebody")
