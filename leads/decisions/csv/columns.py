"""Guess from a file's header which column holds which field (A1a)."""

import re
from collections.abc import Sequence

from leads.decisions.facts.text import folded, one_line

# Best name first. If two columns match one field, the one with the better name wins, then the one further left.
SYNONYMS: dict[str, str] = {
    "external_id": (
        "external id|lead id|mql id|record id|contact id|prospect id|crm id|reference"
        "|reference number|lead number|id lead|id pelanggan|id kontak|kode lead|kode pelanggan|nomor referensi|id|uuid"
        "|customer id|account id"
    ),
    "first_name": (
        "first name|firstname|given name|forename|fname|first|nama depan|vorname|nombre|prenom|voornaam|christian name"
    ),
    "last_name": (
        "last name|lastname|surname|family name|lname|last|nama belakang|nama keluarga|marga|nachname|apellido"
        "|apellidos|nom de famille|achternaam"
    ),
    "name": (
        "full name|fullname|contact name|lead name|person name|name|person|contact|contact person|nama lengkap"
        "|nama kontak|nama|nama lead|narahubung|nama pic|pic|customer name|nama pelanggan"
    ),
    "email": (
        "email|email address|mail|primary email|work email|business email|contact email|email id"
        "|emailaddress1|company email|personal email|surel|alamat email|alamat surel|email kantor|email kerja|correo"
        "|correo electronico|courriel"
    ),
    "phone": (
        "phone|phone number|mobile|mobile phone|mobile number|primary phone|work phone|business phone|telephone"
        "|telephone number|tel|telp|telepon|nomor telepon|no telepon|no telp|nomor telp|no hp|nomor hp|hp|handphone"
        "|no handphone|nomor handphone|nomor ponsel|ponsel|whatsapp|nomor whatsapp|no whatsapp|no wa|nomor wa|wa"
        "|whatsapp number|cell|cell phone|cellphone|contact number|contact phone|phone no|telephone1|kontak telepon"
        "|telefon|telefono|telephone mobile"
    ),
    "company_name": (
        "company|company name|organization|organisation|organization name|organisation name|account name|business name"
        "|employer|associated company|primary company|company account|account|firm|business|perusahaan"
        "|nama perusahaan|instansi|nama instansi|kantor|nama usaha|usaha|badan usaha|firma|empresa|unternehmen"
    ),
    "company_domain": (
        "company domain|domain|domain name|company domain name|email domain|website domain|domain perusahaan"
    ),
    "website": (
        "website|company website|web site|web|website url|url|homepage|home page|site|web address|websiteurl|situs"
        "|situs web|laman|alamat web|laman web"
    ),
    "title": ("title|job title|position|role|job|job role|jobtitle|designation|job position|jabatan|posisi|pekerjaan"),
    "industry": (
        "industry|sector|vertical|business segment|industry sector|company industry|industri|sektor|bidang usaha"
        "|bidang industri|bidang"
    ),
    "city": "city|town|city name|mailing city|billing city|kota|kabupaten|kota kabupaten|ciudad|stadt",
    "country": (
        "country|country region|nation|country code|country name|mailing country|billing country|negara|kode negara"
        "|pais|land"
    ),
    "message": (
        "message|notes|note|comment|comments|description|inquiry|enquiry|question|questions|remarks|details"
        "|how can we help|pesan|catatan|keterangan|komentar|pertanyaan|deskripsi|kebutuhan"
    ),
    "source": (
        "source|lead source|origin|original source|traffic source|utm source|source of lead|lead origin|platform"
        "|sumber|sumber lead|asal|asal lead|sumber prospek|how did you hear about us"
    ),
    "lead_type": "lead type|type of lead|tipe lead|jenis lead|lead category|kategori lead",
    "company_size": (
        "company size|employees|number of employees|no of employees|num employees|employee count|headcount|team size"
        "|numberofemployees|size|staff|ukuran perusahaan|jumlah karyawan|jumlah pegawai|karyawan"
    ),
    "score": "score|lead score|hubspot score|total score|skor|skor lead|nilai lead",
    "deal_size": (
        "deal size|deal value|deal amount|amount|expected deal size|estimated value|est value|opportunity amount"
        "|potential value|value|budget|estimated budget|nilai|nilai transaksi|nilai proyek|nilai deal|anggaran"
    ),
    "engagement": "engagement|engagement score|activity score|keterlibatan|skor keterlibatan",
    "captured_at": (
        "captured at|created at|create date|created date|created on|created time|date created|creation date|created"
        "|createdon|first contact date|contact date|submitted at|submission date|submit date|timestamp|lead date"
        "|date added|added on|received at|signup date|registration date|date|tanggal|tanggal masuk|tanggal dibuat"
        "|tanggal kontak|tanggal daftar|waktu|dibuat|stempel waktu|cap waktu"
    ),
}

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HINT = re.compile(r"[(\[*].*$")  # "Email (required)", "Name *"
_RANKS = {name: (rank, field) for field, names in SYNONYMS.items() for rank, name in enumerate(names.split("|"))}


def guess_mapping(header: Sequence[str]) -> dict[int, str]:
    """Field by column; "" means that the column is kept as an extra one. Each field is used once. If there are first
    and last name, a full name becomes an extra column."""
    best: dict[str, tuple[int, int]] = {}
    for index, title in enumerate(header):
        rank, field = _rank(title)
        if field and (field not in best or rank < best[field][0]):
            best[field] = (rank, index)
    if "name" in best and ("first_name" in best or "last_name" in best):
        del best["name"]
    chosen = {index: field for field, (_, index) in best.items()}
    return {index: chosen.get(index, "") for index in range(len(header))}


def _rank(title: str) -> tuple[int, str]:
    """The field of a title, and how good a name this is for it (0 is best). "Phone 1" counts as the phone, "Phone 2"
    does not."""
    text = one_line(title)[:200]
    for spelling in (text, _HINT.sub("", text)):
        for words in (folded(spelling), folded(_CAMEL.sub(" ", spelling))):
            name = words.replace("e mail", "email")
            for plain in (name, name.removesuffix(" 1"), name.removeprefix("your ").removeprefix("lead ")):
                if plain in _RANKS:
                    return _RANKS[plain]
    return 0, ""
