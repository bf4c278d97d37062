"""Who asked for a link to set a forgotten password, for the limits of it (J4)."""

from django.db import models


class PasswordLink(models.Model):
    """One for each time that somebody asked, whether or not there is such an account. Kept for a day; name and address
    are marks that only this installation can make."""

    account = models.CharField(max_length=24)
    sender = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["account", "at"], name="routing_links_by_account"),  # how many in the last hour?
            models.Index(fields=["sender", "at"], name="routing_links_by_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.at:%Y-%m-%d %H:%M}"
