"""What a Dataverse environment is like: the EDMX of the shared contracts with the columns it lacks, and the metadata
of leads, written after the vendor's pages on table definitions (I4)."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping

from tests.crm.contracts import contract_path

CONTRACT = "dataverse-lead.edmx.xml"
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
NAMESPACE = "Microsoft.Dynamics.CRM"
MORE_COLUMNS = {
    "lead": {
        "jobtitle": "Edm.String",
        "telephone1": "Edm.String",
        "mobilephone": "Edm.String",
        "websiteurl": "Edm.String",
        "address1_country": "Edm.String",
        "address1_city": "Edm.String",
        "description": "Edm.String",
        "leadsourcecode": "Edm.Int32",
        "numberofemployees": "Edm.Int32",
        "revenue": "Edm.Decimal",
        "donotemail": "Edm.Boolean",
        "estimatedclosedate": "Edm.Date",
        "merged": "Edm.Boolean",
        "_masterid_value": "Edm.Guid",
        "_qualifyingopportunityid_value": "Edm.Guid",
        "_parentcontactid_value": "Edm.Guid",
        "_parentaccountid_value": "Edm.Guid",
        "_modifiedby_value": "Edm.Guid",
    },
    "systemuser": {"applicationid": "Edm.Guid"},
    "team": {"teamid": "Edm.Guid", "name": "Edm.String", "teamtype": "Edm.Int32"},
    "organization": {"organizationid": "Edm.Guid", "name": "Edm.String"},
    "audit": {
        "auditid": "Edm.Guid",
        "operation": "Edm.Int32",
        "objecttypecode": "Edm.String",
        "createdon": "Edm.DateTimeOffset",
        "_objectid_value": "Edm.Guid",
        "_userid_value": "Edm.Guid",
    },
}
SETS = {"leads": "lead", "systemusers": "systemuser", "teams": "team", "organizations": "organization"}
SETS |= {"audits": "audit"}
KEYS = {name: f"{table}id" for name, table in SETS.items()}

STATES = {0: "Open", 1: "Qualified", 2: "Disqualified"}
STATUSES = {1: (0, "New"), 2: (0, "Contacted"), 3: (1, "Qualified"), 4: (2, "Lost"), 5: (2, "Cannot Contact"),
            6: (2, "No Longer Interested"), 7: (2, "Canceled")}  # fmt: skip
SOURCES = {1: "Advertisement", 8: "Web", 9: "Word of Mouth"}
# name: (type, label)
ATTRIBUTES = {
    "leadid": ("Uniqueidentifier", "Lead"),
    "firstname": ("String", "First Name"),
    "lastname": ("String", "Last Name"),
    "companyname": ("String", "Company Name"),
    "jobtitle": ("String", "Job Title"),
    "emailaddress1": ("String", "Email"),
    "telephone1": ("String", "Business Phone"),
    "mobilephone": ("String", "Mobile Phone"),
    "websiteurl": ("String", "Website"),
    "address1_country": ("String", "Country/Region"),
    "address1_city": ("String", "City"),
    "description": ("Memo", "Description"),
    "leadsourcecode": ("Picklist", "Lead Source"),
    "leadsourcecodename": ("Virtual", ""),
    "numberofemployees": ("Integer", "No. of Employees"),
    "revenue": ("Money", "Annual Revenue"),
    "donotemail": ("Boolean", "Do not allow Emails"),
    "estimatedclosedate": ("DateTime", "Est. Close Date"),
    "createdon": ("DateTime", "Created On"),
    "statecode": ("State", "Status"),
    "statuscode": ("Status", "Status Reason"),
    "ownerid": ("Owner", "Owner"),
    "owneridname": ("String", ""),
    "parentaccountid": ("Lookup", "Parent Account for lead"),
}
DAYS_ONLY = {"estimatedclosedate"}
REPEATS = {"leadsourcecodename": "leadsourcecode", "owneridname": "ownerid"}


def contract() -> bytes:
    """Where it is missing, CI fails and others see a skip."""
    return _with_more(contract_path(CONTRACT).read_bytes())


def column_types(edmx: bytes) -> dict[str, dict[str, str]]:
    """{set: {column: type}}"""
    types = {each.get("Name"): each for each in ET.fromstring(edmx).iter(f"{EDM}EntityType")}
    return {
        name: {column.get("Name", ""): column.get("Type", "") for column in types[table].iter(f"{EDM}Property")}
        for name, table in SETS.items()
    }


def _with_more(edmx: bytes) -> bytes:
    root = ET.fromstring(edmx)
    schema = next(root.iter(f"{EDM}Schema"))
    container = next(schema.iter(f"{EDM}EntityContainer"))
    there = {each.get("Name"): each for each in schema.iter(f"{EDM}EntityType")}
    sets = {each.get("Name") for each in container.iter(f"{EDM}EntitySet")}
    for place, (name, table) in enumerate(SETS.items()):
        entity = there.get(table)
        if entity is None:
            entity = ET.Element(f"{EDM}EntityType", Name=table)
            key = ET.SubElement(entity, f"{EDM}Key")
            ET.SubElement(key, f"{EDM}PropertyRef", Name=KEYS[name])
            schema.insert(place, entity)
        known = {each.get("Name") for each in entity.iter(f"{EDM}Property")}
        for column, kind in MORE_COLUMNS.get(table, {}).items():
            if column not in known:
                ET.SubElement(entity, f"{EDM}Property", Name=column, Type=kind)
        if name not in sets:
            ET.SubElement(container, f"{EDM}EntitySet", Name=name, EntityType=f"{NAMESPACE}.{table}")
    return ET.tostring(root)


def metadata(path: str, hidden: set[str], statuses: Mapping[int, tuple[int, str]]) -> object | None:
    """The answer to a question about the definition of leads; None for what is not known here."""
    attributes = "EntityDefinitions(LogicalName='lead')/Attributes"
    shown = {name: found for name, found in ATTRIBUTES.items() if name not in hidden}
    if path == attributes:
        return {"value": [_attribute(name, *found) for name, found in shown.items()]}
    if path == f"{attributes}/{NAMESPACE}.PicklistAttributeMetadata":
        options = [_option(value, words) for value, words in SOURCES.items()]
        choice = {"LogicalName": "leadsourcecode", "OptionSet": {"Options": options}, "GlobalOptionSet": None}
        return {"value": [choice] if "leadsourcecode" in shown else []}
    if path == f"{attributes}/{NAMESPACE}.DateTimeAttributeMetadata":
        days = [name for name, (kind, _label) in shown.items() if kind == "DateTime"]
        return {
            "value": [
                {"LogicalName": name, "Format": "DateOnly" if name in DAYS_ONLY else "DateAndTime"} for name in days
            ]
        }
    if path == f"{attributes}(LogicalName='statuscode')/{NAMESPACE}.StatusAttributeMetadata":
        options = [_option(value, words, State=state) for value, (state, words) in statuses.items()]
        return {"LogicalName": "statuscode", "OptionSet": {"Options": options}}
    if path == f"{attributes}(LogicalName='statecode')/{NAMESPACE}.StateAttributeMetadata":
        options = [_option(value, words, InvariantName=words) for value, words in STATES.items()]
        return {"LogicalName": "statecode", "OptionSet": {"Options": options}}
    return None


def _attribute(name: str, kind: str, label: str) -> dict[str, object]:
    return {
        "@odata.type": f"#{NAMESPACE}.{kind}AttributeMetadata",
        "LogicalName": name,
        "AttributeType": kind,
        "AttributeOf": REPEATS.get(name),
        "IsValidForRead": True,
        "DisplayName": _label(label) if label else {"LocalizedLabels": [], "UserLocalizedLabel": None},
    }


def _option(value: int, words: str, **more: object) -> dict[str, object]:
    return {"Value": value, "Label": _label(words), "Color": None, "IsManaged": True, **more}


def _label(words: str) -> dict[str, object]:
    text = {"Label": words, "LanguageCode": 1033, "IsManaged": True, "HasChanged": None}
    return {"LocalizedLabels": [text], "UserLocalizedLabel": text}
