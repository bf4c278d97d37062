"""Half a year of leads with believable patterns: 20 queues, 200 reps, 8 sources; the same ones for the same seed.

cast.py makes who and what there is, lives.py decides what happens to each lead, writing.py writes the rows.
"""

from tests.benchmarks.history.cast import Cast, make_cast
from tests.benchmarks.history.lives import DAYS, Life, lives
from tests.benchmarks.history.writing import Copies, Inserts, write_history

__all__ = ["DAYS", "Cast", "Copies", "Inserts", "Life", "lives", "make_cast", "write_history"]
