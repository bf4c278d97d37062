"""The tables of the double of Salesforce, with the names and types of the vendor's field reference (I4)."""

from dataclasses import dataclass

TEXT = "string"
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


@dataclass(frozen=True, slots=True)
class Column:
    """As a describe call names its type. `is_writable`: by an update."""

    name: str
    label: str
    type: str = TEXT
    is_writable: bool = True
    values: tuple[str, ...] = ()


LEAD = (
    Column("Id", "Lead ID", "id", False),
    Column("IsDeleted", "Deleted", "boolean", False),
    Column("MasterRecordId", "Master Record ID", "reference", False),
    Column("LastName", "Last Name"),
    Column("FirstName", "First Name"),
    Column("Name", "Full Name", TEXT, False),
    Column("Title", "Title"),
    Column("Company", "Company"),
    Column("Street", "Street", "textarea"),
    Column("City", "City"),
    Column("Country", "Country"),
    Column("Address", "Address", "address", False),
    Column("Phone", "Phone", "phone"),
    Column("MobilePhone", "Mobile Phone", "phone"),
    Column("Email", "Email", "email"),
    Column("Website", "Website", "url"),
    Column("Description", "Description", "textarea"),
    Column("LeadSource", "Lead Source", "picklist", True, ("Web", "Phone Inquiry", "Partner Referral", "Other")),
    Column("Status", "Status", "picklist"),
    Column("Industry", "Industry", "picklist", True, ("Agriculture", "Banking", "Technology")),
    Column("Rating", "Rating", "picklist", True, ("Hot", "Warm", "Cold")),
    Column("AnnualRevenue", "Annual Revenue", "currency"),
    Column("NumberOfEmployees", "Employees", "int"),
    Column("OwnerId", "Owner ID", "reference"),
    Column("IsConverted", "Converted", "boolean", False),
    Column("ConvertedDate", "Converted Date", "date", False),
    Column("ConvertedAccountId", "Converted Account ID", "reference", False),
    Column("ConvertedContactId", "Converted Contact ID", "reference", False),
    Column("CreatedDate", "Created Date", "datetime", False),
    Column("CreatedById", "Created By ID", "reference", False),
    Column("LastModifiedDate", "Last Modified Date", "datetime", False),
    Column("LastModifiedById", "Last Modified By ID", "reference", False),
    Column("SystemModstamp", "System Modstamp", "datetime", False),
    Column("Region__c", "Region", "picklist", True, ("West", "East")),
    Column("Score__c", "Score", "double"),
    Column("Wants_Demo__c", "Wants demo", "boolean"),
)
OTHERS = {
    "User": ("Id", "Name", "Email", "Username", "IsActive", "UserType"),
    "Group": ("Id", "Name", "Email", "Type", "DeveloperName"),
    "LeadStatus": ("Id", "ApiName", "MasterLabel", "IsConverted", "IsDefault", "SortOrder"),
    "Organization": ("Id", "Name", "OrganizationType", "IsSandbox"),
}
STATUSES = (
    ("Open - Not Contacted", False),
    ("Working - Contacted", False),
    ("Closed - Converted", True),
    ("Closed - Not Converted", False),
)


def salesforce_id(prefix: str, number: int) -> str:
    """15 characters, in which capital letters count, and three that say which letters are capital."""
    short = f"{prefix}{number:0{15 - len(prefix)}d}"
    return short + _check(short)


def full_id(given: object) -> str:
    """ "" for what is no id of either length."""
    if not isinstance(given, str) or not given.isascii() or not given.isalnum() or len(given) not in (15, 18):
        return ""
    whole = given[:15] + _check(given[:15])
    return whole if given in (given[:15], whole) else ""


def _check(short: str) -> str:
    parts = (short[start : start + 5] for start in (0, 5, 10))
    return "".join(DIGITS[sum(letter.isupper() << place for place, letter in enumerate(part))] for part in parts)


def described(column: Column, statuses: list[str]) -> dict[str, object]:
    values = statuses if column.name == "Status" else column.values
    picks = [{"active": True, "defaultValue": False, "label": each, "validFor": None, "value": each} for each in values]
    return {
        "name": column.name,
        "label": column.label,
        "type": column.type,
        "custom": column.name.endswith("__c"),
        "deprecatedAndHidden": False,
        "updateable": column.is_writable,
        "nillable": column.name not in ("LastName", "Company", "Status", "OwnerId"),
        "picklistValues": picks if column.type == "picklist" else [],
        "referenceTo": [],
    }
