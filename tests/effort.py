"""How many examples of something random are tried."""

from hypothesis import settings


def examples(count: int) -> int:
    """So many in a plain run. Profiles (tests/conftest.py) change it: `--hypothesis-profile=long` tries a hundred times
    as many, and `again`, on the second database of a whole run, a quarter."""
    return max(count * settings.default.max_examples // 100, 1)
