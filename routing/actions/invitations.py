"""Invite somebody by e-mail to set a password."""

from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode


def send_invitation(user_id: int, site: str) -> None:
    """Runs in the worker after the person is saved. A person who is gone or switched off by then gets no mail."""
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    context = {
        "user": user,
        "site": site.rstrip("/"),
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    subject = " ".join(render_to_string("registration/invitation_subject.txt", context).split())
    send_mail(subject, render_to_string("registration/invitation_email.txt", context), None, [user.email])
