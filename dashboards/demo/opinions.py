"""What the demo's reps said in the months before: first that leads are shared unfairly, then better each month (H3)."""

from datetime import date, datetime

from routing.decisions.survey import months_back
from routing.models import Rep, SurveyGroup
from routing.queries.survey import current_month

# of ten answers from 1 to 5, and how many of ten understood it, the oldest month first
STORY: tuple[tuple[tuple[int, int, int, int, int], int], ...] = (
    ((1, 2, 4, 2, 1), 6),
    ((0, 2, 4, 3, 1), 7),
    ((0, 1, 3, 4, 2), 8),
    ((0, 1, 1, 5, 3), 9),
    ((0, 0, 2, 5, 3), 9),
)


def tell_opinions(*, at: datetime) -> None:
    """One group for all, because the teams of the demo are small."""
    asked = Rep.objects.count()
    months = months_back(current_month(at), len(STORY) + 1)[:-1]
    SurveyGroup.objects.bulk_create(
        [_group(month, asked, answers, clear) for month, (answers, clear) in zip(months, STORY, strict=True)]
    )


def _group(month: date, asked: int, answers: tuple[int, ...], clear: int) -> SurveyGroup:
    most = min(asked, sum(answers))
    kept: list[int] = []
    for count in reversed(answers):  # where there are fewer reps than ten, the worst answers are left out
        kept.insert(0, min(count, most - sum(kept)))
    counts = {f"fair_{score}": count for score, count in enumerate(kept, start=1)}
    clear = min(clear, sum(kept))
    return SurveyGroup(month=month, is_others=True, asked=asked, clear=clear, unclear=sum(kept) - clear, **counts)
