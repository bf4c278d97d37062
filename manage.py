#!/usr/bin/env python
"""Django's command line for Alur."""

import os
import sys
from importlib import import_module

# They only watch other processes, so they run without Django: a third of the memory, and pages are up sooner.
WITHOUT_DJANGO = {"serve": "config.worker.serve", "supervise": "config.worker.supervise"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if watcher := WITHOUT_DJANGO.get("".join(sys.argv[1:2])):
        sys.exit(import_module(watcher).main(sys.argv[2:]))
    import_module("django.core.management").execute_from_command_line(sys.argv)
