"""Reports that people get by mail every Monday."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MailedReport(models.Model):
    """`query` is the address of the report behind "?", with a period that moves along. `told_week` is the Monday of the
    newest week that was mailed, or that was over when the person asked for the mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    slug = models.CharField(max_length=30)
    query = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    told_week = models.DateField()

    class Meta:
        verbose_name = _("mailed report")
        verbose_name_plural = _("mailed reports")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "slug", "query"], name="queues_no_report_mailed_twice"),
        ]
        indexes = [models.Index(fields=["told_week"], name="queues_reports_to_mail")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.slug}?{self.query}"
