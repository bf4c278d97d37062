"""Live updates: actions announce a topic, every open page that shows it asks again; what left a place is named."""

from config.live.announcing import CHANNEL, announce, announce_back, announce_gone

__all__ = ["CHANNEL", "announce", "announce_back", "announce_gone"]
