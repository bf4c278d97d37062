"""Tell people that background work stood still, and that their import has ended (I1)."""

from datetime import datetime, timedelta

from leads.models import Upload
from routing.actions.notifications import Message, notify, notify_each
from routing.models import Notification
from routing.queries.audience import leadership_ids, ops_ids

SILENCE = timedelta(minutes=5)
LATELY = timedelta(days=1)
ENDED = (Upload.State.DONE, Upload.State.FAILED)


def tell_standstill(last: datetime, *, at: datetime) -> None:
    """A worker that stands still can tell nobody, so the first run after it says how long it was."""
    if at - last <= SILENCE:
        return
    details = {"since": last.isoformat(), "minutes": int((at - last).total_seconds() // 60)}
    key = f"worker-silent-{last:%Y%m%d%H%M%S}"
    people = [*ops_ids(), *leadership_ids()]
    notify(people, kind=Notification.Kind.WORKER_SILENT, key=key, at=at, details=details)


def tell_ended_imports(*, at: datetime) -> int:
    """Once for each end, to who started it. By a task of its own, because imports know nothing of messages."""
    ended = Upload.objects.filter(state__in=ENDED, finished_at__gt=at - LATELY, created_by__is_active=True)
    wanted: dict[tuple[int, str], Upload] = {}
    for upload in ended.order_by("pk"):
        if upload.created_by_id is not None:
            wanted[upload.created_by_id, f"import-{upload.pk}-{upload.finished_at:%Y%m%d%H%M%S}"] = upload
    people, keys = {user for user, _key in wanted}, {key for _user, key in wanted}
    known = set(Notification.objects.filter(user__in=people, key__in=keys).values_list("user", "key"))
    new = [_ended(user, key, upload) for (user, key), upload in wanted.items() if (user, key) not in known]
    notify_each(new, at=at)
    return len(new)


def _ended(user_id: int, key: str, upload: Upload) -> Message:
    details = {"upload": upload.pk, "name": upload.name, "made": upload.made, "refused": upload.refused}
    details |= {"known": upload.merged + upload.unchanged, "is_whole": upload.state == Upload.State.DONE}
    return Message(user_id, Notification.Kind.IMPORT_DONE, key, details=details)
