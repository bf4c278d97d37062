"""What the columns of a file of members are called: in Alur's template, and in the exports of LeanData, Chili Piper,
Salesforce and HubSpot; in English and Indonesian.

Salesforce prefixes and suffixes ("User: Full Name", "User.Email", "LeanData__Weight__c") are left out before a title is
looked up. Sources: the help pages of the four products on pools, distributions, groups and users.
"""

from collections.abc import Mapping
from types import MappingProxyType

from leads.decisions.facts.text import folded, one_line

WHO = "who"  # an e-mail or a name: the cells say which
EMAIL, NAME, FIRST_NAME, LAST_NAME = "email", "name", "first_name", "last_name"
WEIGHT, WEIGHT_PERCENT, POSITION = "weight", "weight_percent", "position"
CAP_HOUR, CAP_DAY, CAP_WEEK, CAP_MONTH = CAPS = ("cap_hour", "cap_day", "cap_week", "cap_month")
ACTIVE, PAUSED, GROUP = "active", "paused", "group"
FIELDS = (
    *(EMAIL, NAME, FIRST_NAME, LAST_NAME),
    *(WEIGHT, WEIGHT_PERCENT, POSITION),
    *CAPS,
    *(ACTIVE, PAUSED, GROUP),
)
_MAX_TITLE_LENGTH = 100


def _titles(**by_field: str) -> Mapping[str, tuple[str, int]]:
    """The field and the rank of each title; of several columns of one field the lowest rank is taken."""
    return MappingProxyType(
        {title: (field, rank) for field, titles in by_field.items() for rank, title in enumerate(titles.split("|"))}
    )


_TITLES = _titles(
    email="email|e mail|email address|e mail address|work email|mail|user email|alamat email|surel|alamat surel",
    name="full name|fullname|name|display name|nama lengkap|nama|nama anggota|nama sales",
    first_name="first name|firstname|given name|nama depan|nama pertama",
    last_name="last name|lastname|surname|family name|nama belakang|nama keluarga",
    who="member|pool member|group member|queue member|rep|sales rep|sales representative|user|assignee|agent|owner|"
    "person|people|team member|user name|username|anggota|pengguna|petugas|tenaga penjualan|sales|staf|"
    "penanggung jawab",
    weight="weight|weights|weighting|custom weight|distribution weight|ratio|allocation|lead share|share|bobot|porsi|"
    "proporsi|pembagian|jatah",
    weight_percent="weight percentage|weight percent|percentage|percent|distribution percentage|persentase|persen|"
    "persentase bobot",
    position="position|order|sort order|turn order|rotation order|order number|sequence|rank|place|priority|urutan|"
    "nomor urut|no urut|posisi|giliran|peringkat|prioritas|no|nr|number|nomor",
    cap_day="cap|capping|limit|lead limit|record limit|quota|kuota|batas|maksimal",
    active="active|is active|isactive|enabled|is enabled|status|state|aktif|status aktif|diaktifkan",
    paused="paused|is paused|on pause|inactive|disabled|dijeda|ditunda|nonaktif|tidak aktif",
    group="pool name|pool|round robin pool|rotation|rotation name|distribution|distribution name|queue name|queue|"
    "group name|public group|group|main team|primary team|team name|team|teams|assigned teams|tim|nama tim|rotasi|"
    "antrean|grup|kelompok|regu|nama grup",
)
_BEFORE = ("round robin", "pool member", "group member", "queue member", "member", "user", "rep", "assignee", "anggota")
_CAP_WORDS = frozenset(
    ["cap", "caps", "capping", "limit", "max", "maximum", "quota", "leads", "records", "batas", "maks", "maksimal"]
    + ["maksimum", "kuota", "kapasitas", "prospek", "per", "capacity"]
)
_WINDOWS: Mapping[str, str] = {
    word: field
    for field, words in {
        CAP_HOUR: "hour hourly hours jam",
        CAP_DAY: "day daily days hari harian",
        CAP_WEEK: "week weekly weeks minggu mingguan pekan",
        CAP_MONTH: "month monthly months bulan bulanan",
    }.items()
    for word in words.split()
}


def field_of_title(title: str) -> tuple[str, int]:
    """The field that a title names, "" if none, and its rank among titles of that field."""
    words = _plain(title)
    found = _TITLES.get(words)
    if found is None:
        found = next(
            (_TITLES[rest] for before in _BEFORE if (rest := words.removeprefix(f"{before} ")) in _TITLES), None
        )
    if found is None and (window := _cap_window(words)):
        return window, 0
    field, rank = found or ("", 0)
    is_percent = "%" in title
    return (WEIGHT_PERCENT if field == WEIGHT and is_percent else field), rank


def _plain(title: str) -> str:
    """Folded, without what Salesforce puts around names: "LeanData__Cap__c" is "cap", "User__r.Email" "user email"."""
    text = one_line(title)[:_MAX_TITLE_LENGTH]
    is_api_name = "__" in text or "." in text
    words = folded(text).split()
    if words[:1] == ["leandata"]:
        words = words[1:]
    return " ".join(word for word in words if not (is_api_name and word in ("c", "r")))


def _cap_window(words: str) -> str:
    """The cap of "max leads per day": a word for a limit, and one for its time."""
    named = words.split()
    windows = {_WINDOWS[word] for word in named if word in _WINDOWS}
    return windows.pop() if len(windows) == 1 and _CAP_WORDS & set(named) else ""
