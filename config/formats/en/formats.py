"""English as in London, not in New York: the week of every calendar starts on Monday (J1)."""

FIRST_DAY_OF_WEEK = 1
