"""What the worker does for routing, by the names of the actions it calls."""

from routing.actions.inviting import send_invitation

__all__ = ["send_invitation"]
