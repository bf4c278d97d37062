"""Read the systems that external ids come from (A3)."""

from leads.decisions.identity.systems import SUGGESTED, system_key
from leads.models import SourceSystem, Upload

MOST_SUGGESTED = 50
UPLOADS_LOOKED_AT = 30


def suggested_systems() -> list[str]:
    """Names to choose from: the usual ones, then those that were named here."""
    known = SourceSystem.objects.order_by("name", "pk").values_list("name", flat=True)[:MOST_SUGGESTED]
    return list(dict.fromkeys([*SUGGESTED.values(), *known]))


def key_of_system(name: str) -> str:
    """The key of the system with this name; for a new one the key that it will have."""
    name = " ".join(name.split())
    if not name:
        return ""
    known = SourceSystem.objects.filter(name__iexact=name).order_by("pk").values_list("key", flat=True).first()
    return known or system_key(name)


def named_ids(name: str) -> dict[str, object]:
    """Whose ids the external ids of a file are, as Upload.reading keeps it; empty for no name."""
    key = key_of_system(name)
    return {"ids_of": key, "ids_of_name": " ".join(name.split())} if key else {}


def system_of_last_file(upload: Upload) -> str:
    """What the ids of the last file with the same columns were said to be: the name."""
    rows = Upload.objects.exclude(pk=upload.pk).order_by("-created_at", "-pk")
    for shape, reading in rows.values_list("shape", "reading")[:UPLOADS_LOOKED_AT]:
        if reading.get("ids_of") and shape.get("header") == upload.shape["header"]:
            return str(reading.get("ids_of_name") or reading["ids_of"])
    return ""
