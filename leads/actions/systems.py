"""Name the systems that external ids come from, and move ids when a program turns out to send another system's (A3)."""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django_q.tasks import async_task

from leads.decisions.identity.systems import MAX_NAME_LENGTH, SUGGESTED
from leads.models import ApiKey, Identity, SourceSystem

MOVED_AT_ONCE = 1_000  # identities of one transaction
MAX_TRIES = 3


def keep_system(key: str, name: str) -> SourceSystem:
    """The system with this key; the first one who names it gives it its name."""
    name = SUGGESTED.get(key) or " ".join(name.split())[:MAX_NAME_LENGTH] or key
    return SourceSystem.objects.get_or_create(key=key, defaults={"name": name})[0]


def follow_system(key: ApiKey, *, before: SourceSystem | None) -> None:
    """Sales ops say that this key sends the ids of another system. What it sent as a system of its own becomes that, in
    the background; ids of a system that others send too stay."""
    own = f"api-{key.prefix}"
    was = before.key if before is not None else own
    if was != own or key.own_system == own or ApiKey.objects.filter(system__key=own).exclude(pk=key.pk).exists():
        return
    transaction.on_commit(lambda: async_task("leads.tasks.move_ids", own, key.own_system))


def move_ids(old: str, new: str, *, pause: Callable[[], None] | None = None) -> int:
    """Returns how many moved. An id that another lead has in the new system stays in the old one. Safe to run twice."""
    taken = Identity.objects.filter(kind=OuterRef("kind"), value=OuterRef("value"), system=new)
    ours = Identity.objects.filter(~Exists(taken), kind=Identity.Kind.EXTERNAL_ID, system=old).order_by("pk")
    moved, after, tries = 0, 0, MAX_TRIES
    while found := list(ours.filter(pk__gt=after).values_list("pk", flat=True)[:MOVED_AT_ONCE]):
        try:
            with transaction.atomic():
                moved += Identity.objects.filter(pk__in=found, system=old).update(system=new)
        except IntegrityError:  # a capture with one of these ids came in at this very moment
            tries -= 1
            if tries:
                continue
        after, tries = found[-1], MAX_TRIES
        if pause is not None:
            pause()
    return moved
