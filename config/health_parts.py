"""What apps add to the answer of /healthz; each registers its part in AppConfig.ready()."""

from collections.abc import Callable, Mapping
from datetime import datetime

Part = Callable[[datetime], Mapping[str, object]]
_parts: dict[str, Part] = {}


def register_health_part(name: str, part: Part) -> None:
    """`part` says at a moment how something is, in words and numbers for programs, and nothing of anybody. Registering
    twice has no effect."""
    _parts[name] = part


def health_parts(at: datetime) -> dict[str, Mapping[str, object]]:
    return {name: part(at) for name, part in sorted(_parts.items())}
