"""Calendar feeds: a rep's calendar that is read from another system (I2)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.models.people import Rep


class CalendarFeed(models.Model):
    """Anybody who knows the address can read the calendar, so the address is never shown again and has no history.

    `problem` says what went wrong since `problem_at`; what was read before still counts. `window` is the day and time
    zone for which the content was read, with a hash of what else the verdict depends on, such as the hours; `digest`
    is a hash of that content. `judged` are the absences with how each was judged, `remarks` what else its owner should
    know.
    """

    rep = models.OneToOneField(Rep, verbose_name=_("rep"), on_delete=models.CASCADE, related_name="calendar_feed")
    address = models.CharField(_("address"), max_length=2000)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    good_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=20, blank=True)
    problem_at = models.DateTimeField(null=True, blank=True)
    absences = models.PositiveIntegerField(default=0)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    window = models.CharField(max_length=80, blank=True)
    counts_unanswered = models.BooleanField(_("count invitations not answered yet"), default=False, db_default=False)
    judged = models.JSONField(default=list, db_default=[], blank=True)
    remarks = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(problem="", problem_at__isnull=True)
                | (~models.Q(problem="") & models.Q(problem_at__isnull=False)),
                name="routing_feed_problem_has_a_time",
            )
        ]
        indexes = [models.Index(fields=["asked_at"], name="routing_feeds_due")]  # which feed to fetch next

    def __str__(self) -> str:
        return f"{self.rep}"

    @property
    def host(self) -> str:
        """The only part of the address that is ever shown."""
        return urlsplit(self.address).hostname or ""

    @property
    def is_asked(self) -> bool:
        """A fetch is requested and has not finished."""
        return self.asked_at is not None and (self.fetched_at is None or self.fetched_at < self.asked_at)

    @property
    def waits_for_sweep(self) -> bool:
        """Nothing was read from the address, and no fetch is requested."""
        return self.asked_at is None and self.fetched_at is None
