"""What the radar found, in sentences: the facts, what may explain them, the next step (K2). Never a verdict on a
person."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number, percent
from dashboards.presenters.reports.radar_figures import reason_name
from dashboards.queries.reports.radar import Circumstances
from queues.decisions.radar import Finding, Looked, Rate, Sign, Verdict
from queues.queries.radar import RepRadar


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class FindingWords:
    """One difference: what was counted with the leads behind it, and what the others do."""

    says: str
    beside: str
    href: str


@dataclass(frozen=True, slots=True)
class PersonWords:
    """What differs at one rep, what may explain it, and what to do next."""

    name: str
    href: str
    findings: list[FindingWords]
    explains: list[str]
    steps: list[Step]


def finding_text(row: RepRadar, finding: Finding, sources: Mapping[int, str]) -> str:
    """The facts alone."""
    mine, now = finding.mine, row.now
    words = {"n": number(mine.part), "of": number(mine.whole), "share": percent(mine.share), "places": now.places}
    if finding.sign == Sign.LOOKED and now.looked is not None:
        return looked_text(now.looked)
    if finding.sign == Sign.REASON:
        says = _("Gave back %(n)s of %(of)s leads with the reason “%(reason)s” (%(share)s).")
        return says % (words | {"reason": reason_name(str(finding.key))})
    if finding.sign == Sign.RETURNED and finding.key != "":
        says = _("Gave back %(n)s of %(of)s leads of the source %(source)s (%(share)s).")
        return says % (words | {"source": sources.get(int(finding.key), "")})
    return {
        Sign.RETURNED: _returned_text(now.skipped),
        Sign.PICKED: ngettext(
            "Picked %(n)s of %(of)s leads from behind the first place (%(share)s), past %(places)s lead in all.",
            "Picked %(n)s of %(of)s leads from behind the first place (%(share)s), past %(places)s leads in all.",
            now.places,
        ),
        Sign.FRIDAY: _("%(n)s of %(of)s leads taken on Friday after 15:00 had no contact by Monday (%(share)s)."),
        Sign.QUICK: _("Logged %(n)s of %(of)s first contacts within 30 seconds of getting the lead (%(share)s)."),
        Sign.SILENT: _("%(n)s of %(of)s contacted leads have had nothing for a week since then (%(share)s)."),
        Sign.HELD: _("Holds %(n)s leads without a first contact, of %(of)s open ones (%(share)s)."),
        Sign.LOOKED: _("Previews are kept for 90 days: there are none for this period."),
    }[finding.sign] % (words | {"skips": number(now.skipped)})


def _returned_text(skipped: int) -> str:
    if not skipped:
        return _("Gave back %(n)s of %(of)s leads (%(share)s).")
    return _("Gave back %(n)s of %(of)s leads (%(share)s), %(skips)s of them unseen leads before first contact.")


def looked_text(looked: Looked) -> str:
    """Previewed 40, took 4; others took 30 of the rest, and so on."""
    words = {
        "n": number(looked.previewed),
        "took": number(looked.took),
        "others": number(looked.others_took),
        "converted": number(looked.converted),
        "waiting": number(looked.still_waiting),
    }
    says = ngettext(
        "Looked closer at %(n)s waiting lead and took %(took)s of them; others took %(others)s of the rest, and "
        "%(converted)s of those converted. %(waiting)s still wait.",
        "Looked closer at %(n)s waiting leads and took %(took)s of them; others took %(others)s of the rest, and "
        "%(converted)s of those converted. %(waiting)s still wait.",
        looked.previewed,
    )
    return says % words


def beside_text(finding: Finding, before: Rate | None) -> str:
    """What the others of the team do, and what it was before."""
    usual = usual_text(finding)
    if finding.sign == Sign.HELD:
        return _("The median of the others of the team is %(usual)s.") % {"usual": usual}
    return _("The others of the team: %(usual)s. In the period before: %(before)s.") % {
        "usual": usual,
        "before": percent(before.share) if before else _("n/a"),
    }


def usual_text(finding: Finding) -> str:
    """The others' share, or their median of leads held."""
    if finding.sign == Sign.HELD:
        return _("n/a") if finding.usual is None else number(float(finding.usual)).removesuffix(".0")
    return percent(finding.usual)


def verdict_text(verdict: Verdict) -> tuple[str, str]:
    """Words and level."""
    return {
        Verdict.UNUSUAL: (_("differs clearly"), "warn"),
        Verdict.USUAL: (_("nothing unusual"), "ok"),
        Verdict.FEW: (_("too few cases"), ""),
        Verdict.ALONE: (_("nobody to compare with"), ""),
    }[verdict]


def explanations(row: RepRadar, circumstances: Circumstances) -> list[str]:
    """What the data know first, then what only the rep knows."""
    found = []
    if circumstances.days_away:
        away = ngettext(
            "Away on %(n)s day of the period.", "Away on %(n)s days of the period.", circumstances.days_away
        )
        found.append(away % {"n": number(circumstances.days_away)})
    if circumstances.joined_on is not None:
        found.append(_("New: joined on %(day)s.") % {"day": date_format(circumstances.joined_on, "j M Y")})
    for name, share in circumstances.ramps:
        found.append(_("On a ramp: %(share)s %% of a full share of %(name)s.") % {"share": share, "name": name})
    signs = {each.sign for each in row.unusual}
    if signs & {Sign.RETURNED, Sign.REASON, Sign.HELD} and row.now.given:
        given = ngettext(
            "%(n)s of %(of)s leads received was given by a rotation or a person, not chosen.",
            "%(n)s of %(of)s leads received were given by a rotation or a person, not chosen.",
            row.now.given,
        )
        found.append(given % {"n": number(row.now.given), "of": number(row.now.received)})
    return list(dict.fromkeys([*found, *(_ask(each.sign) for each in row.unusual)]))


def _ask(sign: Sign) -> str:
    """What may be behind it and stands nowhere in the data."""
    return {
        Sign.LOOKED: _("Somebody may look to learn, or leave a lead to a colleague who knows the company."),
        Sign.RETURNED: _("The leads may not fit what the rep sells, or arrive with wrong details."),
        Sign.REASON: _("The leads may not fit what the rep sells, or arrive with wrong details."),
        Sign.PICKED: _("The first places may have needed a skill, or been kept by a colleague's preview."),
        Sign.FRIDAY: _("Meetings may have been agreed for Monday, or the work logged later."),
        Sign.QUICK: _("The call may have been under way before, or contacts may be logged ahead of it."),
        Sign.SILENT: _("The work may go on in another program and not be logged here."),
        Sign.HELD: _("There may have been more leads than hours."),
    }[sign]


def sign_name(sign: Sign) -> str:
    return {
        Sign.LOOKED: _("Took of what they looked at"),
        Sign.RETURNED: _("Gave back"),
        Sign.REASON: _("Gave back, by reason"),
        Sign.PICKED: _("Picked past others"),
        Sign.FRIDAY: _("Late on Friday, no contact by Monday"),
        Sign.QUICK: _("Contact within 30 seconds"),
        Sign.SILENT: _("Nothing after the first contact"),
        Sign.HELD: _("Held without a contact"),
    }[sign]
