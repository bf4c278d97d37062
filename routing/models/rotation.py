"""Rotations: ordered lists of reps who take turns, and their rules."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from routing.models.people import Rep

CAP = {"null": True, "blank": True, "help_text": _("Empty: no cap.")}


class Rotation(models.Model):
    """An ordered list with a stored pointer (F1). The row is the lock under which every turn is decided.

    `way` holds the strategy; snapshots and rosters store that name too. `virtual` and `rest` are the clock by which
    members become due (decisions/rotation/state.py); `in_block` counts the turns of the running block.
    """

    class Strategy(models.TextChoices):
        SMOOTH = "smooth", _("In turn, weights spread evenly")
        BLOCKS = "blocks", _("In turn, weights in blocks")
        VALUE = "value", _("To the member furthest below the share of value")
        MOST_FREE = "most_free", _("To the member with the most free capacity")
        FEWEST_OPEN = "fewest_open", _("To the member with the fewest open leads")

    class ValueOf(models.TextChoices):
        SCORE = "score", _("Score")
        DEAL = "deal", _("Expected deal size")

    class Order(models.TextChoices):
        NAME = "name", _("By last name")
        JOINED = "joined", _("By joining date")
        HAND = "hand", _("By hand")
        SHUFFLED = "shuffled", _("Shuffled every so many days")
        PERFORMANCE = "performance", _("Best conversion first")

    class SkippedMeans(models.TextChoices):
        FORGONE = "forgone", _("Lost: the place stays, nothing is made up")
        OWED = "owed", _("Owed, up to a limit")
        FIRST = "first", _("First in line on return")
        DAILY = "daily", _("Made up, so many a day")

    class Resets(models.TextChoices):
        NEVER = "never", _("Never")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every Monday")
        MONTHLY = "monthly", _("On the first of each month")

    class Skill(models.TextChoices):
        NONE = "", _("No skill is asked for")
        INDUSTRY = "industry", _("The lead's industry")
        COUNTRY = "country", _("The lead's country")
        SOURCE = "source", _("The lead's source")
        LEAD_TYPE = "lead_type", _("The lead's type")

    class CapZone(models.TextChoices):
        ROTATION = "rotation", _("The rotation's time zone")
        MEMBER = "member", _("Each member's own time zone")

    class WhenNobody(models.TextChoices):
        HOLD = "hold", _("Hold the lead until somebody is available")
        FALLBACK = "fallback", _("Give it to the fallback person")
        ANYWAY = "anyway", _("Assign anyway, in turn")

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_active = models.BooleanField(_("on"), default=True)
    when_nobody = models.CharField(
        _("when nobody is available"), max_length=8, choices=WhenNobody.choices, default=WhenNobody.HOLD
    )
    fallback = models.ForeignKey(
        Rep, verbose_name=_("fallback person"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    way = models.CharField(
        _("how it shares"),
        max_length=12,
        choices=Strategy.choices,
        default=Strategy.SMOOTH,
        help_text=_(
            "By free capacity or open leads, of weights only 0 counts, and among equals who waited longest is next. "
            "Free is the capacity less all open leads; above it, people are passed over, but not exactly at it."
        ),
    )
    value_of = models.CharField(
        _("value of a lead"),
        max_length=8,
        choices=ValueOf.choices,
        default=ValueOf.SCORE,
        help_text=_("Counts only where value is shared. A lead without one counts as the least."),
    )
    spread_limit = models.PositiveIntegerField(
        _("leads ahead at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("Where value is shared, for each unit of weight. No lead waits because of it. Empty: no limit."),
    )
    order = models.CharField(_("order"), max_length=12, choices=Order.choices, default=Order.NAME)
    shuffle_days = models.PositiveSmallIntegerField(
        _("shuffle every (days)"), default=30, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    shuffled_on = models.DateField(_("shuffled on"), null=True, blank=True, editable=False)
    skips_on_leave = models.BooleanField(_("pass over people on leave"), default=True)
    skips_all_day_meeting = models.BooleanField(_("pass over people in all-day meetings"), default=True)
    skips_switched_off = models.BooleanField(_("pass over people who paused"), default=True)
    skips_over_capacity = models.BooleanField(_("pass over people above their capacity"), default=False)
    skips_not_seen = models.BooleanField(
        _("pass over people not signed in for 24 h"),
        default=False,
        help_text=_("Days off do not count."),
    )
    skips_outside_hours = models.BooleanField(_("pass over people outside their working hours"), default=False)
    skill = models.CharField(
        _("skill that a lead asks for"),
        max_length=12,
        choices=Skill.choices,
        default=Skill.NONE,
        blank=True,
        help_text=_("Reps without this skill are passed over. A lead without a value here asks for no skill."),
    )
    skipped_means = models.CharField(
        _("a skipped turn is"), max_length=8, choices=SkippedMeans.choices, default=SkippedMeans.FORGONE
    )
    owed_limit = models.PositiveSmallIntegerField(
        _("owed at most"), default=5, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    owed_a_day = models.PositiveSmallIntegerField(
        _("made up a day"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    made_up_percent = models.PositiveSmallIntegerField(
        _("made up, in percent"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of what was skipped, where it is owed or made up: 50 is half. The others keep the rest."),
    )
    cap_hour = models.PositiveIntegerField(_("at most in 60 minutes"), **CAP)
    cap_day = models.PositiveIntegerField(_("at most a day"), **CAP)
    cap_week = models.PositiveIntegerField(_("at most a week"), **CAP)
    cap_month = models.PositiveIntegerField(_("at most a month"), **CAP)
    cap_zone = models.CharField(
        _("days of caps are counted in"),
        max_length=8,
        choices=CapZone.choices,
        default=CapZone.ROTATION,
        help_text=_(
            "Days, weeks and months end at midnight there. A member without a time zone has that of the team. Who "
            "changes time zone in the middle of a day gets no second day's leads."
        ),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=48,
        default="Asia/Jakarta",
        help_text=_("Days, weeks and months are counted in this time zone; those of caps where you choose below."),
    )
    resets = models.CharField(_("resets"), max_length=8, choices=Resets.choices, default=Resets.NEVER)
    reset_on = models.DateField(_("reset on"), null=True, blank=True, editable=False)
    counts_by_hand = models.BooleanField(
        _("leads given by hand count as turns"),
        default=False,
        help_text=_("Leads that a manager reassigns or takes over."),
    )
    counts_owner_match = models.BooleanField(_("leads of own accounts count as turns"), default=False)
    joins_level = models.BooleanField(
        _("newcomers catch up with the others"),
        default=False,
        help_text=_("Otherwise they start at the end of the list."),
    )
    in_block = models.PositiveIntegerField(_("in block"), default=0, editable=False)
    virtual = models.BigIntegerField(_("virtual"), default=0, editable=False)
    rest = models.BigIntegerField(_("rest"), default=0, editable=False)
    needs = models.JSONField(_("needs"), default=dict, editable=False)
    pointer = models.PositiveIntegerField(_("position served last"), null=True, blank=True, editable=False)
    turns_taken = models.PositiveIntegerField(_("turns taken"), default=0, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    history = HistoricalRecords(
        excluded_fields=["pointer", "turns_taken", "in_block", "virtual", "rest", "needs", "shuffled_on", "reset_on"]
    )

    class Meta:
        verbose_name = _("rotation")
        verbose_name_plural = _("rotations")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(when_nobody="fallback") | models.Q(fallback__isnull=False),
                name="routing_fallback_names_a_person",
                violation_error_message=_(
                    "Choose the fallback person, or something else for when nobody is available."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name
