"""What a small HubSpot account has: properties, stages and the scopes of its app (I4). Names are the vendor's."""

STAMP = "2024-03-04T05:06:07Z"
STAMPS = {"contacts": ("createdate", "lastmodifieddate"), "leads": ("hs_createdate", "hs_lastmodifieddate")}
DEFAULTS = {
    "contacts": ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    "leads": ("hs_createdate", "hs_lastmodifieddate", "hs_lead_name", "hs_object_id"),
}
COPIED = {"hs_associated_contact_email": "email", "hs_associated_contact_firstname": "firstname"}
COPIED |= {"hs_associated_contact_lastname": "lastname", "hs_associated_company_name": "company"}
LEAD_STATUSES = ("NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "CONNECTED", "BAD_TIMING")
STAGES = {
    "lead-pipeline-id": ("New", ("new-stage-id", "attempting-stage-id", "connected-stage-id", "qualified-stage-id")),
    "721": ("Partners", ("9001", "9002")),
}
SCOPES = {
    "oauth",
    "crm.objects.owners.read",
    *(f"crm.objects.{kind}.{right}" for kind in ("contacts", "leads") for right in ("read", "write")),
}
SYSTEM = ("hs_object_id", "hs_merged_object_ids", "hs_updated_by_user_id")
TEXTS = {
    "contacts": ("email", "firstname", "lastname", "company", "jobtitle", "phone", "website", "country", "city"),
    "leads": ("hs_lead_name", *COPIED),
}
CHOICES = {
    "contacts": {"hs_lead_status": LEAD_STATUSES, "lifecyclestage": ("subscriber", "lead", "customer")},
    "leads": {"hs_lead_type": ("NEW_BUSINESS", "UPSELL")},
}


def properties_of(kind: str) -> dict[str, dict]:
    found = [prop(name) for name in TEXTS[kind]]
    found += [prop(name, "enumeration", options=options) for name, options in CHOICES[kind].items()]
    found += [prop(name, "datetime", is_writable=False) for name in STAMPS[kind]]
    found += [prop(name, hidden=True, is_writable=False) for name in SYSTEM]
    found += [prop("hubspot_owner_id", "enumeration", referencedObjectType="OWNER", externalOptions=True)]
    if kind == "contacts":
        found += [prop("numemployees", "number"), prop("hs_email_optout", "bool"), prop("birthday", "date")]
    else:
        found += [prop("hs_pipeline", "enumeration"), prop("hs_pipeline_stage", "enumeration")]
    return {each["name"]: each for each in found}


def prop(name: str, kind: str = "string", *, options: tuple[str, ...] = (), is_writable: bool = True, **more: object):
    return {
        "name": name,
        "label": name.removeprefix("hs_").replace("_", " ").capitalize(),
        "description": "",
        "groupName": "contactinformation",
        "type": kind,
        "fieldType": {"enumeration": "select", "datetime": "date", "bool": "booleancheckbox"}.get(kind, "text"),
        "options": [option(value, place) for place, value in enumerate(options)],
        "hidden": False,
        "archived": False,
        "modificationMetadata": {"readOnlyValue": not is_writable, "readOnlyDefinition": True, "archivable": False},
        **more,
    }


def option(value: str, place: int) -> dict:
    return {"value": value, "label": value.replace("_", " ").capitalize(), "displayOrder": place, "hidden": False}


def pipelines() -> list[dict]:
    return [
        {
            "id": name,
            "label": label,
            "displayOrder": place,
            "archived": False,
            "createdAt": STAMP,
            "updatedAt": STAMP,
            "stages": [stage(each, order) for order, each in enumerate(stages)],
        }
        for place, (name, (label, stages)) in enumerate(STAGES.items())
    ]


def stage(name: str, place: int) -> dict:
    return {
        "id": name,
        "label": name.removesuffix("-stage-id").capitalize(),
        "displayOrder": place,
        "archived": False,
        "createdAt": STAMP,
        "updatedAt": STAMP,
        "metadata": {"isClosed": str(name.startswith("qualified")).lower()},
        "writePermissions": "INTERNAL_ONLY" if name.startswith("qualified") else "CRM_PERMISSIONS_ENFORCEMENT",
    }
