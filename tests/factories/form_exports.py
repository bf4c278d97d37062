"""Files in the shape in which address books, forms and advertisers export people; the people are made up."""

# By what it is: the program, the text, and the field of each column that has one.
FORM_EXPORTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "outlook": (
        "Outlook",
        "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business City,"
        "Business Country/Region,Home City,Business Fax,Business Phone,Business Phone 2,Home Phone,Mobile Phone,"
        "Birthday,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,Notes,Web Page\n"
        "Mr.,Budi,,Santoso,,Hotel Nila,,Purchasing Manager,Jl. Melati 1,Jakarta,Indonesia,Bogor,021-5550124,"
        "+62 21 5550 1234,+62 21 5550 1235,,+62 812-3456-7890,1980-01-01,budi@nila.co.id,SMTP,Budi Santoso,"
        "budi@gmail.com,met at the fair,nila.co.id\n",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Company": "company_name",
            "Job Title": "title",
            "Business City": "city",
            "Business Country/Region": "country",
            "Business Phone": "phone",
            "Business Phone 2": "further_phone",
            "Home Phone": "further_phone",
            "Mobile Phone": "further_phone",
            "E-mail Address": "email",
            "E-mail 2 Address": "further_email",
            "Notes": "message",
            "Web Page": "website",
        },
    ),
    "outlook, German": (
        "Outlook",
        "Anrede,Vorname,Weitere Vornamen,Nachname,Suffix,Firma,Abteilung,Position,Ort geschäftlich,"
        "Land/Region geschäftlich,Fax geschäftlich,Telefon geschäftlich,Telefon geschäftlich 2,Mobiltelefon,"
        "E-Mail-Adresse,E-Mail-Typ,E-Mail: Angezeigter Name,E-Mail 2: Adresse,Geburtstag,Notizen,Webseite\n"
        "Herr,Tom,,Becker,,Becker Bau,,Einkaufsleiter,Köln,Deutschland,0221 5550125,0221 5550123,,0171 5550123,"
        "tom@becker-bau.de,SMTP,Tom Becker,tom@gmx.de,1.1.1980,Messe,becker-bau.de\n",
        {
            "Vorname": "first_name",
            "Nachname": "last_name",
            "Firma": "company_name",
            "Position": "title",
            "Ort geschäftlich": "city",
            "Land/Region geschäftlich": "country",
            "Telefon geschäftlich": "phone",
            "Telefon geschäftlich 2": "further_phone",
            "Mobiltelefon": "further_phone",
            "E-Mail-Adresse": "email",
            "E-Mail 2: Adresse": "further_email",
            "Notizen": "message",
            "Webseite": "website",
        },
    ),
    "google contacts": (
        "Google Contacts",
        "First Name,Middle Name,Last Name,Name Prefix,Nickname,Organization Name,Organization Title,"
        "Organization Department,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,"
        "E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - City,Address 1 - Country,Website 1 - Value\n"
        "Sari,,Ayu,Ms.,,Hotel Nila,Owner,,,met at the fair,* myContacts,* Work,sari@nila.co.id ::: sari.ayu@gmail.com,"
        "Home,sari@yahoo.com,Mobile,+62 812-3456-7890,Jakarta,Indonesia,nila.co.id\n",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Organization Name": "company_name",
            "Organization Title": "title",
            "Notes": "message",
            "E-mail 1 - Value": "email",
            "E-mail 2 - Value": "further_email",
            "Phone 1 - Value": "phone",
            "Address 1 - City": "city",
            "Address 1 - Country": "country",
            "Website 1 - Value": "website",
        },
    ),
    "google contacts, the old layout": (
        "Google Contacts",
        "Name,Given Name,Additional Name,Family Name,Yomi Name,Location,Occupation,Group Membership,E-mail 1 - Type,"
        "E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Type,Organization 1 - Name,"
        "Organization 1 - Title\n"
        "Sari Ayu,Sari,,Ayu,,,,* myContacts,* Work,sari@nila.co.id,Mobile,+62 812-3456-7890,,Hotel Nila,Owner\n",
        {
            "Name": "name",
            "Given Name": "first_name",
            "Family Name": "last_name",
            "E-mail 1 - Value": "email",
            "Phone 1 - Value": "phone",
            "Organization 1 - Name": "company_name",
            "Organization 1 - Title": "title",
        },
    ),
    "google forms": (
        "Google Forms",
        '"Timestamp","Nama Lengkap","Email Address","What is your company called?","Nomor WhatsApp aktif"\n'
        '"2026/11/16 9:30:00 AM GMT+7","Sari Ayu","sari@nila.co.id","Hotel Nila","081234567890"\n',
        {
            "Timestamp": "captured_at",
            "Nama Lengkap": "name",
            "Email Address": "email",
            "Nomor WhatsApp aktif": "phone",
        },
    ),
    "facebook": (
        "Facebook Lead Ads",
        "id,created_time,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,form_id,form_name,is_organic,"
        "platform,full_name,email,phone_number,company_name,job_title,city\n"
        "l:100000001,2026-11-16T09:30:00+07:00,ag:1,Rooms,as:2,Bali,c:3,November,f:4,Quote,false,ig,Sari Ayu,"
        "sari@nila.co.id,p:+6281234567890,Hotel Nila,Owner,Jakarta\n",
        {
            "id": "external_id",
            "created_time": "captured_at",
            "platform": "source",
            "full_name": "name",
            "email": "email",
            "phone_number": "phone",
            "company_name": "company_name",
            "job_title": "title",
            "city": "city",
        },
    ),
    "linkedin": (
        "LinkedIn Lead Gen Forms",
        "Submitted At,Form Name,Campaign Name,Creative ID,Ad Account Name,Lead Type,First Name,Last Name,Email Address,"
        "Phone Number,Job Title,Company Name,Company Size,Country/Region\n"
        "11/16/2026 2:30 AM,Quote,November,77,Nila,Sponsored,Sari,Ayu,sari@nila.co.id,+62 812-3456-7890,Owner,"
        "Hotel Nila,51-200,Indonesia\n",
        {
            "Submitted At": "captured_at",
            "First Name": "first_name",
            "Last Name": "last_name",
            "Email Address": "email",
            "Phone Number": "phone",
            "Job Title": "title",
            "Company Name": "company_name",
            "Company Size": "company_size",
            "Country/Region": "country",
        },
    ),
    "tiktok": (
        "TikTok",
        "lead_id,create_time,campaign_id,campaign_name,adgroup_id,adgroup_name,ad_id,ad_name,form_id,Name,Email,"
        "Phone number\n"
        "7301,2026-11-16 02:30:00,1,November,2,Bali,3,Rooms,4,Sari Ayu,sari@nila.co.id,+6281234567890\n",
        {
            "lead_id": "external_id",
            "create_time": "captured_at",
            "Name": "name",
            "Email": "email",
            "Phone number": "phone",
        },
    ),
    "google ads": (
        "Google Ads",
        "Lead ID,Lead submit time,Campaign ID,Campaign,Ad group ID,Form ID,Google Click ID,Full name,User email,"
        "User phone,Company name,City\n"
        "TeSt-1,2026-11-16T02:30:00Z,1,November,2,4,Cj0,Sari Ayu,sari@nila.co.id,+6281234567890,Hotel Nila,Jakarta\n",
        {
            "Lead ID": "external_id",
            "Lead submit time": "captured_at",
            "Full name": "name",
            "User email": "email",
            "User phone": "phone",
            "Company name": "company_name",
            "City": "city",
        },
    ),
    "mailchimp": (
        "Mailchimp",
        "Email Address,First Name,Last Name,Address,Phone Number,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,"
        "CONFIRM_IP,LATITUDE,LONGITUDE,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS\n"
        "sari@nila.co.id,Sari,Ayu,Jl. Melati 1,+6281234567890,2,2026-11-16 02:30:00,10.0.0.1,2026-11-16 02:31:00,"
        "10.0.0.1,-6.2,106.8,Asia/Jakarta,ID,JK,2026-11-16 02:31:00,55,ab12,asked for rooms,hotel\n",
        {
            "Email Address": "email",
            "First Name": "first_name",
            "Last Name": "last_name",
            "Phone Number": "phone",
            "OPTIN_TIME": "captured_at",
            "CC": "country",
            "EUID": "external_id",
            "NOTES": "message",
        },
    ),
}
