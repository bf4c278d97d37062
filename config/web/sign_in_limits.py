"""The limits of wrong sign-ins (J4; settings.AXES_HANDLER): of a name at an address, of an address, and of a name.

Names without an account are counted as others are, so that limits give away no name. Nothing is counted while a limit
holds, so it ends after AXES_COOLOFF_TIME however long somebody goes on trying.
"""

from datetime import timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db.models import Q, Sum
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from config.account_names import account_named, normal_name
from config.web.sign_in_throttle import API_KEYS, NO_NAMES, address_tried, username_tried

USUAL_FOR = timedelta(days=30)  # from there the person has signed in lately
MORE_AT_USUAL = 4  # times the limit of an address: many work behind one


class SignInLimits(AxesDatabaseHandler):
    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """AXES_FAILURE_LIMIT or more: no further try."""
        name, address = username_tried(request, credentials), address_tried(request)
        by_name, by_address = Q(username=name), Q(ip_address=address)
        attempts = AccessAttempt.objects.filter(by_name | by_address)
        counted = attempts.filter(attempt_time__gte=get_cool_off_threshold(request)).aggregate(
            together=Sum("failures_since_start", filter=by_name & by_address, default=0),
            name=Sum("failures_since_start", filter=by_name, default=0),
            address=Sum("failures_since_start", filter=by_address & ~Q(username__in=NO_NAMES), default=0),
        )
        together: int = counted["together"]
        if name in NO_NAMES:
            return (
                together * settings.AXES_FAILURE_LIMIT // settings.SIGN_IN_ADDRESS_LIMIT
                if name == API_KEYS
                else together
            )
        is_name_full = counted["name"] >= settings.SIGN_IN_NAME_LIMIT
        is_address_full = address is not None and counted["address"] >= settings.SIGN_IN_ADDRESS_LIMIT
        if not (is_name_full or is_address_full) or together >= settings.AXES_FAILURE_LIMIT:
            return together
        if _is_usual(name, address):  # others, who try the name from elsewhere, do not lock its owner out
            is_far_over = counted["address"] >= MORE_AT_USUAL * settings.SIGN_IN_ADDRESS_LIMIT
            return settings.AXES_FAILURE_LIMIT if is_address_full and is_far_over else together
        return settings.AXES_FAILURE_LIMIT


def is_key_tried_too_often(request: HttpRequest) -> bool:
    """Counts a wrong API key. Right ones are not asked for: many programs may call from one address."""
    key = {"username": API_KEYS}
    if not AxesProxyHandler.is_allowed(request, key):
        return True
    request.POST = QueryDict()  # axes would keep what it says of a lead; the API reads the body itself
    user_login_failed.send(__name__, credentials=key, request=request)
    request.__dict__["axes_locked_out"] = False  # the API answers in its own words
    return not AxesProxyHandler.is_allowed(request, key)


def forget_failures(user: User) -> None:
    """Who could open a link in the own mailbox is let in, also when others tried the name."""
    AccessAttempt.objects.filter(username=normal_name(user.username)[:255]).delete()


def _is_usual(name: str, address: str | None) -> bool:
    account = account_named(name)
    if account is None or address is None:
        return False
    since = timezone.now() - USUAL_FOR
    lately = AccessLog.objects.filter(username=account.username, ip_address=address, attempt_time__gte=since)
    return lately.exists()
