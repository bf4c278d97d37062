"""The names of fields: whole words, the longest first, in six languages, as CRMs, forms and programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.facts.field_names import field_of_name, named_field
from leads.decisions.facts.fields import FIELDS

SURE = {
    "external_id": "Lead ID|Lead - ID|Person - ID|Contact ID|Record ID - Contact|mql_id",
    "first_name": "FIRSTNAME|properties.firstname|Vorname|Nama Depan|Given Name|Prénom",
    "last_name": "LASTNAME|Nachname|Apellidos|Sobrenome|Nom de famille",
    "name": "full_name|Person - Name|Lead - Contact person|Nama Lengkap*|Nombre y apellidos|Nome completo|Ihr Name"
    "|Votre nom complet|Your name",
    "email": "User email|E-Mail-Adresse|Person - Email - Work|E-mail 1 - Value|emailAddress|Lead.Email|Courriel"
    "|Correo electrónico|Alamat Surel|Contact Email|E-Mail (required)",
    "further_email": "Email 2|E-mail 2 - Value|E-mail 2 Address|E-Mail 2: Adresse|Secondary Email",
    "phone": "User phone|Telefonnummer|Person - Phone - Work|Phone 1 - Value|No. HP|Business Phone|Mobile|phone_number"
    "|Telefon geschäftlich|Teléfono móvil|Téléphone|Telemóvel|MOBILEPHONE|Nomor WA",
    "further_phone": "Phone 2|Business Phone 2|Phone 2 - Value|Telefon geschäftlich 2",
    "company_name": "Organization - Name|Organization 1 - Name|Company / Account|Person - Organization|Firma"
    "|Entreprise",
    "company_domain": "Company Domain Name|Email Domain",
    "title": "Job Title|Organization 1 - Title|Jabatan|Cargo|Berufsbezeichnung|Fonction",
    "city": "Ort|Mailing City|MAILINGCITY|Kota|Ort geschäftlich|Cidade|Address 1 - City",
    "country": "Country/Region|Land/Region geschäftlich|País|Business Country/Region|Negara",
    "source": "LEADSOURCE|Lead - Source origin|Original Source|Sumber Lead|Sumber Info|Quelle",
    "company_size": "No. of Employees|NUMBEROFEMPLOYEES|# Employees|Jumlah Karyawan|Mitarbeiterzahl",
    "deal_size": "Deal - Value|Lead - Value|Amount|Anggaran",
    "captured_at": "CREATEDDATE|create_time|created_time|Lead - Lead created|Person - Person created|Zeitstempel"
    "|Marca temporal|Horodateur|Carimbo de data/hora|Stempel waktu|OPTIN_TIME",
}
NOTHING = (
    "ID|Account ID|Customer ID|Organization ID|Note;Company|Lead - Organization ID|Lead - Contact person ID"
    "|Lead - Title|Deal - Title|E-mail 1 - Label|Phone 1 - Type|E-mail Display Name|E-Mail: Angezeigter Name"
    "|Middle Name|Suffix|Name Prefix|Salutation|Anrede|Department|Business Fax|Lead Owner|Lead Owner.id|Contact owner"
    "|Lead Status|Email Opt Out|Created By|Modified Time|Last Activity Date|ad_name|form_name|campaign_name|Campaign"
    "|Product name|Renewal date|Annual Revenue|MEMBER_RATING|EUID|Landing page|Is your company new?|Address"
    "|Account Owner Email|Has phone|Index|Last visit of this name|Manager's last name"
)


@pytest.mark.parametrize(("field", "title"), [(f, title) for f, names in SURE.items() for title in names.split("|")])
def test_a_name_means_its_field(field, title):
    assert field_of_name(title) == field


@pytest.mark.parametrize("title", NOTHING.split("|"))
def test_a_name_of_something_else_means_none(title):
    assert named_field(title).field == ""


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("What is your work e-mail?", "email"),
        ("What's your first name?", "first_name"),
        ("What's your last name?", "last_name"),
        ("Nomor HP/WA yang bisa dihubungi", "phone"),
        ("How many employees does your company have?", "company_size"),
        ("Nama perusahaan Anda bekerja", "company_name"),
    ],
)
def test_a_question_speaks_of_a_field_but_not_for_sure(title, field):
    assert (named_field(title).field, named_field(title).is_sure, field_of_name(title)) == (field, False, "")


@given(st.text(max_size=60))
def test_any_name_means_a_field_or_none(title):
    assert field_of_name(title) in {"", *FIELDS}
