"""Replace time off that comes from holidays and calendars (I2)."""

from collections.abc import Sequence

from routing.models import TimeOff


def replace_time_off(surplus: Sequence[int], missing: Sequence[TimeOff]) -> None:
    """Writes no history, because nobody changed a setting."""
    gone = TimeOff.objects.filter(pk__in=list(surplus))
    gone._raw_delete(gone.db)
    TimeOff.objects.bulk_create(missing, ignore_conflicts=True)
