"""Which record of a CRM is which lead, how it stood there last, and what Alur wants there (I4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from queues.models.crm.connection import Connection

LONGEST_STATUS = 255  # as Salesforce has it


class CrmLink(models.Model):
    """
    `seen_…` is how the record stood when Alur last read or wrote it: what differs from it was changed by somebody else,
    what equals it is our own write coming back. `wanted_…` is the newest wish ("" is none); it replaces an older one.
    `wanted_seq` is the activity that made it, 0 if none was looked at yet, `wanted_at` the moment of that act. A link
    whose wish waits has `next_at`. Acts up to `owner_seq` move no owner there, because one was accepted since.
    `done_status` is the last wish that was carried out, so that a status that somebody
    chooses there later stays. `sent_…` is what was sent and not recorded yet: found there, it is our own write, and
    until somebody has looked the wish stays due, whatever it is by then. The lead of a link may have been merged: then
    its merged_into counts. ERASED: the person was erased here (J5), so the link keeps ids only, and nothing is taken
    in or written.
    """

    class Gone(models.TextChoices):
        HERE = "", _("there")
        DELETED = "deleted", _("deleted there")
        MERGED = "merged", _("merged there")
        CONVERTED = "converted", _("converted there")
        ERASED = "erased", _("erased here")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="links", db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="crm_links")
    remote_id = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    seen_digest = models.CharField(max_length=40, blank=True)  # of the mapped fields, without owner and status
    seen_owner = models.CharField(max_length=80, blank=True)
    seen_status = models.CharField(max_length=LONGEST_STATUS, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    wanted_owner = models.CharField(max_length=80, blank=True)
    wanted_status = models.CharField(max_length=LONGEST_STATUS, blank=True)
    done_status = models.CharField(max_length=LONGEST_STATUS, blank=True, default="", db_default="")
    sent_owner = models.CharField(max_length=80, blank=True, default="", db_default="")
    sent_status = models.CharField(max_length=LONGEST_STATUS, blank=True, default="", db_default="")
    wanted_seq = models.BigIntegerField(default=0)
    owner_seq = models.BigIntegerField(default=0, db_default=0)
    wanted_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    written_at = models.DateTimeField(null=True, blank=True)
    fights = models.PositiveSmallIntegerField(default=0)  # owners that were changed back within the last hour
    fought_at = models.DateTimeField(null=True, blank=True)

    problem = models.CharField(max_length=20, blank=True)  # a Reason, or ours; the wish is not tried again by itself
    problem_words = models.CharField(max_length=300, blank=True)
    problem_at = models.DateTimeField(null=True, blank=True)
    gone = models.CharField(max_length=9, choices=Gone.choices, blank=True, default="")
    gone_at = models.DateTimeField(null=True, blank=True)
    became = models.CharField(max_length=80, blank=True)  # the record that it was merged into, or converted to

    class Meta:
        verbose_name = _("link to a CRM")
        verbose_name_plural = _("links to CRMs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "remote_id"], name="queues_one_link_of_a_remote_record"),
        ]
        indexes = [
            models.Index(  # wishes that are due
                fields=["connection", "next_at", "id"],
                condition=models.Q(next_at__isnull=False),
                name="queues_crm_wishes_due",
            ),
            models.Index(  # what sales ops must look at
                fields=["connection", "-problem_at"], condition=~models.Q(problem=""), name="queues_crm_link_problems"
            ),
            models.Index(  # whose first wish is still to be found
                fields=["connection", "id"], condition=models.Q(wanted_seq=0), name="queues_crm_links_unread"
            ),
            models.Index(fields=["connection", "seen_owner"], name="queues_crm_links_of_an_owner"),
            models.Index(fields=["connection", "made_at"], name="queues_crm_links_by_day"),  # what came in today
            models.Index(  # what was written today, and how fast
                fields=["connection", "-written_at"],
                condition=models.Q(written_at__isnull=False),
                name="queues_crm_writes_by_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remote_id} = #{self.lead_id}"

    @property
    def is_on_its_way(self) -> bool:
        """Something was sent, and is not known to have arrived or not."""
        return bool(self.sent_owner or self.sent_status)
