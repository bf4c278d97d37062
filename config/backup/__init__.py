"""Backups of an installation in one file, and their way back (J6, docs/decisions/72)."""
