"""How connections to CRMs and test leads stand, for `manage.py doctor` (I4, J6, K5)."""

from collections.abc import Iterator
from datetime import datetime

from config.doctor.findings import Finding, broken, fine, look
from queues.models import Connection
from queues.presenters.crm.problems import problem_words
from queues.queries.crm.connections import broken_connections
from queues.queries.probe import probe_state

CRMS, PROBE = "CRMs", "test leads"


def queue_findings(at: datetime) -> Iterator[Finding]:
    found = list(broken_connections())
    for each in found:
        yield look(CRMS, f"“{each.name}” stands still: {_why(each)}", "Open Connections, in the menu of sales ops.")
    if not found:
        yield fine(CRMS, "No connection is broken.")
    probe = probe_state(at=at)
    if probe.is_bad:
        says = f"The last one did not get through ({probe.stopped or probe.state})."
        yield broken(PROBE, says, "Flow, Test leads: it names the step and links to what mends it.")
    else:
        yield fine(PROBE, f"They are {probe.state}.")


def _why(connection: Connection) -> str:
    words = problem_words(
        connection.kind, connection.problem, field=connection.problem_field, words=connection.problem_words
    )
    return words.says
