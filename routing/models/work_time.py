"""Working time as rows, so that a deadline in working hours is two look-ups, also inside the claim (D3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.models.people import Rep, Team


class WorkCalendar(models.Model):
    """When a team or a rep works: the stretches of time in which their clocks run.

    Nobody without set hours has a calendar; their clocks count wall time (L12). `digest` says which hours, zone and
    days off the stretches were made of, so that a change that changes nothing moves nothing. One whose team or rep was
    deleted stays for the clocks that it measures; all hours count from then on.
    """

    team = models.OneToOneField(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.SET_NULL, related_name="work_calendar"
    )
    rep = models.OneToOneField(
        Rep, verbose_name=_("rep"), null=True, blank=True, on_delete=models.SET_NULL, related_name="work_calendar"
    )
    zone = models.CharField(_("time zone"), max_length=48)
    digest = models.CharField(max_length=64, blank=True)
    filled_until = models.DateField(_("filled until"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("work calendar")
        verbose_name_plural = _("work calendars")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(team__isnull=True) | models.Q(rep__isnull=True),
                name="routing_calendar_of_a_team_or_a_rep",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class WorkStretch(models.Model):
    """A stretch of working time. `before` is the working time of the calendar before `starts_at`, in microseconds.

    The past is never rewritten: an edit cuts the stretch that runs and replaces later ones, so what was measured stays.
    """

    # no index of its own: both below begin with it
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="stretches", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    before = models.BigIntegerField()

    class Meta:
        verbose_name = _("stretch of working time")
        verbose_name_plural = _("stretches of working time")
        ordering = ["calendar", "starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(  # its index finds the stretch of a moment
                fields=["calendar", "starts_at"], name="routing_one_stretch_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="routing_stretch_starts_before_it_ends"
            ),
        ]
        indexes = [
            models.Index(fields=["calendar", "before"], name="routing_when_work_is_done"),  # when so much is done
        ]

    def __str__(self) -> str:
        return f"#{self.calendar_id} {self.starts_at:%Y-%m-%d %H:%M}"
