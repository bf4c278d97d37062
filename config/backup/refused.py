"""Why there is no backup, or why it was not restored."""


class BackupRefused(Exception):
    """Its text is for operators: what is wrong, what happened to what was there, and what to do."""
