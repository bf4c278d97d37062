"""Dynamics 365 Sales: leads by the Dataverse Web API (I4)."""

from config.reach.crm.dynamics.client import DynamicsClient

__all__ = ["DynamicsClient"]
