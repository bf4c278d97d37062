"""Files in the shape in which CRMs export leads and contacts; the people are made up."""

# By what it is: the program, the text, and the field of each column that has one.
CRM_EXPORTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "hubspot": (
        "HubSpot",
        "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date (GMT+7),"
        "Associated Company,Associated Company IDs,Job Title,Original Source,Lifecycle Stage,"
        "Last Activity Date (GMT+7)\n"
        "5501,Sari,Ayu,sari@nila.co.id,+62 812-3456-7890,Rina Putri,New,2026-11-16 09:30,Hotel Nila,901,Owner,"
        "Organic Search,Lead,2026-11-17 10:00\n",
        {
            "Record ID": "external_id",
            "First Name": "first_name",
            "Last Name": "last_name",
            "Email": "email",
            "Phone Number": "phone",
            "Create Date (GMT+7)": "captured_at",
            "Associated Company": "company_name",
            "Job Title": "title",
            "Original Source": "source",
        },
    ),
    "hubspot, with names of today": (
        "HubSpot",
        "Record ID - Contact,First Name,Last Name,Email,Phone Number,Contact owner,Primary Associated Company ID\n"
        "5501,Sari,Ayu,sari@nila.co.id,+62 812-3456-7890,Rina Putri,901\n",
        {
            "Record ID - Contact": "external_id",
            "First Name": "first_name",
            "Last Name": "last_name",
            "Email": "email",
            "Phone Number": "phone",
        },
    ),
    "salesforce leads, a report": (
        "Salesforce",
        "Lead Owner,Salutation,First Name,Last Name,Title,Company / Account,Street,Country,Lead Source,Rating,Email,"
        "Phone,Mobile,Create Date,Lead ID,Annual Revenue,No. of Employees\n"
        "Rina Putri,Ms.,Sari,Ayu,Owner,Hotel Nila,Jl. Melati 1,Indonesia,Web,Hot,sari@nila.co.id,021-5550123,"
        "0812-3456-7890,16/11/2026,00Q5g00000AbCdE,120000,51\n",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Title": "title",
            "Company / Account": "company_name",
            "Country": "country",
            "Lead Source": "source",
            "Email": "email",
            "Phone": "phone",
            "Mobile": "further_phone",
            "Create Date": "captured_at",
            "Lead ID": "external_id",
            "No. of Employees": "company_size",
        },
    ),
    "salesforce leads, the data loader": (
        "Salesforce",
        "ID,ISDELETED,LASTNAME,FIRSTNAME,SALUTATION,NAME,TITLE,COMPANY,CITY,COUNTRY,PHONE,MOBILEPHONE,EMAIL,WEBSITE,"
        "DESCRIPTION,LEADSOURCE,STATUS,INDUSTRY,NUMBEROFEMPLOYEES,OWNERID,CREATEDDATE\n"
        "00Q5g00000AbCdEFGH,false,Ayu,Sari,Ms.,Sari Ayu,Owner,Hotel Nila,Jakarta,Indonesia,+62215550123,+6281234567890,"
        "sari@nila.co.id,nila.co.id,asked for rooms,Web,Open,Hotels,51,0055g000001,2026-11-16T02:30:00.000Z\n",
        {
            "ID": "external_id",
            "NAME": "name",
            "LASTNAME": "last_name",
            "FIRSTNAME": "first_name",
            "TITLE": "title",
            "COMPANY": "company_name",
            "CITY": "city",
            "COUNTRY": "country",
            "PHONE": "phone",
            "MOBILEPHONE": "further_phone",
            "EMAIL": "email",
            "WEBSITE": "website",
            "DESCRIPTION": "message",
            "LEADSOURCE": "source",
            "INDUSTRY": "industry",
            "NUMBEROFEMPLOYEES": "company_size",
            "CREATEDDATE": "captured_at",
        },
    ),
    "salesforce contacts, a report": (
        "Salesforce",
        "Salutation,First Name,Last Name,Title,Account Name,Mailing City,Mailing Country,Phone,Mobile,Email,"
        "Account Owner,Account ID,Contact ID\n"
        "Ms.,Sari,Ayu,Owner,Hotel Nila,Jakarta,Indonesia,021-5550123,0812-3456-7890,sari@nila.co.id,Rina,001A,003B\n",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Title": "title",
            "Account Name": "company_name",
            "Mailing City": "city",
            "Mailing Country": "country",
            "Phone": "phone",
            "Mobile": "further_phone",
            "Email": "email",
            "Contact ID": "external_id",
        },
    ),
    "pipedrive leads": (
        "Pipedrive",
        "Lead - ID,Lead - Title,Lead - Owner,Lead - Lead created,Lead - Value,Lead - Source origin,Person - Name,"
        "Person - Email - Work,Person - Email - Home,Person - Phone - Work,Person - Phone - Mobile,"
        "Organization - Name\n"
        "1,Hotel Nila lead,Rina,2026-11-16 02:30:00,500,Manual,Sari Ayu,sari@nila.co.id,sari@gmail.com,+62 21 5550123,"
        "+62 812-3456-7890,Hotel Nila\n",
        {
            "Lead - ID": "external_id",
            "Lead - Lead created": "captured_at",
            "Lead - Value": "deal_size",
            "Lead - Source origin": "source",
            "Person - Name": "name",
            "Person - Email - Work": "email",
            "Person - Email - Home": "further_email",
            "Person - Phone - Work": "phone",
            "Person - Phone - Mobile": "further_phone",
            "Organization - Name": "company_name",
        },
    ),
    "pipedrive people": (
        "Pipedrive",
        "Person - ID,Person - Name,Person - Label,Person - Organization,Person - Email - Work,Person - Phone - Work,"
        "Person - Closed deals,Person - Next activity date,Person - Owner,Person - Person created\n"
        "7,Sari Ayu,Customer,Hotel Nila,sari@nila.co.id,+62 21 5550123,0,2026-12-01,Rina,2026-11-16 02:30:00\n",
        {
            "Person - ID": "external_id",
            "Person - Name": "name",
            "Person - Organization": "company_name",
            "Person - Email - Work": "email",
            "Person - Phone - Work": "phone",
            "Person - Person created": "captured_at",
        },
    ),
    "zoho leads": (
        "Zoho CRM",
        "Record Id,Lead Owner.id,Lead Owner,Company,First Name,Last Name,Title,Email,Phone,Fax,Mobile,Website,"
        "Lead Source,Lead Status,Industry,No. of Employees,Email Opt Out,Created Time,City,Country,Description,"
        "Secondary Email\n"
        "zcrm_415001,zcrm_41,Rina,Hotel Nila,Sari,Ayu,Owner,sari@nila.co.id,021-5550123,021-5550124,0812-3456-7890,"
        "nila.co.id,Web,New,Hotels,51,false,2026-11-16 09:30:00,Jakarta,Indonesia,asked for rooms,sari@gmail.com\n",
        {
            "Record Id": "external_id",
            "Company": "company_name",
            "First Name": "first_name",
            "Last Name": "last_name",
            "Title": "title",
            "Email": "email",
            "Phone": "phone",
            "Mobile": "further_phone",
            "Website": "website",
            "Lead Source": "source",
            "Industry": "industry",
            "No. of Employees": "company_size",
            "Created Time": "captured_at",
            "City": "city",
            "Country": "country",
            "Description": "message",
            "Secondary Email": "further_email",
        },
    ),
}
