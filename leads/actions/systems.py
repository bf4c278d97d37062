"""Name the systems that external ids come from (A3)."""

from leads.decisions.identity.systems import MAX_NAME_LENGTH, SUGGESTED
from leads.models import SourceSystem


def keep_system(key: str, name: str) -> SourceSystem:
    """The system with this key; the first one who names it gives it its name."""
    name = SUGGESTED.get(key) or " ".join(name.split())[:MAX_NAME_LENGTH] or key
    return SourceSystem.objects.get_or_create(key=key, defaults={"name": name})[0]
