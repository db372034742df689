"""Kinds of order and the wording of licence conditions.

Lengths are checked ones only where `checked` says so; the others are what practitioners take them to be and are for the
administrator to confirm. The wording of conditions is ours, in the sense of the HMPPS licence policy; the licence itself
has the exact text.
"""

from datetime import date

from django.db import migrations

SOA = "Sexual Offences Act 2003"
POLICE = "Chief officer of police"
POLICE_OR_NCA = "Chief officer of police, National Crime Agency, British Transport Police or Ministry of Defence Police"
UNCHECKED = "length not checked against the current statute"
REPLACED = "replaced on 8 March 2015 (College of Policing APP, Court orders and notices)"

KINDS = [
    {
        "code": "shpo",
        "name": "Sexual harm prevention order (SHPO)",
        "statute": f"{SOA} s.103A; Sentencing Code s.343",
        "applied_by": POLICE_OR_NCA,
        "made_by": "The court that deals with the offence, or a magistrates’ court on application",
        "shortest": 5,
        "each_prohibition": True,
        "longest_travel_ban": 5,
        "notification": "sexual",
        "is_checked": True,
        "citation": "SOA 2003 s.103A; Sentencing Code s.343: at least 5 years or until further order; travel ban not checked",
    },
    {
        "code": "sro",
        "name": "Sexual risk order (SRO)",
        "statute": f"{SOA} s.122A",
        "applied_by": POLICE_OR_NCA,
        "made_by": "Magistrates’ court",
        "shortest": 2,
        "longest_travel_ban": 5,
        "notification": "name-and-address",
        "citation": f"SOA 2003 s.122A; {UNCHECKED}",
    },
    {
        "code": "notification-order",
        "name": "Notification order",
        "statute": f"{SOA} s.97",
        "applied_by": POLICE,
        "made_by": "Magistrates’ court",
        "notification": "sexual",
        "citation": "SOA 2003 ss.97-98: the period counts from the foreign conviction, finding or caution",
    },
    {
        "code": "voo",
        "name": "Violent offender order (VOO)",
        "statute": "Criminal Justice and Immigration Act 2008 s.98",
        "applied_by": POLICE,
        "made_by": "Magistrates’ court",
        "shortest": 2,
        "longest": 5,
        "until_further_order": False,
        "notification": "violent",
        "citation": f"CJIA 2008 s.98; {UNCHECKED}",
    },
    {
        "code": "sopo",
        "name": "Sexual offences prevention order (SOPO)",
        "statute": f"{SOA} s.104 (repealed)",
        "made_by": "Magistrates’ or Crown Court",
        "shortest": 5,
        "notification": "sexual",
        "legacy_from": date(2015, 3, 8),
        "is_checked": True,
        "citation": f"SOA 2003 s.107: at least 5 years or until further order; {REPLACED}",
    },
    {
        "code": "rsho",
        "name": "Risk of sexual harm order (RSHO)",
        "statute": f"{SOA} s.123 (repealed)",
        "made_by": "Magistrates’ court",
        "legacy_from": date(2015, 3, 8),
        "is_checked": True,
        "citation": f"SOA 2003 s.123; {REPLACED}",
    },
    {
        "code": "fto",
        "name": "Foreign travel order (FTO)",
        "statute": f"{SOA} s.114 (repealed)",
        "made_by": "Magistrates’ court",
        "legacy_from": date(2015, 3, 8),
        "is_checked": True,
        "citation": f"SOA 2003 s.114; {REPLACED}",
    },
    {
        "code": "dvpo",
        "name": "Domestic violence protection order (DVPO)",
        "statute": "Crime and Security Act 2010 s.27",
        "applied_by": "Police, after a domestic violence protection notice",
        "made_by": "Magistrates’ court",
        "unit": "days",
        "shortest": 14,
        "longest": 28,
        "until_further_order": False,
        "citation": f"CSA 2010 s.28; {UNCHECKED}; being replaced by the domestic abuse protection order",
    },
    {
        "code": "dapo",
        "name": "Domestic abuse protection order (DAPO)",
        "statute": "Domestic Abuse Act 2021 s.27",
        "applied_by": "Police, the person to be protected, or others with leave",
        "made_by": "Magistrates’, county, family or Crown Court",
        "notification": "name-and-address",
        "citation": f"Domestic Abuse Act 2021 Part 3, in pilot areas; {UNCHECKED}",
    },
    {
        "code": "cbo",
        "name": "Criminal behaviour order (CBO)",
        "statute": "Anti-social Behaviour, Crime and Policing Act 2014 s.22",
        "applied_by": "Prosecutor",
        "made_by": "The court that convicts",
        "shortest": 2,
        "shortest_under_18": 1,
        "longest_under_18": 3,
        "citation": f"ASBCPA 2014 ss.22-25; under 18: 1 to 3 years, reviewed yearly; {UNCHECKED}",
    },
    {
        "code": "restraining",
        "name": "Restraining order",
        "statute": "Sentencing Code s.360; Protection from Harassment Act 1997 s.5A",
        "applied_by": "Prosecutor",
        "made_by": "The court that convicts or acquits",
        "citation": "Design of this record: court, start, end, terms and breach",
    },
    {
        "code": "non-molestation",
        "name": "Non-molestation order",
        "statute": "Family Law Act 1996 s.42",
        "applied_by": "The person to be protected",
        "made_by": "Family court",
        "citation": "Design of this record: court, start, end, terms and breach",
    },
    {
        "code": "gang-injunction",
        "name": "Gang injunction",
        "statute": "Policing and Crime Act 2009 s.34",
        "applied_by": "Police or local authority",
        "made_by": "County court or youth court",
        "longest": 2,
        "until_further_order": False,
        "citation": f"PCA 2009 s.36; {UNCHECKED}",
    },
    {
        "code": "knife-crime-prevention",
        "name": "Knife crime prevention order",
        "statute": "Offensive Weapons Act 2019 ss.14 and 19",
        "applied_by": "Police or prosecutor",
        "made_by": "Magistrates’ court, or the court that convicts",
        "unit": "months",
        "shortest": 6,
        "longest": 24,
        "until_further_order": False,
        "notification": "name-and-address",
        "citation": f"OWA 2019 s.23; {UNCHECKED}",
    },
    {
        "code": "stalking-protection",
        "name": "Stalking protection order",
        "statute": "Stalking Protection Act 2019 s.2",
        "applied_by": POLICE,
        "made_by": "Magistrates’ court",
        "shortest": 2,
        "notification": "name-and-address",
        "citation": f"SPA 2019 ss.2-3, 9; {UNCHECKED}",
    },
    {
        "code": "football-banning",
        "name": "Football banning order",
        "statute": "Football Spectators Act 1989 ss.14A and 14B",
        "applied_by": "Police or prosecutor",
        "made_by": "Magistrates’ or Crown Court",
        "shortest": 3,
        "longest": 10,
        "until_further_order": False,
        "notification": "other",
        "citation": f"FSA 1989 s.14F; {UNCHECKED}",
    },
    {
        "code": "other",
        "name": "Another order",
        "statute": "As the order says",
        "made_by": "As the order says",
        "notification": "other",
        "citation": "For orders that are not in this list",
    },
]

V4 = "HMPPS licence conditions policy, version 4.0"
PSS = "HMPPS licence conditions policy, version 4.0: post-sentence supervision"
OFFICER = "unless your supervising officer agrees first"

CONDITIONS = {
    "standard": [
        ("behave", "Good behaviour", "Behave well, as the licence is meant to bring about, and commit no crime."),
        ("address", "Address", "Live only where your supervising officer permits, and ask before staying a night or more elsewhere."),
        ("contact", "Keep in touch", "Keep in touch with your supervising officer and meet as you are told to, at home too."),
        ("names", "Other names", "Tell your supervising officer every name you use that is not on the licence."),
        ("details", "Contact details", "Tell your supervising officer when your telephone number, email or other contact details change."),
        ("work", "Work", "Tell your supervising officer about new work or a new kind of work, and start it only when it is approved."),
        ("travel", "Leaving the country", "Do not leave the United Kingdom, the Isle of Man or the Channel Islands without your supervising officer’s permission. Deportation and removal are excepted."),
        ("passport", "Passports", "Ask your supervising officer before you apply for a passport, and say which passports you hold when asked."),
    ],
    "pss": [
        ("behave", "Good behaviour", "Be of good behaviour, and do nothing that undermines the purpose of the supervision period."),
        ("offence", "No offence", "Commit no offence."),
        ("contact", "Keep in touch", "Keep in touch with your supervisor as instructed."),
        ("visits", "Visits", "Receive visits from your supervisor as instructed."),
        ("address", "Address", "Live at an approved address, and ask your supervisor before staying a night or more elsewhere."),
        ("work", "Work", "Do only work that your supervisor approved, and tell your supervisor of it beforehand."),
        ("travel", "Leaving the country", "Do not travel outside the United Kingdom, the Channel Islands or the Isle of Man without permission, except to obey the law."),
        ("activities", "Activities", "Take part in activities as your supervisor instructs."),
    ],
    "residence": [
        ("region", "Region of residence", f"While you have no fixed abode, spend each night within [probation region], {OFFICER}."),
        ("premises", "Residence at approved premises", f"Live at [name of the approved premises] and keep its rules, {OFFICER}."),
    ],
    "residency": [
        ("children", "Not in a household with children", f"Do not live or stay a night in a household with [any, any female or any male] child under [age], {OFFICER}."),
    ],
    "contact": [
        ("medical", "Medical appointments", f"Attend the appointments arranged for you with [psychiatrist, psychologist or medical practitioner], {OFFICER}."),
        ("mental-health", "Visits of a mental health worker", "Receive visits at home from a mental health worker."),
        ("return", "Return to the United Kingdom", "If you come back to the United Kingdom and Islands before the licence ends, report to your supervising officer within two working days."),
        ("victim", "No contact with the victim or family", f"Do not seek to approach or communicate with [the victim, or the victim’s family, as named on the licence], {OFFICER}, together with [the social services department, or nobody else]."),
        ("victims", "No contact with any victim", f"Do not approach or communicate with any victim of your offences, {OFFICER}."),
        ("children", "No unsupervised contact with children", f"Have no unsupervised contact with [any, any female or any male] children under [age], {OFFICER}, except contact in daily life that cannot reasonably be avoided."),
        ("named", "No contact with named people", f"Do not contact or meet [names of the people], {OFFICER}."),
        ("sex-offenders", "No contact with known sex offenders", f"Do not contact or meet anybody you know to be a sex offender, except on a treatment programme or in approved premises, {OFFICER}."),
        ("prisoners", "No contact with prisoners", f"Do not contact anybody who is in prison or in other custody, {OFFICER}."),
        ("groups", "No contact with members of a group", f"Do not meet anybody who belongs or belonged to [names of the groups], {OFFICER}."),
        ("sexual-services", "No commercial sexual services", "Do not use or try to use commercial sexual or companionship services."),
        ("staff", "No relationship with staff", f"Have no contact or relationship with staff or volunteers of HM Prison and Probation Service outside supervision, {OFFICER}."),
    ],
    "programmes": [
        ("behaviour", "Address offending", "Do what your supervising officer requires so that you address your [sexual offending, violent offending, gambling or other behaviour]."),
        ("children", "No work with children", f"Do no work or organised activity, paid or unpaid, that involves anybody under [age], {OFFICER}."),
        ("iom", "Integrated Offender Management", "Work with the Integrated Offender Management team and follow its instructions."),
        ("services", "Engage with services", "Register and engage with [housing, benefits, children’s services, education or other services] as your supervising officer requires."),
        ("job-centre", "Job Centre Plus", f"Attend and engage with appointments at Job Centre Plus, {OFFICER}."),
    ],
    "items": [
        ("phones", "One telephone", f"Have no more than one mobile telephone or SIM card, {OFFICER}, and give its details."),
        ("passport", "Surrender of passport", "Hand your passports to your supervising officer, and say when you mean to apply for a new one."),
        ("internet", "No devices with internet", f"Use no computer or device that can reach the internet, {OFFICER}, and then only where and for what is agreed."),
        ("history", "Usage history", "Do not delete the usage history of any [devices], and let them be inspected, taken away for inspection, and monitored."),
        ("item", "No possession of an item", f"Do not own or possess [the item], {OFFICER}."),
    ],
    "disclosure": [
        ("vehicles", "Vehicles", "Give your supervising officer the details of every vehicle you own, hire or regularly use, before you travel in it."),
        ("relationships", "Relationships", "Tell your supervising officer of developing relationships, and of changes and endings, with the details of the person."),
        ("children", "Relationships in households with children", "Tell your supervising officer of any developing personal relationship with somebody who lives with children under 18."),
        ("accounts", "Accounts", "Give your supervising officer the details of the [bank accounts, credit cards or cryptocurrency accounts] that you can use or control, new ones too."),
    ],
    "curfew": [
        ("hours", "Curfew", "Stay at your approved address each day between [time] and [time]."),
    ],
    "movement": [
        ("zone", "Exclusion zone", f"Do not enter the area on the map [reference of the map], {OFFICER}."),
        ("premises", "Named premises", f"Do not enter [the premises, kind of premises or road], {OFFICER}."),
        ("sight", "Kinds of place", f"Do not enter or stay in sight of any [play area, swimming bath, school or other place], {OFFICER}."),
        ("worship", "Places of worship", "Attend only places of worship that were agreed with your supervising officer."),
        ("event", "An event", f"Do not enter the area on the map [reference of the map] while [the event] takes place, {OFFICER}."),
        ("county", "Travel outside the county", "Tell your supervising officer before any journey outside your home county."),
        ("drinking", "Drinking establishments", f"Do not enter a drinking establishment [at any time, or between which times], {OFFICER}."),
        ("stay", "Stay within an area", f"Do not leave the area on the map [reference of the map], {OFFICER}."),
        ("public-events", "Public events", f"Do not attend [any or which public events] [at any time, or between which times], {OFFICER}."),
    ],
    "reporting": [
        ("premises", "Report to staff at approved premises", "Report to staff at [the approved premises] at [times]. Your supervising officer reviews this [weekly or monthly]."),
        ("police", "Report to a police station", "Report to [the police station] at [times]. Your supervising officer reviews this [weekly or monthly]."),
    ],
    "conduct": [
        ("internet", "Internet", f"Do not use the internet for [the purpose], {OFFICER}."),
        ("gambling", "Gambling", "Do not gamble or enter a place of gambling."),
    ],
    "extremism": [
        ("groups", "Extremist groups", f"Do not contact or meet anybody whom you know or believe to hold extremist views, {OFFICER}."),
        ("material", "Extremist material", "Do not possess, seek or pass on material that promotes extremism or terrorism."),
    ],
    "polygraph": [
        ("sessions", "Polygraph sessions", "Attend polygraph sessions and examinations, and follow the instructions given there."),
    ],
    "substances": [
        ("testing", "Drug testing", "Give samples to test whether you have taken [the drugs], as your supervising officer requires."),
        ("treatment", "Drug or alcohol appointments", "Attend [the service] to address your dependency on, or misuse of, [drugs, alcohol or solvents]."),
    ],
    "monitoring": [
        ("curfew", "Curfew tag", "Wear a tag by which your curfew is monitored, and let it be fitted, checked and taken off."),
        ("trail", "Location monitoring (GPS trail)", "Wear a tag by which your whereabouts are monitored, keep it charged, and let it be fitted, checked and taken off."),
        ("zone", "Monitoring of an exclusion zone", "Wear a tag by which your keeping out of the exclusion zone is monitored, and keep it charged."),
        ("abstinence", "Alcohol abstinence monitoring", "Drink no alcohol until [date], and wear a tag by which this is monitored."),
        ("alcohol", "Alcohol monitoring", "Wear a tag by which your drinking is monitored until [date]."),
    ],
    "terrorist": [
        ("search", "Personal search", "Submit to a search of your person by a constable under the power for terrorist offenders on licence."),
    ],
    "organised": [
        ("communications", "Communications", f"Use only the telephones, devices and accounts that you have declared, {OFFICER}."),
        ("assets", "Money and assets", "Declare [income, assets or transactions over which amount] to your supervising officer."),
    ],
    "other": [
        ("own-wording", "Own wording", "[The condition as it stands on the licence]"),
    ],
}


def load(apps, schema_editor):
    OrderKind = apps.get_model("offenders", "OrderKind")
    for kind in KINDS:
        row = dict(kind)
        OrderKind.objects.get_or_create(code=row.pop("code"), defaults=row)
    ConditionText = apps.get_model("offenders", "ConditionText")
    for group, texts in CONDITIONS.items():
        for position, (code, title, text) in enumerate(texts, start=1):
            citation = PSS if group == "pss" else V4
            ConditionText.objects.get_or_create(
                code=f"{group}-{code}",
                defaults={"group": group, "position": position, "title": title, "text": text, "citation": citation},
            )


class Migration(migrations.Migration):
    dependencies = [("offenders", "0018_orders_licences_premises")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
