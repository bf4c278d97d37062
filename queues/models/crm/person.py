"""Who is who: people of a CRM and who they are here (I4)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from queues.models.crm.connection import Connection


class RemotePerson(models.Model):
    """Matched by e-mail once and kept by id from then on, never guessed. BY_HAND without a user: sales ops leave their
    leads with them. NOT_YET: nobody has said who this is, so their leads come in without an owner. `swept_to`: it was
    said who this is, and their leads up to this link were looked at since; none where nothing is left to do."""

    class How(models.TextChoices):
        NOT_YET = "", _("unmatched")
        EMAIL = "email", _("by e-mail")
        BY_HAND = "hand", _("chosen here")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="people", db_index=False)
    remote_id = models.CharField(max_length=80)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    is_active = models.BooleanField(default=True)  # there
    is_group = models.BooleanField(default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="crm_people"
    )
    how = models.CharField(max_length=5, choices=How.choices, blank=True, default="")
    matched_at = models.DateTimeField(null=True, blank=True)
    swept_to = models.BigIntegerField(null=True, blank=True)
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("person of a CRM")
        verbose_name_plural = _("people of CRMs")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "remote_id"], name="queues_each_remote_person_once"),
            # for writes: one person here is at most one over there
            models.UniqueConstraint(
                fields=["connection", "user"],
                condition=models.Q(user__isnull=False),
                name="queues_one_remote_person_of_a_user",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.remote_id
