"""The frame of the admin for all apps; Django's discovery finds the pages of the machine room here."""

from config.admin import records as records
