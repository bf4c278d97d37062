"""What the admin of all apps shares; Django's autodiscovery finds the system's own pages here."""

from config.admin import records as records
