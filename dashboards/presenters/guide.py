"""The steps of the guide in words: what is there, or what the step is for, and the page that does it (M1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.company import company, company_holidays_of, company_zone
from dashboards.decisions.guide import STEPS, Progress, Step
from dashboards.queries.guide import managers, queues_with_reps
from leads.models import ApiKey, WebForm
from queues.models import EntryRule
from routing.decisions.availability.public_holidays import parse_region, region_of
from routing.forms.holidays import region_text
from routing.models import Rep
from routing.presenters.hours import week_text

TITLES: Mapping[Step, object] = {
    Step.COMPANY: lazy("Your company"),
    Step.PEOPLE: lazy("People who look after it"),
    Step.TEAM: lazy("A team that gets leads"),
    Step.RULES: lazy("Rules"),
    Step.DOOR: lazy("A door for leads"),
    Step.TEST: lazy("A test lead"),
}
FOR: Mapping[Step, object] = {
    Step.COMPANY: lazy("Name, time zone, working hours and holidays. New teams start with them."),
    Step.PEOPLE: lazy("Invite a manager, who sees escalations and settles them."),
    Step.TEAM: lazy("One form makes the team, its invitations and its rotation, and joins them to a queue."),
    Step.RULES: lazy("Rules say which lead goes to which queue, and which one a person looks at first."),
    Step.DOOR: lazy("A web form for your site, a file, or a key for a program."),
    Step.TEST: lazy("Send one through everything above and see who gets it, and why."),
}
# by step: the act, the act once it is done, and the pages that do it: the first that there is
ACTS: Mapping[Step, tuple[object, object, tuple[str, ...]]] = {
    Step.COMPANY: (lazy("Fill in the company"), lazy("Change the company"), ("routing:company",)),
    Step.PEOPLE: (
        lazy("Invite a manager"),
        lazy("Invite more people"),
        ("routing:invitations", "admin:routing_rep_add"),
    ),
    Step.TEAM: (
        lazy("Make a team"),
        lazy("Make another team"),
        ("dashboards:new_team", "admin:queues_queue_changelist"),
    ),
    Step.RULES: (lazy("See the rules"), lazy("See the rules"), ("queues:rules",)),
    Step.DOOR: (lazy("Make a web form"), lazy("See the web forms"), ("admin:leads_webform_changelist",)),
    Step.TEST: (lazy("Send a test lead"), lazy("Send another one"), ("dashboards:test_lead", "queues:probe")),
}
COME_BACK = ("routing:company", "routing:invitations", "dashboards:new_team")  # pages that lead on to `next`


@dataclass(frozen=True, slots=True)
class StepLine:
    """`more`: other pages that do the same, as (address, label)."""

    number: int
    key: str
    title: str
    says: str
    href: str
    act: str
    is_done: bool
    is_now: bool
    more: tuple[tuple[str, str], ...] = ()


def step_lines(progress: Progress) -> list[StepLine]:
    return [_line(number, step, progress) for number, step in enumerate(STEPS, start=1)]


def progress_text(progress: Progress) -> str:
    """ "2 of 6" """
    return _("%(done)s of %(all)s") % {"done": progress.count, "all": len(STEPS)}


def _line(number: int, step: Step, progress: Progress) -> StepLine:
    is_done, (act, again, names) = step in progress.done, ACTS[step]
    return StepLine(
        number=number,
        key=step.value,
        title=str(TITLES[step]),
        says=_DONE[step]() if is_done else str(FOR[step]),
        href=_first(names),
        act=str(again if is_done else act),
        is_done=is_done,
        is_now=step == progress.now,
        more=_other_doors() if step == Step.DOOR and not is_done else (),
    )


def _first(names: tuple[str, ...]) -> str:
    for name in names:
        try:
            return f"{reverse(name)}?next={reverse('dashboards:get_going')}" if name in COME_BACK else reverse(name)
        except NoReverseMatch:
            continue
    raise AssertionError(names)


def _other_doors() -> tuple[tuple[str, str], ...]:
    return (
        (reverse("leads:uploads"), _("Bring in a file")),
        (reverse("admin:leads_apikey_changelist"), _("Make a key for a program")),
    )


def _company_text() -> str:
    found = company()
    place = region_of(parse_region(company_holidays_of()))
    words = {"name": found.name, "zone": company_zone().key.replace("_", " "), "hours": week_text(found.working_hours)}
    if place is None:
        return _("%(name)s, %(zone)s, %(hours)s, without public holidays.") % words
    return _("%(name)s, %(zone)s, %(hours)s, holidays of %(place)s.") % (words | {"place": region_text(place)})


def _people_text() -> str:
    count = managers().count()
    return ngettext("%(n)s manager looks after it.", "%(n)s managers look after it.", count) % {"n": count}


def _team_text() -> str:
    reps = Rep.objects.filter(user__is_active=True).count()
    queues = queues_with_reps().values("pk").distinct().count()
    words = {
        "queues": ngettext("%(n)s queue", "%(n)s queues", queues) % {"n": queues},
        "reps": ngettext("%(n)s rep", "%(n)s reps", reps) % {"n": reps},
    }
    return _("%(queues)s with people, %(reps)s in all.") % words


def _rules_text() -> str:
    count = EntryRule.objects.filter(is_active=True).count()
    text = ngettext("%(n)s rule is in use.", "%(n)s rules are in use.", count) % {"n": count}
    return " ".join((text, _("See whether their order suits you.")))


def _door_text() -> str:
    doors = WebForm.objects.aggregate(open=Count("pk", filter=Q(is_active=True)))["open"]
    keys = ApiKey.objects.filter(revoked_at=None).count()
    parts = []
    if doors:
        parts.append(ngettext("%(n)s web form is open.", "%(n)s web forms are open.", doors) % {"n": doors})
    if keys:
        parts.append(ngettext("%(n)s key is in use.", "%(n)s keys are in use.", keys) % {"n": keys})
    return " ".join(parts) or _("A file was brought in.")


def _test_text() -> str:
    return _("A test lead got through.")


_DONE = {
    Step.COMPANY: _company_text,
    Step.PEOPLE: _people_text,
    Step.TEAM: _team_text,
    Step.RULES: _rules_text,
    Step.DOOR: _door_text,
    Step.TEST: _test_text,
}
