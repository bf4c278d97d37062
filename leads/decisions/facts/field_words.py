"""The words by which files and programs call the fields of a lead (A1a), in English, Indonesian, German, Spanish,
French and Portuguese, all as folded() writes them."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


# Best name first. Of two columns that say one field, the one with the better name wins, then the one further left.
SYNONYMS: dict[str, str] = {
    "external_id": (
        "external id|lead id|mql id|contact id|record id contact|person id|prospect id|crm id|leadgen id|record id"
        "|leid|reference|reference number|lead number|id lead|id kontak|kode lead|nomor referensi|kontakt id"
        "|id del contacto|uuid"
    ),
    "first_name": (
        "first name|name first|given name|forename|fname|first|nama depan|vorname|prenom|nombre de pila|primeiro nome"
        "|primer nombre|voornaam|christian name|nombre|nome"
    ),
    "last_name": (
        "last name|name last|surname|family name|lname|last|nama belakang|nama keluarga|marga|nachname|familienname"
        "|apellido|apellidos|nom de famille|sobrenome|apelido|achternaam|nom"
    ),
    "name": (
        "full name|contact name|lead name|person name|name|contact|contact person|person|nama lengkap|nama kontak"
        "|nama|nama lead|narahubung|nama pic|pic|nama anda|customer name|client name|nama pelanggan|nama customer"
        "|your name|vollstandiger name|ansprechpartner|kontaktperson|nombre completo|nombre y apellidos"
        "|nombre y apellido|contacto|nom complet|nom et prenom|prenom et nom|interlocuteur|nome completo|contato"
        "|vor und nachname|vorname nachname|vorname und nachname|nachname vorname|name vorname|first and last name"
        "|first name and last name|first name last name|last name first name|prenom nom|nom prenom|nombre apellido"
        "|nombre apellidos|client|invitee|attendee"
    ),
    "email": (
        "email|email address|primary email|work email|business email|contact email|email id|emailaddress1|mail"
        "|mail address|company email|personal email|home email|surel|alamat email|alamat surel|email kantor"
        "|email kerja|email aktif|emailadresse|email adresse|mailadresse|correo|correo electronico"
        "|direccion de correo|direccion de correo electronico|direccion de email|courriel|adresse email|adresse mail"
        "|adresse electronique|adresse de courriel|endereco de email|correio eletronico|username email|emails"
        "|email addresses"
    ),
    "further_email": (
        "further email|secondary email|second email|alternate email|alternative email|additional email"
        "|additional emails|other email|email lain|weitere email|otro correo|autre email|outro email"
    ),
    "phone": (
        "phone|phone number|mobile|mobile phone|mobile number|mobile phone number|primary phone|work phone"
        "|work phone number|business phone|business phone number|business telephone|telephone|telephone number|tel"
        "|telp|telepon|nomor telepon|no telepon|no telp|nomor telp|no hp|nomor hp|hp|handphone|no handphone"
        "|nomor handphone|nomor ponsel|ponsel|whatsapp|nomor whatsapp|no whatsapp|no wa|nomor wa|wa|whatsapp number"
        "|cell|cell phone|cellphone|cell number|contact number|contact no|contact phone|phone no|mobile no|tel no"
        "|telephone1|work direct phone|phones|phone numbers|kontak telepon|telefon|telefonnummer|telefonnr|rufnummer"
        "|mobiltelefon|mobilnummer|handynummer|handy|telefon geschaftlich|telefon privat|telefono|numero de telefono"
        "|telefono movil|movil|celular|numero de celular|telephone mobile|numero de telephone|portable"
        "|telephone portable|telefone|numero de telefone|telemovel|telephone professionnel|home phone|other phone"
        "|company phone|main phone|company main phone|haupttelefon|telefon firma|sms|ph|ph no|direct line"
        "|direct phone|direct dial|durchwahl|festnetz|mobil|mobilfunk|mobilfunknummer|telepon genggam|nomor kontak"
        "|numero de contacto|tlf|tfno|fone"
    ),
    "further_phone": (
        "further phone|secondary phone|second phone|alternate phone|alternative phone|additional phone|phone lain"
        "|telepon lain|weiteres telefon|otro telefono|autre telephone|outro telefone"
    ),
    "company_name": (
        "company|company name|company account|organization|organisation|organization name|organisation name"
        "|account name|business name|employer|associated company|primary company|primary associated company name"
        "|primary associated company|name of company|account|firm|business|perusahaan|nama perusahaan|instansi"
        "|nama instansi|kantor|nama usaha|usaha|badan usaha|nama toko|firma|firmenname|unternehmen|unternehmensname"
        "|organisationsname|empresa|nombre de la empresa|nombre de empresa|compania|organizacion|entreprise"
        "|nom de l entreprise|nom de la societe|societe|organisme|nome da empresa|companhia|organizacao"
        "|name des unternehmens|name der firma|name der organisation|nama organisasi|nama sekolah|razon social"
        "|razao social|raison sociale"
    ),
    "company_domain": (
        "company domain|domain|domain name|company domain name|email domain|website domain|domain perusahaan|dominio"
        "|domaine"
    ),
    "website": (
        "website|company website|web site|website url|web|url|homepage|home page|site|web address|web page"
        "|business web page|situs|situs web|laman|alamat web|laman web|webseite|internetseite|sitio web|pagina web"
        "|site web|site internet|site da empresa"
    ),
    "title": (
        "job title|title|position|role|job|job role|designation|job position|occupation|headline|jabatan|posisi"
        "|pekerjaan|berufsbezeichnung|funktion|beruf|cargo|puesto|poste|fonction|intitule du poste|funcao"
    ),
    "industry": (
        "industry|company industry|industry sector|sector|vertical|business segment|industri|sektor|bidang usaha"
        "|bidang industri|bidang|branche|industria|sector industrial|secteur|secteur d activite|industrie|setor"
        "|ramo de atividade"
    ),
    "city": (
        "city|town|city name|business city|mailing city|company city|billing city|home city|kota|kabupaten"
        "|kota kabupaten|domisili|stadt|ort|wohnort|ort geschaftlich|ciudad|localidad|ville|cidade|municipio"
        "|asal kota|kota asal|kota domisili|kota tempat tinggal"
    ),
    "country": (
        "country|country region|nation|country code|country name|business country|business country region"
        "|mailing country|company country|billing country|ip country|home country region|negara|kode negara|land"
        "|land region|land region geschaftlich|pais|pays|pais region"
    ),
    "message": (
        "message|notes|note|comment|comments|description|inquiry|enquiry|question|questions|remarks|details"
        "|how can we help|how can we help you|pesan|catatan|keterangan|komentar|pertanyaan|deskripsi|kebutuhan"
        "|nachricht|notizen|bemerkung|bemerkungen|anmerkungen|kommentar|mensaje|notas|comentario|comentarios"
        "|observaciones|remarques|commentaire|commentaires|mensagem|observacoes|anmerkung|your message|isi pesan"
        "|uraian|descripcion|descricao|beschreibung"
    ),
    "source": (
        "source|lead source|original source|original traffic source|origin|source origin|traffic source|utm source"
        "|latest source|source of lead|lead origin|platform|how did you hear about us|sumber|sumber lead|asal"
        "|sumber info|sumber informasi|asal lead|sumber prospek|dari mana anda tahu|quelle|leadquelle|herkunft|fuente"
        "|origen|fuente del lead"
        "|source du lead|origine|provenance|origem|fonte|fuente de prospecto|fuente del prospecto"
        "|origen del prospecto|how did you find us|how did you hear|where did you hear about us"
        "|dari mana anda mengetahui|dari mana kamu tahu|tahu dari mana|wie haben sie von uns erfahren"
        "|como nos conocio|como nos conheceu|comment nous avez vous connus"
    ),
    "lead_type": (
        "lead type|type of lead|tipe lead|jenis lead|lead category|kategori lead|leadtyp|tipo de lead|type de lead"
    ),
    "company_size": (
        "company size|number of employees|employees|no of employees|num employees|employee count|headcount|team size"
        "|size|staff|how many employees|ukuran perusahaan|jumlah karyawan|jumlah pegawai|karyawan|unternehmensgrosse"
        "|mitarbeiter|mitarbeiterzahl|anzahl mitarbeiter|tamano de la empresa|numero de empleados|empleados"
        "|taille de l entreprise|nombre d employes|effectif|tamanho da empresa|numero de funcionarios|funcionarios"
        "|employees count|mitarbeiteranzahl|anzahl der mitarbeiter|nombre de salaries|cantidad de empleados"
    ),
    "score": "score|lead score|hubspot score|total score|skor|skor lead|nilai lead|leadscore|puntuacion|pontuacao",
    "deal_size": (
        "deal size|deal value|deal amount|amount|expected deal size|estimated value|est value|opportunity amount"
        "|potential value|value|budget|estimated budget|nilai|nilai transaksi|nilai proyek|nilai deal|anggaran"
        "|auftragswert|dealwert|presupuesto|importe|valor|montant|orcamento"
    ),
    "engagement": "engagement|engagement score|activity score|keterlibatan|skor keterlibatan",
    "captured_at": (
        "captured at|created at|create date|created date|created on|created time|create time|date created"
        "|creation date|created|createdon|lead created|lead created on|person created|contact created"
        "|person created on|submitted at|lead submit time|form submitted date|lead submission time|submission date"
        "|submit date|submit time|submission time|date submitted|first contact date|contact date|timestamp|lead date"
        "|date added|added on|received at|optin time|signup date|registration date|date|tanggal|tanggal masuk"
        "|tanggal dibuat|tanggal kontak|tanggal daftar|waktu|dibuat|stempel waktu|cap waktu|zeitstempel|erstellt am"
        "|erstelldatum|erstellungsdatum|angelegt am|eingangsdatum|datum|marca temporal|fecha de creacion|fecha"
        "|fecha de registro|creado|horodateur|date de creation|cree le|carimbo de data hora|data de criacao|criado em"
        "|data|registration time|registered at|registered on|signup time|sign up date|submitted on|submitted"
        "|inquiry date|enquiry date|entry date|tanggal pendaftaran|waktu pendaftaran|tanggal registrasi"
        "|tanggal submit|erstellt|erstellzeit|angelegt|anfragedatum|fecha de alta|date d inscription|data de cadastro"
        "|hora de inicio|start time|time utc|time gmt|date utc|created utc|created at utc|timestamp utc|waktu wib"
    ),
}

# Names of fields that say nothing inside a longer title: "date" in "Renewal date", "name" in "Campaign name".
ONLY_ALONE = _words(
    "account|activity score|amount|bidang|branche|business|cargo|cell|city|cidade|ciudad|contact|contacto|contato"
    "|created|creado|cree le|criado em|data|date|datum|description|details|dibuat|domain|dominio|domaine|employees"
    "|engagement|erstellt am|fecha|firm|first|fonte|fuente|funktion|hp|importe|job|kantor|karyawan|kota|land|last"
    "|mail|marga|mitarbeiter|mobile|montant|movil|nama|name|nation|nilai|nom|nombre|nome|note|notes|origem|origen"
    "|origin|origine|ort|pais|pays|person|pic|platform|portable|position|poste|posisi|puesto|quelle|question"
    "|questions|reference|role|score|sector|secteur|site|size|skor|source|staff|stadt|sumber|tanggal|tel|timestamp"
    "|created utc|time gmt|time utc|timestamp utc|date utc|waktu wib"
    "|title|town|url|usaha|uuid|valor|value|vertical|ville|wa|waktu|web|asal|handy|handphone|beruf|effectif|setor"
    "|sektor|occupation|headline|leid|comment|comments|remarks|notas|negara|country|budget|message|company"
    "|organization|organisation|ph|sms|mobil|fone|tlf|erstellt|angelegt|submitted|client|invitee|attendee|festnetz"
    "|start time|uraian"
)

# With one of these words a longer title speaks of something else than the field that it names too.
OTHER_THINGS = _words(
    "owner|opt|optin|optout|unsubscribed|unsubscribe|label|labels|type|typ|display|angezeigter|status|verified"
    "|bounced|bounce|count|clicked|opened|sent|last|next|recent|latest|fax|assistant|assistent|manager|parent"
    "|previous|reply|campaign|adset|ad|ads|adgroup|form|page|consent|calling|preferred|preference|sender|by|modified"
    "|updated|image|photo|yomi|phonetic|nickname|middle|suffix|prefix|pager|skype|linkedin|facebook|twitter|instagram"
    "|street|postal|zip|state|id|ids|newsletter|receive|subscribe|agree|drill|detail|replied|deals|activities"
    "|marketing|legal|basis|timezone|revenue|creator|currency|birthday|anniversary|spouse|callback|telex|radio|tty"
    "|tdd|car|isdn|autotelefon|number of|quality|rating|referred|access|time zone|language|ip|confidence|hash|accepts"
    "|spent|visits|views|index|forums|free|updates|not"
)

# A question that begins so is answered with yes or no.
YES_OR_NO = _words("is|has|have|are|do|does|did|would|can|may|should|apakah|bolehkah|haben|sind|ist")

# Kinds of an address or number: they change nothing.
KINDS = _words(
    "work|home|mobile|other|business|main|office|private|personal|primary|value|address|adresse|company|first|default"
    "|geschaftlich|privat|kantor|pribadi|profesional|professionnel|profissional|trabajo|trabalho"
)

# What a column belongs to, in front of the name of its field.
PEOPLE = _words(
    "person|contact|lead|user|customer|prospect|client|your|ihr|ihre|votre|seu|sua|properties|kontak|kontakt|contacto|member|invitee"
    "|attendee|registrant|participant|respondent|subscriber|visitor|applicant|pelanggan|kontaktperson|ansprechpartner"
    "|interlocuteur|pic|fields|field|input|billing|cliente"
)
COMPANIES = _words("organization|organisation|company|account|firma|empresa|perusahaan")
DEALS = frozenset({"deal", "opportunity"})
COLLEAGUES = _words(
    "rep|sales|salesperson|salesman|agent|assigned|assignee|responsible|staff|consultant|executive|ae|sdr|bdr|pj"
    "|penanggung|ditugaskan|verkaufer|betreuer|zustandig|vendedor|responsable|commercial|nik|ktp|npwp|rekening|sku|iban|code|kode|account|invoice|order|tax|vat|policy|card|serial|tiket|ticket"
)
# An e-mail or phone of this kind reaches a person at work less well than another.
AT_HOME = _words("home|other|private|personal|privat|pribadi|company|main|firma|haupttelefon|particular|casa")
# What may stand behind the name of a field without a change: "HP PIC", "Email Aktif".
BEHIND = _words("pic|anda|aktif|kamu|bapak|ibu|yang")
