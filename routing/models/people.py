"""Teams and reps: what Alur knows of a person beyond the user account."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from config.web.people import display_name


class Team(models.Model):
    """Reps who work the same queues, and their managers."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    region = models.CharField(_("region"), max_length=80, blank=True)
    managers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("managers"), blank=True, related_name="managed_teams"
    )
    time_zone = models.CharField(_("time zone"), max_length=48, default="Asia/Jakarta")
    working_hours = models.JSONField(
        _("working hours"),
        default=dict,
        blank=True,
        help_text=_('Blocks for each day, such as {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]}.'),
    )
    holiday_country = models.CharField(
        _("public holidays of"), max_length=2, blank=True, help_text=_("Empty: as this installation.")
    )
    holiday_region = models.CharField(_("region"), max_length=12, blank=True)
    reps_set_hours = models.BooleanField(
        _("reps set their own hours"),
        default=False,
        help_text=_("Otherwise managers and sales ops do. Turns skipped outside working hours may count as owed."),
    )

    # off: who gets a lead follows from queues and rotations, until a manager wants it otherwise (M7)
    reps_hand_over = models.BooleanField(
        _("reps hand leads to colleagues"),
        default=False,
        db_default=False,
        help_text=_("A rep gives a lead to a colleague of the team, with a reason. No turn moves by it."),
    )

    history = HistoricalRecords(m2m_fields=[managers])

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Rep(models.Model):
    """A user who works leads: teams, availability and limits."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT, related_name="rep"
    )
    teams = models.ManyToManyField(Team, verbose_name=_("teams"), blank=True, related_name="reps")
    is_available = models.BooleanField(_("takes leads"), default=True)
    away_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("capacity"),
        default=50,
        help_text=_(
            "Rotations that check it pass over a rep with more open leads than this: who has just as many gets one "
            "more. 0: no leads."
        ),
    )
    time_zone = models.CharField(_("time zone"), max_length=48, blank=True)
    own_hours = models.JSONField(_("working hours"), default=dict, blank=True, help_text=_("Empty: as the team."))
    holiday_country = models.CharField(
        _("public holidays of"), max_length=2, blank=True, help_text=_("Empty: as the team.")
    )
    holiday_region = models.CharField(_("region"), max_length=12, blank=True)
    skills = models.JSONField(
        _("skills"),
        default=list,
        blank=True,
        help_text=_("Industries, countries, sources or types of leads, separated by commas."),
    )
    delegate = models.ForeignKey(
        "self",
        verbose_name=_("stand-in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Gets new leads of this person's own accounts while the person is away, where a queue says so."),
    )
    joined_on = models.DateField(_("joined"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    # what "the holder's own hours" means for this rep: own hours, else the team's; empty: wall time (D3)
    clock = models.ForeignKey(
        "routing.WorkCalendar",
        verbose_name=_("clock"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )

    history = HistoricalRecords(excluded_fields=["last_seen_at", "clock"], m2m_fields=[teams])

    class Meta:
        verbose_name = _("rep")
        verbose_name_plural = _("reps")
        ordering = ["user__last_name", "user__first_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(delegate__isnull=True) | ~models.Q(delegate=models.F("id")),
                name="routing_nobody_stands_in_for_oneself",
                violation_error_message=_("Nobody can be their own stand-in."),
            ),
        ]

    def __str__(self) -> str:
        return display_name(self.user)


class TimeOff(models.Model):
    """A period in which a rep takes no turns; only the rep and managers see the note.

    Public and company holidays and absences from calendars are written here too, some weeks ahead, so that a turn reads
    one table. Only rows that people planned (`origin` own) can be edited and have a history.
    """

    class Kind(models.TextChoices):
        LEAVE = "leave", _("Leave")
        SICK = "sick", _("Sick")
        MEETING = "meeting", _("All-day meeting")
        HOLIDAY = "holiday", _("Holiday")

    class Origin(models.TextChoices):
        OWN = "own", _("Planned")
        HOLIDAY = "holiday", _("Holidays")
        CALENDAR = "calendar", _("Calendar")

    rep = models.ForeignKey(Rep, verbose_name=_("rep"), on_delete=models.CASCADE, related_name="time_off")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.LEAVE)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    origin = models.CharField(_("source"), max_length=8, choices=Origin.choices, default=Origin.OWN, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="routing_time_off_starts_before_it_ends"
            ),
            models.UniqueConstraint(
                fields=["rep", "origin", "kind", "starts_at", "ends_at"],
                condition=~models.Q(origin="own"),
                name="routing_one_row_of_what_follows",
            ),
        ]
        indexes = [
            models.Index(
                fields=["rep", "ends_at", "starts_at"], name="routing_away_now"
            ),  # without absences still to come
            models.Index(fields=["starts_at"], name="routing_away_since"),  # absences that have just begun or ended
            models.Index(fields=["ends_at"], name="routing_away_until"),
        ]

    def __str__(self) -> str:
        return f"{self.rep} {self.starts_at:%Y-%m-%d}"
