"""Live updates: actions announce a topic, every open page that shows it asks again."""

from config.live.announcing import announce, announce_done

__all__ = ["announce", "announce_done"]
