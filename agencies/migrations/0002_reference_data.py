"""Areas, kinds of agency, roles, ranks and standards: rows that the service needs before anybody signs in.

Run again, it puts back what is missing and leaves what an administrator has changed.
"""

from datetime import date

from django.db import migrations

WALES = {"Dyfed-Powys", "Gwent", "North Wales", "South Wales"}

# The 42 areas (docs/domain.md 13): the 43 police areas, with the Metropolitan Police and the City taken together.
AREAS = [
    "Avon and Somerset",
    "Bedfordshire",
    "Cambridgeshire",
    "Cheshire",
    "Cleveland",
    "Cumbria",
    "Derbyshire",
    "Devon and Cornwall",
    "Dorset",
    "Durham",
    "Dyfed-Powys",
    "Essex",
    "Gloucestershire",
    "Greater Manchester",
    "Gwent",
    "Hampshire and Isle of Wight",
    "Hertfordshire",
    "Humberside",
    "Kent",
    "Lancashire",
    "Leicestershire and Rutland",
    "Lincolnshire",
    "London",
    "Merseyside",
    "Norfolk",
    "North Wales",
    "North Yorkshire",
    "Northamptonshire",
    "Northumbria",
    "Nottinghamshire",
    "South Wales",
    "South Yorkshire",
    "Staffordshire",
    "Suffolk",
    "Surrey",
    "Sussex",
    "Thames Valley",
    "Warwickshire",
    "West Mercia",
    "West Midlands",
    "West Yorkshire",
    "Wiltshire",
]

RA, DTC = "responsible_authority", "co_operate"
CJA = "Criminal Justice Act 2003"

# code, name today, older name, duty, citation (docs/domain.md 9)
KINDS = [
    ("police", "Police", "Chief officer of police", RA, f"{CJA} s.325(1)"),
    ("probation", "Probation Service", "Local probation board", RA, f"{CJA} s.325(1)"),
    ("prison", "Prison Service", "Minister in relation to prisons", RA, f"{CJA} s.325(1)"),
    ("yot", "Youth Justice Service", "Youth offending team", DTC, f"{CJA} s.325(6)(a)"),
    ("jobcentre", "Jobcentre Plus (Department for Work and Pensions)", "Job centre Plus", DTC, f"{CJA} s.325(6)(b)"),
    ("health-commissioner", "NHS commissioner", "Strategic health authority", DTC, f"{CJA} s.325(6)(ba), (f), (g)"),
    ("education", "Local authority education", "Local education authority", DTC, f"{CJA} s.325(6)(c)"),
    ("housing", "Local housing authority", "", DTC, f"{CJA} s.325(6)(d)"),
    (
        "social-services",
        "Children’s and adult social care",
        "Social services, including children’s services",
        DTC,
        f"{CJA} s.325(6)(d)",
    ),
    ("rsl", "Registered provider of social housing", "Registered social landlord", DTC, f"{CJA} s.325(6)(e)"),
    ("nhs-trust", "NHS trust or foundation trust", "Care trust, NHS trust", DTC, f"{CJA} s.325(6)(h)"),
    ("electronic-monitoring", "Electronic monitoring provider", "", DTC, f"{CJA} s.325(6)(i)"),
    (
        "immigration",
        "Home Office Immigration Enforcement",
        "UK Border Agency",
        DTC,
        f"{CJA} s.325(7), by order; MAPPA Guidance 2012",
    ),
    ("associate", "Associate agency", "", "associate", f"{CJA} s.325(4A)(c)"),
    ("board", "Strategic Management Board", "", "board", f"{CJA} s.326"),
    ("service", "Runs this service", "", "service", ""),
]

# docs/access.md, "Roles"
ROLES = [
    ("practitioner", "Practitioner", "Works cases."),
    (
        "contact-point",
        "Contact point",
        "A practitioner who also manages the agency’s memberships and receives invitations.",
    ),
    ("victim-liaison", "Victim liaison", "The victims’ compartment."),
    (
        "coordinator",
        "Coordinator",
        "The area’s MAPPA co-ordination: screens referrals, schedules, invites, types minutes, shares cases.",
    ),
    ("chair", "Chair", "Agendas, decisions, approves minutes."),
    ("board-member", "Board member", "Performance, audits and serious case reviews."),
    ("lay-adviser", "Lay adviser", "Board dashboards and papers: aggregates only, no case."),
    ("information-officer", "Information officer", "The access log, break-glass reviews and retention, by reference."),
    ("administrator", "Administrator", "Runs the service: reference data, agencies and users; no case contents."),
    ("integration", "Integration", "A system, not a person: the API within its own scopes."),
]

INSPECTOR = "HMICFRS glossary “MAPPA guidance”: inspector or equivalent may chair"
SUPERINTENDENT = "HMICFRS glossary “MAPPA guidance”: superintendent or equivalent for the highest risk"

# 20 and above is manager rank, 30 and above senior rank (docs/domain.md 3.2)
RANKS = [
    ("Officer", 10, ""),
    ("Constable", 10, ""),
    ("Probation officer", 10, ""),
    ("Sergeant", 15, ""),
    ("Inspector", 20, INSPECTOR),
    ("Chief inspector", 25, INSPECTOR),
    ("Senior probation officer", 20, "Believed, not checked against the Guidance"),
    ("Team manager", 20, ""),
    ("Head of service", 20, ""),
    ("Head of offender management, prison", 20, ""),
    ("Superintendent", 30, SUPERINTENDENT),
    ("Chief superintendent", 35, SUPERINTENDENT),
    ("Head of probation delivery unit", 30, "Believed, not checked against the Guidance"),
    ("Assistant chief officer", 35, "Believed, not checked against the Guidance"),
    ("Director", 35, ""),
]

ALWAYS = date(2010, 1, 1)
CHANGED = date(2019, 7, 1)
BELIEVED = "MAPPA Guidance (current edition), not checked against the text"
OLDER = "MAPPA Guidance 2009, as inspected by HMI Probation in 2010"

# name, figure, unit, from, until, citation, certainty (docs/domain.md 0: V checked, V-old dated, R+ and R? believed)
STANDARDS = [
    # reviews (docs/domain.md 3.1); the older figure of level 1 was “every 4 months”
    ("level_1_review_weeks", 17, "weeks", ALWAYS, date(2019, 6, 30), OLDER, "V-old"),
    ("level_2_review_weeks", 12, "weeks", ALWAYS, date(2019, 6, 30), OLDER, "V-old"),
    ("level_3_review_weeks", 6, "weeks", ALWAYS, date(2019, 6, 30), OLDER, "R+"),
    (
        "level_1_review_weeks",
        16,
        "weeks",
        CHANGED,
        None,
        "The lead agency’s own policy; 16 weeks as at level 2 unless the area sets another",
        "R?",
    ),
    ("level_2_review_weeks", 16, "weeks", CHANGED, None, BELIEVED, "R?"),
    ("level_3_review_weeks", 8, "weeks", CHANGED, None, BELIEVED, "R?"),
    # referrals and meetings
    ("screening_working_days", 10, "working days", ALWAYS, None, "Set by this service; areas may set their own", "R?"),
    ("first_meeting_working_days", 20, "working days", ALWAYS, None, BELIEVED, "R?"),
    (
        "information_return_working_days",
        5,
        "working days",
        ALWAYS,
        None,
        "Set by this service: so long before the meeting; areas may set their own",
        "R?",
    ),
    ("level_2_minutes_working_days", 10, "working days", ALWAYS, None, BELIEVED, "R?"),
    ("level_3_minutes_working_days", 5, "working days", ALWAYS, None, BELIEVED, "R?"),
    (
        "invitee_access_months",
        6,
        "months",
        ALWAYS,
        None,
        "Set by this service: how long an invited agency sees a case after the meeting",
        "R?",
    ),
    ("break_glass_minutes", 60, "minutes", ALWAYS, None, "docs/access.md, rule 5", "R?"),
    ("smb_meetings_per_year", 4, "meetings", ALWAYS, None, "MAPPA Guidance; at least three a year in v4.5 (2012)", "R?"),
    ("lay_adviser_meetings_per_quarter", 1, "meetings", ALWAYS, None, "Avon and Somerset lay adviser advert, 2020", "V"),
    # what the board is measured by (docs/domain.md 10.3)
    ("kpi_level_1_reviews_percent", 85, "per cent", ALWAYS, None, "Set by this service, as at level 2", "R?"),
    ("kpi_level_2_reviews_percent", 85, "per cent", ALWAYS, None, "MAPPA Guidance chapter 31", "R?"),
    ("kpi_level_3_reviews_percent", 90, "per cent", ALWAYS, None, "MAPPA Guidance chapter 31", "R?"),
    ("kpi_disclosure_percent", 100, "per cent", ALWAYS, None, "MAPPA Guidance chapter 31", "R?"),
    ("kpi_ra_attendance_percent", 90, "per cent", ALWAYS, None, "MAPPA Guidance chapter 31", "R?"),
    ("kpi_dtc_attendance_percent", 75, "per cent", ALWAYS, None, "MAPPA Guidance chapter 31", "R?"),
    ("kpi_smb_attendance_percent", 75, "per cent", ALWAYS, None, "MAPPA Guidance chapter 31", "R?"),
    ("kpi_minutes_percent", 90, "per cent", ALWAYS, None, "MAPPA Guidance chapter 31", "R?"),
    ("kpi_actions_percent", 90, "per cent", ALWAYS, None, "Set by this service", "R?"),
]


def slug(name):
    return name.lower().replace(" ", "-")


def load(apps, schema_editor):
    Area, AgencyKind, Role, Rank, Standard, User = (
        apps.get_model("agencies", name) for name in ("Area", "AgencyKind", "Role", "Rank", "Standard", "User")
    )
    for name in AREAS:
        nation = "wales" if name in WALES else "england"
        Area.objects.get_or_create(slug=slug(name), defaults={"name": name, "nation": nation})
    for position, (code, name, older_name, duty, citation) in enumerate(KINDS):
        AgencyKind.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "older_name": older_name,
                "duty": duty,
                "citation": citation,
                "position": position,
            },
        )
    for position, (code, name, purpose) in enumerate(ROLES):
        Role.objects.get_or_create(code=code, defaults={"name": name, "purpose": purpose, "position": position})
    for name, order, citation in RANKS:
        Rank.objects.get_or_create(name=name, defaults={"order": order, "citation": citation})
    for name, figure, unit, from_on, until, citation, certainty in STANDARDS:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=from_on,
            defaults={"value": figure, "unit": unit, "until": until, "citation": citation, "certainty": certainty},
        )
    # Who acts when nobody does (agencies.models.user.system_user).
    User.objects.get_or_create(
        email="system@mappa.invalid", defaults={"name": "mappa", "is_system": True, "password": "!"}
    )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
