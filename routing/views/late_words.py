"""What to do with words for a lead that left while somebody wrote them: into its story, or back on the page (M7)."""

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.models import Activity, Lead
from routing.actions.late_words import MayNotSeeTheLead, add_late_words
from routing.forms.lead_work import LogContactForm, NoteForm
from routing.queries.assignments import did_already

TYPED = ("text", "note")  # the fields of a holder's acts in which people write


def typed_in(request: HttpRequest) -> list[str]:
    """What somebody wrote in the form of an act."""
    return [value for name in TYPED if (value := request.POST.get(name, "").strip())]


def into_its_story(request: HttpRequest, lead: Lead) -> str:
    """Adds the note or the contact of this request, once, and says so; "" where the writer may not."""
    is_contact = "outcome" in request.POST
    form = LogContactForm(request.POST) if is_contact else NoteForm(request.POST)
    if not form.is_valid():
        return ""
    sent = form.cleaned_data
    words = {"text": sent["note" if is_contact else "text"]}
    words |= {"kind": sent["kind"], "outcome": sent["outcome"]} if is_contact else {}
    by = cast("User", request.user)
    target = lead.merged_into_id or lead.pk
    if not did_already(target, by=by, kind=Activity.Kind.NOTED, seen=sent["seen"], details=words):
        try:
            add_late_words(lead, **words, by=by, at=timezone.now())
        except MayNotSeeTheLead:
            return ""
    if is_contact:
        return _("Your contact was added to its story as a note; it stops no clock.")
    return _("Your note was added to its story.")
