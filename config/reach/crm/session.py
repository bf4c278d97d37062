"""One signed-in conversation with a CRM: its secrets, the guarded call, and how many calls are left (I4)."""

import json
import re
import time
from collections.abc import Callable, Collection, Mapping
from email.utils import parsedate_to_datetime

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import Usage
from config.web.safe_fetch import OUTSIDE, FetchRefused, Network, Reply, request

SECONDS = 20  # for one call
KEPT_WITHIN = 5.0  # seconds from the answer that replaces a refresh token until it is kept
LOOK_AGAIN = 0.25
LONGEST_WAIT = 24 * 3600  # seconds; what a Retry-After may ask for
REFUSED = re.compile("[\x00\ud800-\udfff]")  # what no database keeps
MAY_REFUSE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class Session:
    """`credentials` are the secrets of one connection. Whatever renews them calls `keep` at once, because some CRMs
    accept a refresh token only once; `newest` reads what was kept, as two processes may use one connection. `pause`
    waits so many seconds."""

    def __init__(
        self,
        credentials: Mapping[str, str],
        *,
        keep: Callable[[Mapping[str, str]], None],
        network: Network = OUTSIDE,
        trusted_hosts: Collection[str] = (),
        clock: Callable[[], float] = time.time,
        newest: Callable[[], Mapping[str, str]] | None = None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self.credentials, self.clock = dict(credentials), clock
        self.usage: Usage | None = None
        self.calls = 0
        self._keep, self._network, self._trusted_hosts = keep, network, trusted_hosts
        self._newest, self._pause = newest, pause

    def renew(self, **changed: str) -> None:
        self.credentials |= changed
        self._keep(dict(self.credentials))

    def was_renewed_elsewhere(self) -> bool:
        """Whether `newest` reads another token: one that another process has kept. It is used from now on."""
        newest = dict(self._newest()) if self._newest else self.credentials
        if newest.get("access_token") == self.credentials.get("access_token"):
            return False
        self.credentials = newest
        return True

    def is_about_to_be_renewed(self) -> bool:
        """After a refusal: whether another process, which was the first to use the refresh token, keeps another one
        within a few seconds. Its own answer may still be on the way."""
        waited = 0.0
        while self._newest is not None and self.credentials.get("way") == "refresh":
            if self.was_renewed_elsewhere():
                return True
            if waited >= KEPT_WITHIN:
                break
            self._pause(LOOK_AGAIN)
            waited += LOOK_AGAIN
        return False

    def ask(
        self, method: str, address: str, *, headers: Mapping[str, str], body: bytes = b"", seconds: float = SECONDS
    ) -> Reply:
        """One call. Raises CrmRefused (SILENT) without a whole answer."""
        self.calls += 1
        try:
            return request(
                method,
                address,
                body=body,
                headers=headers,
                trusted_hosts=self._trusted_hosts,
                network=self._network,
                seconds=seconds,
            )
        except FetchRefused as refused:
            raise CrmRefused(Reason.SILENT, code=refused.code) from None


def json_of(reply: Reply) -> object:
    """What was answered. Raises CrmRefused (SILENT) if it is no JSON, as from a page of a proxy."""
    try:
        return read_json(reply.body) if reply.body else None
    except (ValueError, RecursionError):
        raise CrmRefused(Reason.SILENT, status=reply.status, code="not_json") from None


def read_json(body: bytes) -> object:
    """With U+FFFD for NUL and for half of a pair of surrogates, as where an emoji was cut in two: one such record
    would stop all that come after it. Raises ValueError."""
    said = json.loads(body)
    return _storable(said) if MAY_REFUSE.search(body) else said


def _storable(value: object) -> object:
    if isinstance(value, str):
        return REFUSED.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return {str(_storable(name)): _storable(each) for name, each in value.items()} if isinstance(value, dict) else value


def retry_after(reply: Reply, *, now: float) -> float | None:
    """Seconds; a number or a date, as both are in use. None without one that can be read."""
    said = reply.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), LONGEST_WAIT)
    try:
        return min(max(0.0, parsedate_to_datetime(said).timestamp() - now), LONGEST_WAIT)
    except (ValueError, TypeError):
        return None
