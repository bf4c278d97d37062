"""Messages about merges: what a merge would do, what it did, why it is refused, what an undo restored (A3)."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from config.web.people import display_name
from leads.actions.merging import MergeRefused, SplitRefused
from leads.decisions.identity.merging import PARTS, merge_refusal
from leads.models import Lead, Merge
from queues.actions.review.merging import UndoneMerge
from queues.models import Entry
from queues.presenters.comparison import LABELS
from routing.models import Assignment

DEALS = (Lead.Stage.CONVERTED, Lead.Stage.WON)
PART_OF = {name: part for part, names in PARTS.items() for name in names}


def numbered_label(lead: Lead) -> str:
    """ "Kopi Senja #12": the number distinguishes two leads of one company."""
    return f"{lead.label} #{lead.pk}"


def merge_preview(
    lead: Lead, other: Lead, *, keeps_other: bool, held: Assignment | None, entry: Entry | None
) -> list[str]:
    """What will happen to both leads, in sentences."""
    kept, absorbed = (other, lead) if keeps_other else (lead, other)
    sentences = [_("It is recorded as a re-engagement on %(kept)s.") % {"kept": numbered_label(kept)}]
    sentences.append(_kept_lead_sentence(other, held, entry) if keeps_other else _this_lead_sentence(entry))
    if absorbed.score > kept.score:
        words = {"before": kept.score, "after": absorbed.score}
        sentences.append(_("The score rises from %(before)s to %(after)s, unless you choose otherwise.") % words)
    sentences.append(_("You can undo this at any time, on the page of the lead that stays."))
    return sentences


def must_stay_reason(other: Lead, held: Assignment | None) -> str:
    """Why the other lead cannot be merged into this one, or ""."""
    code = merge_refusal(other.stage, Lead.Stage.REVIEW)
    words = {"lead": numbered_label(other), "name": _name(held.holder) if held else ""}
    if code == "held":
        return _("%(lead)s is held by %(name)s, so it must be the lead that stays.") % words
    return _("%(lead)s is a deal, so it must be the lead that stays.") % words if code else ""


def merged_message(merge: Merge, held: Assignment | None) -> str:
    words = {"absorbed": numbered_label(merge.absorbed), "kept": numbered_label(merge.kept)}
    if held is None:
        return _("%(absorbed)s is merged into %(kept)s.") % words
    return _("%(absorbed)s is merged into %(kept)s. %(name)s is notified.") % {**words, "name": _name(held.holder)}


def merge_refused_message(refused: MergeRefused, merge: Merge | None) -> str:
    """`merge` is set if the refused lead has been merged into another lead."""
    words = {"lead": numbered_label(refused.lead)}
    if merge is not None:
        words |= {"kept": numbered_label(merge.kept), "name": _name(merge.by)}
        return _("%(name)s has already merged %(lead)s into %(kept)s. The page now shows the current state.") % words
    if refused.code == "held":
        return _("%(lead)s is now held by a rep, so it must be the lead that stays.") % words
    if refused.code == "deal":
        return _("%(lead)s is now a deal, so it must be the lead that stays.") % words
    return _("%(lead)s can no longer be merged. The page now shows the current state.") % words


def merge_undone_message(undone: UndoneMerge) -> str:
    """What came back, and which fields stay because they were corrected since."""
    split = undone.split
    words = {"absorbed": numbered_label(split.absorbed), "kept": numbered_label(split.kept)}
    text = _("%(absorbed)s is back on the desk.") if undone.item else _("%(absorbed)s is a lead of its own again.")
    sentences = [text % words]
    if left := unrestored_fields_text(split.left):
        sentences.append(
            _("These fields of %(kept)s were changed since and stay: %(fields)s.") % {**words, "fields": left}
        )
    if undone.moved_on:
        sentences.append(_("%(kept)s has moved on since and stays where it is.") % words)
    return " ".join(sentences)


def unrestored_fields_text(names: Iterable[str]) -> str:
    """Fields by the labels that people see; fields without a label are left out."""
    parts = dict.fromkeys(PART_OF[name] for name in names if name in PART_OF)
    return ", ".join(str(LABELS[part]) for part in parts)


def split_refused_message(refused: SplitRefused) -> str:
    merge = refused.merge
    words = {"absorbed": numbered_label(merge.absorbed), "kept": numbered_label(merge.kept)}
    if refused.code == "undone":
        return _("%(name)s has already undone this merge.") % {"name": _name(merge.undone_by)}
    if refused.code == "merged":
        words |= {"into": numbered_label(refused.lead)}
        return _("%(kept)s itself was merged into %(into)s since. Undo that merge first.") % words
    if refused.lead is None:
        return _("A lead with an e-mail address or phone number of %(absorbed)s just arrived. Try again.") % words
    words |= {"other": numbered_label(refused.lead)}
    return (
        _("%(other)s now has an e-mail address or phone number of %(absorbed)s, so this merge cannot be undone.")
        % words
    )


def _kept_lead_sentence(other: Lead, held: Assignment | None, entry: Entry | None) -> str:
    if held is not None:
        return _("%(name)s is notified that the lead came back; nobody else gets it.") % {"name": _name(held.holder)}
    if entry is not None:
        return _("It stays in %(queue)s with its age.") % {"queue": entry.queue.name}
    if other.stage == Lead.Stage.REVIEW:
        return _("It stays on the review desk with its age.")
    if other.stage in DEALS:
        return _("The owner of the deal is notified that the lead came back.")
    return _("The entry rules decide about it again.")


def _this_lead_sentence(entry: Entry | None) -> str:
    if entry is not None:
        words = {"queue": entry.queue.name}
        return (
            _("The entry rules decide about this lead again; the time that the other lead waited in %(queue)s counts.")
            % words
        )
    return _("The entry rules decide about this lead again, without the resemblance.")


def _name(user: User | None) -> str:
    return display_name(user) if user is not None else _("somebody")
