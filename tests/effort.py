"""How many examples of something random are tried."""

from hypothesis import settings


def examples(count: int) -> int:
    """So many in a plain run. Profiles (tests/conftest.py) change it: `--hypothesis-profile=long` tries a hundred times
    as many; a whole run, of which there are many and each tries others, `half` of them, and `again` a quarter on its
    second database."""
    return max(count * settings.default.max_examples // 100, 1)
