"""How calendars and the audit of rotations stand, for `manage.py doctor` (F6b, I2, J6)."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from config.doctor.findings import Finding, broken, fine, look
from routing.presenters.calendar_feed import feed_problem_text
from routing.queries.installation import faulty_rotations, feed_problems

CALENDARS, AUDIT = "calendars", "audit"


def routing_findings(_at: datetime) -> Iterator[Finding]:
    problems = Counter(feed_problems())
    bad = sum(count for code, count in problems.items() if code)
    if not bad:
        yield fine(CALENDARS, f"{sum(problems.values())} calendars, and none fails.")
    for code, count in sorted(problems.items()):
        if code:
            says = f"{count} of {sum(problems.values())} cannot be read: {feed_problem_text(code)}"
            yield look(CALENDARS, says, "Their owners see it on their profile; what was read before still counts.")
    names = faulty_rotations()
    for name in names:
        says = f"Deciding the turns of “{name}” again gave another result."
        yield broken(AUDIT, says, "Open the rotation; its page names the turn.")
    if not names:
        yield fine(AUDIT, "The last audit of each rotation agrees with its turns.")
