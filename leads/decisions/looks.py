"""How long somebody looks at a lead after opening its page, and how exactly that is noted (D6)."""

from datetime import timedelta

LOOKS_FOR = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=5)
