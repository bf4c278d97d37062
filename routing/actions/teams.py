"""What managers decide about their teams."""

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from routing.models import Team


@transaction.atomic
def set_handing_over(team: Team, *, is_on: bool, by: User) -> Team:
    """Whether reps of this team hand leads to colleagues themselves (M7); the change log says who set it."""
    locked = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if locked.reps_hand_over != is_on:
        locked.reps_hand_over = is_on
        set_history_author(locked, by)
        locked.save(update_fields=["reps_hand_over"])
    return locked
