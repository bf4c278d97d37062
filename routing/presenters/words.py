"""Words a message as it leaves by mail: a subject, one sentence, what to do, one link; and several as one (I1)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.company import company_language
from config.web.times import clock_time
from routing.actions.words.ways_out import Text
from routing.decisions.words import KINDS, Medium
from routing.models import Channel, Notification
from routing.presenters.inbox import message_sentence
from routing.presenters.letters import letter_lines
from routing.presenters.mailed_reports import report_lines
from routing.presenters.message_links import message_urls
from routing.presenters.morning_figures import morning_lines, morning_title
from routing.queries.letters import letter_of
from routing.queries.people import language_for
from routing.queries.words import hours_of, medium_of, word_settings

Kind = Notification.Kind
MOST_LINES = 5  # of each kind in a digest; the inbox has them all
TO_DO = {
    Kind.ASSIGNED: lazy("Contact the lead, then log it."),
    Kind.CONTACT_SOON: lazy("Contact the lead now, then log it."),
    Kind.MINUTES_LEFT: lazy("Contact the lead now, then log it."),
    Kind.CONTACT_DUE: lazy("Contact the lead now, then log it; otherwise it goes to a colleague."),
    Kind.TEAM_CONTACT_DUE: lazy("Ask the rep, or give the lead to somebody else."),
    Kind.TAKEN_AWAY: lazy("You need not do anything about it any more."),
    Kind.ESCALATED: lazy("Open it and decide: take it, give it to somebody, or leave it."),
    Kind.AWAY_QUESTION: lazy("Decide whether the leads go to somebody else now."),
    Kind.QUEUE_YELLOW: lazy("Have a look at the queue."),
    Kind.QUEUE_RED: lazy("Put more people on the queue, or lend some to it."),
    Kind.QUEUE_CRITICAL: lazy("Put more people on the queue now, or let its leads go elsewhere."),
    Kind.INTAKE_PAUSED: lazy("New leads wait on the review desk. Clear the queue, or let them in."),
    Kind.INTAKE_OPEN: lazy("You need not do anything: the leads that waited go in by themselves."),
    Kind.BOTTLENECK: lazy("Have a look at who claims from this queue, and how fast."),
    Kind.QUEUE_AGING: lazy("Have the oldest leads taken first, or lend somebody to the queue."),
    Kind.QUEUE_LOSING: lazy("See where the leads went, and lend somebody to the queue or let fewer in."),
    Kind.LENT: lazy("Take leads from this queue too, as long as the loan runs."),
    Kind.LANE_CLOSED: lazy("You need not do anything. Open another one if the queue still overflows."),
    Kind.LOAN_ENDED: lazy("You need not do anything: leads that were taken stay where they are."),
    Kind.RE_ENGAGED: lazy("Contact the lead, then log it."),
    Kind.DRAFT_PUBLISHED: lazy("You need not do anything."),
    Kind.DRAFT_REFUSED: lazy("Open the rotation, compare, and publish again."),
    Kind.UNFAIR: lazy("Open the shares and see why."),
    Kind.AUDIT_FAILED: lazy("Open the rotation and read what differs."),
    Kind.ALL_ABSENT: lazy("Add somebody who will be there, or name a fallback person."),
    Kind.STUCK: lazy("Open the rotation and give it somebody who can have leads."),
    Kind.TOO_MANY: lazy("Narrow a rule of the rotation."),
    Kind.LETTER: lazy("You need not do anything. Each turn, and why it was or was not yours, is one press away."),
    Kind.FIGURES: lazy("Open the reports to see what stands behind a figure."),
    Kind.REPORT: lazy("Open the report to see the leads behind each figure, or to end this mail."),
    Kind.FEED_BROKEN: lazy("Check the address of your calendar."),
    Kind.IMPORT_DONE: lazy("Read what was imported, and what was not."),
    Kind.CHANNEL_DEAD: lazy("Check the address, then use the channel again."),
    Kind.WAY_DOWN: lazy("Check the server, and the settings of this installation for it."),
    Kind.WAY_BACK: lazy("You need not do anything."),
    Kind.PROBE_DOWN: lazy("Open the probe and see where its last lead stopped."),
    Kind.PROBE_WELL: lazy("You need not do anything."),
    Kind.CRM_DOWN: lazy("Open the connections and see whether it waits for you."),
    Kind.CRM_BACK: lazy("You need not do anything: what waited is exchanged now."),
    Kind.HOOK_FAILING: lazy("See what the receiver answers, and send a test when it is mended."),
    Kind.HOOK_OFF: lazy("Mend the receiver and switch the webhook on: what waits is sent then."),
    Kind.WORKER_SILENT: lazy("Check the worker; deadlines that passed in that time are handled now."),
}


AWAY_TO_DO = lazy("Answer it, or give the lead to somebody who is here.")


def _to_do(row: Notification) -> str:
    """A manager hears of a lead that came back only if who has it is away."""
    is_for_manager = row.kind == Kind.RE_ENGAGED and "holder" in (row.details or {})
    return str(AWAY_TO_DO if is_for_manager else TO_DO[Kind(row.kind)])


def compose(channel: Channel, rows: Sequence[Notification]) -> Text:
    """In the language and the time zone of the person."""
    user = channel.user
    zone = hours_of([user])[user.pk].zone
    with translation.override(language_for(user)), timezone.override(zone):
        if medium_of(channel) == Medium.PUSH:
            return _push(user, rows)
        if medium_of(channel) != Medium.MAIL:
            return _chat(user, rows)
        return _one(user, rows[0]) if len(rows) == 1 else _digest(rows)


def _one(user: User, row: Notification) -> Text:
    (url,) = message_urls(user, [row])
    lines = [_sentence(row), _to_do(row), _link(url or reverse("routing:inbox"))]
    if row.kind == Kind.LETTER and url:
        lines = [*_letter(user, row), *lines[1:]]
    if row.kind == Kind.FIGURES:
        details = row.details or {}
        lines = [morning_title(details), *(f"- {line}" for line in morning_lines(details)), *lines[1:]]
    if row.kind == Kind.REPORT:
        lines = [*report_lines(row.details or {}), *lines[1:]]
    return Text(_subject(row), "\n\n".join([*lines, _why()]) + "\n")


def _subject(row: Notification) -> str:
    """A report has the subject of its question, because several may come on one Monday."""
    title = (row.details or {}).get("title") if row.kind == Kind.REPORT else ""
    return str(title or row.get_kind_display())


def _letter(user: User, row: Notification) -> list[str]:
    """All of it, and where the two questions are; its sentence alone where the letter is gone."""
    details = row.details or {}
    letter = letter_of(user, str(details.get("week", "")))
    lines = letter_lines(letter.facts, letter.week) if letter else [_sentence(row)]
    if details.get("asks"):
        asks = _(
            "Two questions, without your name: is distribution fair, and do you understand how leads are assigned?"
        )
        lines.append(f"{asks} {_link(reverse('routing:survey'))}")
    return [*lines, " ".join((_("My numbers:"), _link(reverse("dashboards:my_numbers"))))]


def _chat(user: User, rows: Sequence[Notification]) -> Text:
    """What and what to do, and one link. Nothing of a lead, unless sales ops allow names; no sign that a chat would
    read as a mention or a tag."""
    if len(rows) == 1:
        (row,), (url,) = rows, message_urls(user, rows)
        says = _sentence(row) if word_settings().names_in_chat else f"{row.get_kind_display()}."
        says, url = f"{says} {_to_do(row)}", url or reverse("routing:inbox")
    else:
        says, url = _counted(rows), reverse("routing:inbox")
    plain = " ".join(says.translate(dict.fromkeys(map(ord, "<>&@*_`"), " ")).split())
    return Text("", f"{plain} {_link(url)}")


def _push(user: User, rows: Sequence[Notification]) -> Text:
    """Shown on a locked screen, so it names nobody either, unless sales ops allow companies."""
    kinds = [KINDS[row.kind] for row in rows]
    is_urgent = any(kind.is_critical or kind.lasts for kind in kinds)
    if len(rows) > 1:
        subject = ngettext("%(n)s message from Alur", "%(n)s messages from Alur", len(rows)) % {"n": len(rows)}
        return Text(subject, _counted(rows), _link(reverse("routing:inbox")), is_urgent)
    (row,), (url,) = rows, message_urls(user, rows)
    says = f"{_sentence(row)} " if word_settings().names_in_chat else ""
    link = _link(url or reverse("routing:inbox"))
    return Text(str(row.get_kind_display()), f"{says}{_to_do(row)}", link, is_urgent, kinds[0].lasts)


def _counted(rows: Sequence[Notification]) -> str:
    counts = Counter(str(row.get_kind_display()) for row in rows)
    return "; ".join(f"{kind}: {count}" for kind, count in counts.items())


def compose_test(channel: Channel) -> Text:
    """Marked, so that nobody takes it for news."""
    zone = hours_of([channel.user])[channel.user_id].zone
    with translation.override(language_for(channel.user)), timezone.override(zone):
        subject = _("Test message from Alur")
        says = _("This is the test that you asked for: messages reach you here. You need not do anything.")
        link = _link(reverse("routing:profile"))
        if medium_of(channel) == Medium.PUSH:
            return Text(subject, says, link)
        if medium_of(channel) != Medium.MAIL:
            return Text("", f"{subject}. {says} {link}")
        return Text(subject, f"{says}\n\n{link}\n")


def code_words(channel: int) -> str:
    """With a place for the code that verifies a channel."""
    owner = User.objects.filter(channels=channel).first()
    with translation.override(language_for(owner) if owner else company_language()):
        return _("Your code for Alur is %(code)s. It works for ten minutes. If you did not ask for it, ignore this.")


def _digest(rows: Sequence[Notification]) -> Text:
    counts = Counter(row.kind for row in rows)
    blocks = []
    for kind, count in counts.items():
        same = [row for row in rows if row.kind == kind]
        lines = [f"{same[0].get_kind_display()}: {count}"]
        lines += [f"- {_at(row.at)} {_sentence(row)}" for row in same[-MOST_LINES:]]
        if count > MOST_LINES:
            lines.append(_("- and %(n)s more in your inbox") % {"n": count - MOST_LINES})
        blocks.append("\n".join(lines))
    if len(counts) == 1:
        subject = _("%(kind)s (%(n)s times)") % {"kind": rows[0].get_kind_display(), "n": len(rows)}
    else:
        subject = ngettext("%(n)s message from Alur", "%(n)s messages from Alur", len(rows)) % {"n": len(rows)}
    return Text(subject, "\n\n".join([*blocks, _link(reverse("routing:inbox")), _why()]) + "\n")


def _sentence(row: Notification) -> str:
    """On one line, whatever the name of a company contains."""
    return " ".join(message_sentence(row, at=row.at).split())


def _at(moment: datetime) -> str:
    return clock_time(moment.astimezone(timezone.get_current_timezone()))


def _link(url: str) -> str:
    return f"{settings.SITE_URL}{url}"


def _why() -> str:
    return _("You get this because of your choices in Alur.")
