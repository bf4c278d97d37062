"""Live updates: an action announces what changed, and every open page that shows it asks for it again.

The way of a message:
1. An action calls announce() or one of its siblings inside its transaction (announcing.py).
2. The commit sends the messages: NOTIFY on PostgreSQL, a row with a growing version on SQLite.
3. The watcher of each web process reads them (watcher.py) and publishes them to its hub (hub.py).
4. The hub gives each open stream the messages that its person may follow (C9).
5. GET /events writes them as server-sent events (stream.py); the shared worker of the browser reads them
   (static/js), and pages ask for the parts that show these topics.

messages.py says what a message looks like; stream.py says what a stream sends.
"""

from config.live.announcing import CHANNEL, announce, announce_removed, announce_restored, announce_rights

__all__ = ["CHANNEL", "announce", "announce_removed", "announce_restored", "announce_rights"]
