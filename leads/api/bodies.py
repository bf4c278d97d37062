"""The body of a call: one JSON object, or a batch of them, as they were sent (A1b, A8)."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _

from leads.actions.api.intake import MAX_BATCH_SIZE
from leads.api.refusals import Refused
from leads.decisions.facts.json_body import NotJson, read_json
from leads.decisions.facts.keys import MAX_NAME_LENGTH, MAX_UNREAD
from leads.decisions.facts.storable import TooDeep, storable

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
NOT_PACKED = ("", "identity")
_MOST = {"n": MAX_BATCH_SIZE}


def sent_lead(request: HttpRequest) -> dict[str, object]:
    """The object that was sent. Raises Refused."""
    sent = _sent(request)
    if isinstance(sent, dict):
        return as_stored(sent)
    words = _('Send one lead as a JSON object, such as {"email": "dewi@example.com"}.')
    if isinstance(sent, list):
        words = _('Send one lead as a JSON object. Several go to /api/leads/batch, as {"leads": [...]}.')
    raise Refused(422, words, [{"field": "", "problem": _("is no JSON object")}])


def sent_leads(request: HttpRequest) -> tuple[Sequence[object], list[str]]:
    """The items of the batch, whatever each of them is, and the keys beside them, which mean nothing. Raises
    Refused."""
    sent = _sent(request)
    items = sent.get("leads") if isinstance(sent, dict) else None
    if not isinstance(items, list) or not items:
        problem = {"field": "leads", "problem": _("is no list of leads")}
        raise Refused(422, _('Send a batch as {"leads": [...]}, with 1 to %(n)d leads.') % _MOST, [problem])
    if len(items) > MAX_BATCH_SIZE:
        problem = {"field": "leads", "problem": _("at most %(n)d") % _MOST}
        raise Refused(413, _("The batch holds more than %(n)d leads. Send fewer at once.") % _MOST, [problem])
    return items, [key[:MAX_NAME_LENGTH] for key in sent if key != "leads"][:MAX_UNREAD]


def sent_object(request: HttpRequest) -> dict[str, object]:
    """Any object. Raises Refused."""
    sent = _sent(request)
    if isinstance(sent, dict):
        return as_stored(sent)
    raise Refused(422, _("Send a JSON object."), [{"field": "", "problem": _("is no JSON object")}])


def as_stored(sent: dict[str, object]) -> dict[str, object]:
    """The object with what no database keeps replaced. Raises Refused."""
    try:
        return storable(sent)
    except TooDeep:
        raise _too_deep() from None


def _sent(request: HttpRequest) -> object:
    """What was sent as JSON, of any content type, because many programs do not name it."""
    if request.headers.get("Content-Encoding", "").strip().lower() not in NOT_PACKED:
        raise Refused(415, _("The body is compressed. Send it without Content-Encoding."))
    try:
        return read_json(request.body)
    except NotJson as problem:
        raise _refusal(request, problem) from None


def _refusal(request: HttpRequest, problem: NotJson) -> Refused:
    if problem.code == "empty":
        return Refused(422, _("The body is empty. Send JSON."), [{"field": "", "problem": _("is no JSON object")}])
    if request.content_type in FORMS:
        return Refused(415, _("This is a form. Send JSON instead, with “Content-Type: application/json”."))
    words = {
        "compressed": _("The body is compressed. Send it as plain JSON."),
        "encoding": _("The body is not valid JSON: byte %(where)s is no UTF-8."),
        "too_deep": _("The body is nested too deep to be read."),
        "constant": _("The body is not valid JSON: it has no %(where)s. Send null instead."),
    }
    syntax = _("The body is not valid JSON. Look at line and column %(where)s.")
    return Refused(400, words.get(problem.code, syntax) % {"where": problem.detail})


def _too_deep() -> Refused:
    return Refused(422, _("The fields are nested too deep."), [{"field": "", "problem": _("too deep")}])
