"""Live updates: actions announce a topic, every open page that shows it asks again; what left a place is named."""

from config.live.announcing import announce, announce_back, announce_done, announce_gone

__all__ = ["announce", "announce_back", "announce_done", "announce_gone"]
