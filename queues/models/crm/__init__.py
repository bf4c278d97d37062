"""Connections to CRMs: what is connected, who is who there, which lead is which record (I4)."""

from queues.models.crm.connection import Connection
from queues.models.crm.left import CrmLeft
from queues.models.crm.link import LONGEST_STATUS, CrmLink
from queues.models.crm.log import CrmLog
from queues.models.crm.person import RemotePerson

__all__ = ["LONGEST_STATUS", "Connection", "CrmLeft", "CrmLink", "CrmLog", "RemotePerson"]
