"""Send a link to set a forgotten password, from the worker and within limits (J4)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_q.tasks import async_task

from config.account_names import accounts_named, normal_name
from routing.models import PasswordLink
from routing.queries.people import language_for

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TooManyLinks(Exception):
    """The account, or who asks, has no more in this hour."""


def ask_for_link(email: str, *, sender: str, site: str, at: datetime) -> None:
    """What is known of the address changes neither the answer nor the work until then: the worker finds out. `sender`
    is the address of the browser, `site` the URL of this Alur. Raises TooManyLinks."""
    account, sender = _mark(normal_name(email)), _mark(sender)
    recent = PasswordLink.objects.filter(at__gt=at - HOUR)
    if recent.filter(account=account).count() >= settings.PASSWORD_LINKS_PER_ACCOUNT:
        raise TooManyLinks
    if recent.filter(sender=sender).count() >= settings.PASSWORD_LINKS_PER_ADDRESS:
        raise TooManyLinks
    PasswordLink.objects.create(account=account, sender=sender, at=at)
    ids = accounts_named([email]).get(normal_name(email), [])
    async_task("routing.tasks.send_password_link", ids[:5], site)


def send_password_link(user_ids: list[int], site: str) -> int:
    """Runs in the worker. To everybody of that address who can sign in with a password; who was invited and has none
    yet chooses it by the invitation. Returns to how many."""
    people = User.objects.filter(pk__in=user_ids, is_active=True).exclude(email="").order_by("pk")
    able = [user for user in people if user.has_usable_password()]
    for user in able:
        context = {"user": user, "link": _link(user, site)}
        with translation.override(language_for(user)):
            subject = " ".join(render_to_string("registration/password_reset_subject.txt", context).split())
            body = render_to_string("registration/password_reset_email.txt", context)
        send_mail(subject, body, None, [user.email])
    return len(able)


def forget_password_links(*, at: datetime) -> int:
    return PasswordLink.objects.filter(at__lt=at - DAY).delete()[0]


def _link(user: User, site: str) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    address = reverse("routing:password_reset_confirm", args=[uid, default_token_generator.make_token(user)])
    return site.rstrip("/") + address


def _mark(text: str) -> str:
    return salted_hmac("routing.password_links", text, algorithm="sha256").hexdigest()[:24]
