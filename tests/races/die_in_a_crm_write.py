"""One process that writes to a CRM and kills itself when the CRM has taken it, before that is recorded."""

import os
import signal
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils.dateparse import parse_datetime  # noqa: E402

from queues.actions.crm.writing import write_wishes  # noqa: E402
from tests.crm.memory_crm import MemoryClient, MemoryCrm  # noqa: E402
from tests.crm.outbound import CLIENTS  # noqa: E402

moment, address, record_id, written = sys.argv[1:]
at = parse_datetime(moment)
crm = MemoryCrm(now=at)
crm.add(record_id, owner="u-api")
MemoryClient.accounts[address] = crm
settings.CRM_CLIENTS = CLIENTS


def write(_client, found_id, *, owner, status, fields):
    Path(written).write_text(f"{found_id} {owner} {status}")
    os.kill(os.getpid(), signal.SIGKILL)


MemoryClient.write = write
write_wishes(clock=lambda: at)
