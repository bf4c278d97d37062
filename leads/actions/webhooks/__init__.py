"""Webhooks: endpoints, and the messages that go to them (I3)."""
