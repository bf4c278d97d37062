"""Live updates: actions announce a topic, every open page that shows it asks again."""

from config.live.announcing import announce

__all__ = ["announce"]
