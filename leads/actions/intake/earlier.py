"""What a forecast knows of the rows before the ones that it looks at."""

from collections.abc import Collection, Sequence
from typing import Protocol

from leads.decisions.identity.matching import IdentityKey
from leads.decisions.identity.recognition import Person
from leads.models import Lead


class EarlierRows(Protocol):
    """What rows of the same file would have made before these: a forecast has stored none of it."""

    def fingerprints(self, wanted: Collection[str]) -> set[str]: ...

    def leads(self, keys: Sequence[IdentityKey]) -> dict[IdentityKey, Lead]:
        """The owners of these values, by identity: external ids of every system."""
        ...

    def aliases(self, keys: Sequence[IdentityKey]) -> list[tuple[IdentityKey, str, Lead]]:
        """As leads.queries.identities.aliases_by_value()."""
        ...

    def people(self, ids: Collection[int]) -> dict[int, Person]:
        """What earlier rows brought for these leads."""
        ...

    def current(self, ids: Collection[int]) -> dict[int, Lead]:
        """Those of these stored leads that an earlier row would have changed, as they would stand."""
        ...
