"""Queues: where leads wait, with their order, limits and clocks. Sales ops edit all of it."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.decisions.identity.account_match import DEFAULT_SIMILARITY, MIN_SIMILARITY
from queues.decisions.ordering import Bands
from queues.models.queue_clocks import CLOCK_CONSTRAINTS, QueueClocks
from queues.models.queue_limits import LIMIT_CONSTRAINTS, QueueLimits
from routing.models import Rotation, Team


class QueueQuerySet(models.QuerySet):
    def active(self) -> "QueueQuerySet":
        return self.filter(is_active=True)

    def visible_to(self, user: User, *, at: datetime) -> "QueueQuerySet":
        """Sales ops see all queues; others see those of their teams, of their teams' regions, those of everyone (B1),
        and those to which they are lent (D8)."""
        if user.has_perm("queues.operate_queue"):
            return self
        teams = Team.objects.filter(models.Q(reps__user=user) | models.Q(managers=user))
        regions = teams.exclude(region="").values("region")
        lent_to = Queue.objects.filter(
            loans__rep__user=user, loans__ended_at__isnull=True, loans__until__gt=at
        ).order_by()
        return self.filter(
            models.Q(team__in=teams.values("pk"))
            | models.Q(team__isnull=True, region__in=regions)
            | models.Q(team__isnull=True, region="")
            | models.Q(pk__in=lent_to.values("pk"))
        )

    def managed_by(self, user: User) -> "QueueQuerySet":
        """The queues a manager is responsible for (C7): those of the manager's teams and those of everyone."""
        if user.has_perm("queues.operate_queue"):
            return self
        if not user.has_perm("queues.watch_queue"):
            return self.none()
        teams = Team.objects.filter(managers=user)
        return self.filter(
            models.Q(team__in=teams.values("pk"))
            | models.Q(team__isnull=True, region__in=teams.exclude(region="").values("region"))
            | models.Q(team__isnull=True, region="")
        )


class Queue(QueueClocks, QueueLimits):
    """One queue of waiting leads. The default numbers are those of the requirements (D1, D2, E5, B6)."""

    class Dispatch(models.TextChoices):
        PULL = "pull", _("Take next")
        PUSH = "push", _("Rotation")
        HYBRID = "hybrid", _("Rotation first, then open")

    class Order(models.TextChoices):
        FIFO = "fifo", _("First in, first out")
        PRIORITY = "priority", _("Tier, score, deal size, then time")
        HYBRID = "hybrid", _("Hot first, then first in")

    class OnWaitBreach(models.TextChoices):
        ESCALATE = "escalate", _("Tell the manager")
        ASSIGN = "assign", _("Assign through the rotation")

    class OwnerMatch(models.TextChoices):
        OFF = "off", _("No: the account does not matter")
        DOMAIN = "domain", _("Yes: by the company's domain")
        NAME = "name", _("Yes: by the domain, else by a similar name")

    class OwnerAway(models.TextChoices):
        ROTATE = "rotate", _("The lead goes on as if there were no owner")
        DELEGATE = "delegate", _("The owner's stand-in gets it")
        WAIT = "wait", _("The lead waits for the owner")

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("on"), default=True)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="queues"
    )
    region = models.CharField(
        _("region"), max_length=80, blank=True, help_text=_("Without a team: everyone, or all teams of this region.")
    )
    dispatch = models.CharField(_("dispatch"), max_length=8, choices=Dispatch.choices, default=Dispatch.PULL)
    order = models.CharField(_("order"), max_length=8, choices=Order.choices, default=Order.HYBRID)
    rotation = models.ForeignKey(
        Rotation, verbose_name=_("rotation"), null=True, blank=True, on_delete=models.PROTECT, related_name="queues"
    )
    opens_after_minutes = models.PositiveIntegerField(
        _("opens after (minutes)"),
        default=10,
        help_text=_("Hybrid: a lead that has waited this long is open for Take next."),
    )
    owner_match = models.CharField(
        _("account owner first"),
        max_length=8,
        choices=OwnerMatch.choices,
        default=OwnerMatch.OFF,
        help_text=_("Whether a lead of a known account goes to the account's owner before anybody else."),
    )
    owner_alike = models.PositiveSmallIntegerField(
        _("similar names from"),
        default=DEFAULT_SIMILARITY,
        validators=[MinValueValidator(MIN_SIMILARITY), MaxValueValidator(100)],
        help_text=_(
            "In percent. Legal forms such as PT, Tbk, Inc or GmbH do not count; 100 accepts only the same name."
        ),
    )
    owner_away = models.CharField(
        _("when the owner is away"), max_length=8, choices=OwnerAway.choices, default=OwnerAway.ROTATE
    )
    hot_score = models.PositiveSmallIntegerField(
        _("hot above"), default=80, validators=[MaxValueValidator(100)], help_text=_("A score above this is hot.")
    )
    first_band_hours = models.PositiveSmallIntegerField(
        _("first band after (hours)"), default=24, validators=[MinValueValidator(1)]
    )
    first_band_percent = models.PositiveSmallIntegerField(
        _("first band (percent)"), default=25, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    second_band_hours = models.PositiveSmallIntegerField(_("second band after (hours)"), default=48)
    second_band_percent = models.PositiveSmallIntegerField(
        _("second band (percent)"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    escalate_after_hours = models.PositiveSmallIntegerField(_("to the manager after (hours)"), default=72)
    on_wait_breach = models.CharField(
        _("when the wait runs out"), max_length=8, choices=OnWaitBreach.choices, default=OnWaitBreach.ESCALATE
    )
    picks_within = models.PositiveSmallIntegerField(
        _("pick within the first"), default=0, help_text=_("0: Take next only.")
    )
    batch_size = models.PositiveSmallIntegerField(
        _("batch"), default=5, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    uncontacted_limit = models.PositiveSmallIntegerField(
        _("uncontacted leads at most"),
        default=0,
        help_text=_(
            "A rep who has this many leads of the queue without first contact gets no more from it. 0: no limit."
        ),
    )
    is_blind = models.BooleanField(
        _("blind"),
        default=False,
        help_text=_(
            "Reps see how many leads wait, but not which ones, and can only use Take next. Giving a lead back before "
            "first contact is a skip: it needs a reason, and managers see how often it happens."
        ),
    )
    is_reserving = models.BooleanField(
        _("opening a lead reserves it"),
        default=False,
        help_text=_("A rep who opens a lead in the list reserves it for 60 seconds; others see who is looking."),
    )
    depth_yellow = models.PositiveIntegerField(_("yellow above"), default=50)
    depth_red = models.PositiveIntegerField(_("red above"), default=100)
    depth_critical = models.PositiveIntegerField(_("critical above"), default=200)
    nurture_after_days = models.PositiveSmallIntegerField(_("to nurture after (days)"), default=7)

    history = HistoricalRecords(excluded_fields=["clocks_changed_at"])
    objects = QueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        ordering = ["position", "name", "pk"]
        permissions = [
            ("claim_entry", _("Can take leads from queues")),
            ("watch_queue", _("Can watch queues and decide escalations")),
            ("operate_queue", _("Can run intake, rules and the review desk")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(dispatch="pull") | models.Q(rotation__isnull=False),
                name="queues_push_names_a_rotation",
                violation_error_message=_("A queue that pushes needs a rotation."),
            ),
            models.CheckConstraint(
                condition=~models.Q(dispatch="pull", owner_away="wait") | models.Q(owner_match="off"),
                name="queues_only_pushed_leads_wait_for_an_owner",
                violation_error_message=_("Where reps take leads themselves, no lead waits for its owner."),
            ),
            models.CheckConstraint(
                condition=models.Q(second_band_hours__gt=models.F("first_band_hours"))
                & models.Q(escalate_after_hours__gt=models.F("second_band_hours")),
                name="queues_bands_in_order",
                violation_error_message=_("The bands must follow each other: first, second, then the manager."),
            ),
            models.CheckConstraint(
                condition=models.Q(second_band_percent__lte=models.F("first_band_percent")),
                name="queues_second_band_inside_the_first",
                violation_error_message=_("The second band cannot be wider than the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_blind=False) | models.Q(picks_within=0),
                name="queues_nobody_picks_blindly",
                violation_error_message=_("A blind queue gives leads by Take next only. Set picking to 0."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_reserving=False) | models.Q(picks_within__gt=0),
                name="queues_looking_closer_needs_picking",
                violation_error_message=_("Reps can open leads only where they may pick. Set picking above 0."),
            ),
            models.CheckConstraint(
                condition=models.Q(depth_red__gte=models.F("depth_yellow"))
                & models.Q(depth_critical__gte=models.F("depth_red")),
                name="queues_depth_levels_in_order",
                violation_error_message=_("Yellow, red and critical must rise."),
            ),
            *CLOCK_CONSTRAINTS,
            *LIMIT_CONSTRAINTS,
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def bands(self) -> Bands:
        return Bands(
            first_after=timedelta(hours=self.first_band_hours),
            first_percent=self.first_band_percent,
            second_after=timedelta(hours=self.second_band_hours),
            second_percent=self.second_band_percent,
        )

    @property
    def topic(self) -> str:
        return f"queue-{self.pk}"

    @property
    def asks_owner(self) -> bool:
        return self.owner_match != self.OwnerMatch.OFF

    @property
    def owner_names_alike(self) -> int | None:
        """How similar names must be to find the account owner, in percent; None where names do not count (G1)."""
        return self.owner_alike if self.owner_match == self.OwnerMatch.NAME else None

    @property
    def is_pull(self) -> bool:
        return self.dispatch == self.Dispatch.PULL

    @property
    def is_push(self) -> bool:
        return self.dispatch != self.Dispatch.PULL
