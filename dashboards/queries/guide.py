"""Which steps of the guide are done, from what is there (M1)."""

from functools import reduce
from operator import or_

from django.contrib.auth.models import User
from django.db.models import BooleanField, Exists, ExpressionWrapper, Q, QuerySet

from config.company import company
from config.models import Company
from dashboards.decisions.guide import STEPS, Progress, Step, progress_of
from leads.models import ApiKey, Upload, WebForm
from queues.models import EntryRule, ProbeRun, Queue
from routing.models import Rep
from routing.roles import MANAGERS


def guide_progress(user: User) -> Progress:
    """One statement."""
    row = User.objects.filter(pk=user.pk).values_list(*_signs().values()).get()
    return progress_of([step for step, is_done in zip(STEPS, row, strict=True) if is_done])


def is_guide_open(user: User) -> bool:
    """For who may do all its steps, until somebody does not want to see it again. No statement."""
    return company().guide_closed_at is None and user.has_perm("queues.operate_queue")


def queues_with_reps() -> QuerySet[Queue]:
    """Active queues whose leads can reach a rep: one of its team, or of its rotation."""
    reps = Rep.objects.filter(user__is_active=True)
    taken = Q(dispatch__in=[Queue.Dispatch.PULL, Queue.Dispatch.HYBRID])
    in_rotation = Q(rotation__members__left_at=None, rotation__members__rep__in=reps)
    return Queue.objects.active().filter(
        in_rotation | taken & Q(team__reps__in=reps) | taken & Q(Exists(reps), team__isnull=True)
    )


def managers() -> QuerySet[User]:
    return User.objects.filter(is_active=True, groups__name=MANAGERS)


def _signs() -> dict[Step, Exists | ExpressionWrapper]:
    """By step, in their order, what is true once it is done."""
    doors = (
        WebForm.objects.filter(is_active=True),
        ApiKey.objects.filter(revoked_at=None),
        Upload.objects.filter(state=Upload.State.DONE),
    )
    return {
        Step.COMPANY: Exists(Company.objects.exclude(name="")),
        Step.PEOPLE: Exists(managers()),
        Step.TEAM: Exists(queues_with_reps()),
        Step.RULES: Exists(EntryRule.objects.filter(is_active=True, queue__is_active=True)),
        Step.DOOR: ExpressionWrapper(reduce(or_, (Q(Exists(door)) for door in doors)), output_field=BooleanField()),
        Step.TEST: Exists(ProbeRun.objects.filter(is_ok=True, by__isnull=False)),
    }
