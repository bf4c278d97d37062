"""What sales ops do: the review desk, parked leads, merges, and edits of everything while it runs."""

from contextlib import suppress
from datetime import timedelta

from leads.actions.merging import MergeRefused, SplitRefused
from leads.models import Merge, Source
from queues.actions.claims.undo import QueueIsGone
from queues.actions.clocks.cleanup import StepCannotBeUndone, undo_step
from queues.actions.contact_steps import set_contact_steps
from queues.actions.entries.moving import move_waiting
from queues.actions.entries.placement import QueueIsOff
from queues.actions.intake.source_pauses import QueueIsClear, pause_source
from queues.actions.intake.state import keep_open
from queues.actions.queue_settings import QueueIsInUse, apply_queue_settings, check_can_close
from queues.actions.review.decisions import (
    DecisionCannotBeUndone,
    NoLookalike,
    approve,
    keep_both,
    nurture,
    reapply_rules,
    reject,
    undo_decision,
)
from queues.actions.review.merging import merge_on_desk, undo_merge
from queues.models import EntryRule, Queue, ReviewItem, StaleStep
from routing.actions.availability.company_holidays import For, add_company_holidays
from routing.actions.availability.holidays import sync_in_background
from routing.decisions.availability.holiday_lines import HolidayLine
from tests.journeys.lives.sixty_days.company import WEEKS, Company
from tests.journeys.lives.sixty_days.working_time import JAKARTA

DAY = timedelta(days=1)


class Operations:
    def __init__(self, company: Company) -> None:
        self.company = company

    def decide(self) -> None:
        """Some of what lies on the desk, parked or not; some of it is undone at once, or days later."""
        company, at = self.company, self.company.at
        items = list(ReviewItem.objects.filter(closed_at__isnull=True).select_related("lead__resembles").order_by("pk"))
        for item in items:
            if not company.chance(0.5 if item.parked_for_id else 2):
                continue
            with suppress(NoLookalike, QueueIsOff, MergeRefused):
                self._decide(item)
                if company.chance(2):
                    with suppress(DecisionCannotBeUndone):
                        undo_decision(item, by=company.ops, at=at)
        merges = list(Merge.objects.filter(undone_at__isnull=True).order_by("pk"))
        if merges and company.chance(2):
            with suppress(SplitRefused):
                undo_merge(company.dice.choice(merges), by=company.ops, at=at)
        if company.chance(2):
            self._undo_stale()

    def _decide(self, item: ReviewItem) -> None:
        company, by, at = self.company, self.company.ops, self.company.at
        way = company.dice.randrange(6)
        if item.lead.resembles is not None and way < 3:
            keeps = company.chance(5)
            merge_on_desk(item, other=item.lead.resembles, keeps_other=keeps, picks={}, by=by, at=at)
        elif way == 0:
            keep_both(item, by=by, at=at)
        elif way == 1:
            nurture(item, by=by, at=at)
        elif way == 2:
            reject(item, by=by, at=at)
        elif way == 3:
            reapply_rules(item, by=by, at=at)
        else:
            queue = item.parked_for or company.dice.choice(list(Queue.objects.active().order_by("pk")))
            approve(item, queue=queue, by=by, at=at)

    def _undo_stale(self) -> None:
        step = StaleStep.objects.filter(undone_at__isnull=True).order_by("-pk").first()
        if step is not None:
            with suppress(StepCannotBeUndone, QueueIsGone):
                undo_step(step, by=self.company.ops, at=self.company.at)

    def help_a_full_queue(self) -> None:
        company, at = self.company, self.company.at
        queue = company.dice.choice(list(Queue.objects.active().order_by("pk")))
        if company.chance(3):
            with suppress(QueueIsClear):
                source = company.dice.choice(list(Source.objects.order_by("pk")))
                pause_source(source, queue, by=company.ops, at=at)
        elif company.chance(3):
            keep_open(queue, until=at + timedelta(hours=30), by=company.ops, at=at)

    # edits

    def edit_a_queue(self) -> None:
        dice = self.company.dice
        name = dice.choice(("hot", "pushed", "hybrid", "blind", "cold"))
        change = dice.choice(
            [
                *({"contact_minutes": minutes} for minutes in (45, 120, 300)),
                *({"wait_minutes": minutes} for minutes in (90, 700, 3000)),
                *({"depth_limit": limit, "depth_lift": limit // 2} for limit in (3, 6, 12)),
                *({"contact_counts": counts} for counts in ("wall", "team", "holder")),
                {"order": dice.choice(("fifo", "priority", "hybrid"))},
                {"uncontacted_limit": dice.choice((0, 3))},
                {"stale_is_on": dice.choice((True, True, False))},
                {"remind_percent": dice.choice((0, 50))},
            ]
        )
        self.change(name, **change)

    def change(self, name: str, **fields: object) -> None:
        company, at = self.company, self.company.at
        company.expected.observe()
        queue = company.queue(name)
        for field, value in fields.items():
            setattr(queue, field, value)
        with company.committed():
            queue.save(update_fields=list(fields))
            apply_queue_settings(queue, changed=set(fields), by=company.ops, at=at)
        moves = {"contact_minutes", "wait_minutes", "remind_percent", "contact_counts", "wait_counts"}
        if moves & fields.keys():
            company.expected.queue_changed(queue, at)

    def edit_steps(self) -> None:
        company = self.company
        company.expected.observe()
        queue = company.queue(company.dice.choice(("hot", "pushed", "blind")))
        lines = company.dice.choice(
            [
                [],
                [("remind", None), ("give_to_another", 60)],
                [("remind", None), ("remind", 40), ("tell_manager", None), ("give_to_another", 120)],
            ]
        )
        with company.committed():
            is_changed = set_contact_steps(queue, lines, by=company.ops, at=company.at)
        if is_changed:
            company.expected.queue_changed(queue, company.at)

    def edit_hours(self) -> None:
        company = self.company
        team = company.team(company.dice.randrange(2))
        team.working_hours = company.dice.choice(WEEKS)
        with company.committed():
            team.save()
            sync_in_background({"teams": [team.pk]}, name=team.name, by=company.ops, at=company.at, why="hours")
        company.hours_changed(team)

    def declare_holiday(self) -> None:
        company = self.company
        on = (company.at.astimezone(JAKARTA) + company.dice.choice((DAY, 2 * DAY, 5 * DAY))).date()
        team = company.team(company.dice.randrange(2))
        lines = [HolidayLine(on, on, f"Day {company.day}")]
        with company.committed():
            concerned = For(is_for="teams", teams=frozenset({team.pk}))
            add_company_holidays(lines, concerned=concerned, kind="off", is_yearly=False, by=company.ops, at=company.at)
        company.days_off[team.pk].add(on)
        company.hours_changed(team)

    def close_a_queue(self) -> None:
        """Refused while leads wait in it; then its rule is off, its leads go elsewhere, and it is off."""
        company, at = self.company, self.company.at
        queue = company.queue("blind")
        if not queue.is_active:
            return
        with suppress(QueueIsInUse):
            check_can_close(queue)
            raise AssertionError("a rule still leads there")
        EntryRule.objects.filter(queue=queue).update(is_active=False)
        with company.committed():
            move_waiting(queue, to=company.queue("cold"), by=company.ops, at=at)
        check_can_close(queue)
        self.change("blind", is_active=False)

    def open_it_again(self) -> None:
        if not self.company.queue("blind").is_active:
            self.change("blind", is_active=True)
            EntryRule.objects.filter(queue__slug="blind").update(is_active=True)
