"""Offences with the schedules that make them count for MAPPA (CJA 2003 s.327).

Several Schedule 3 entries count only with a condition on the victim's age or the sentence: they are flagged, and the
condition is named in the statute line, for whoever registers the person to check.
"""

from django.db import migrations

SOA = "Sexual Offences Act 2003"
OAPA = "Offences against the Person Act 1861"
PHA = "Protection from Harassment Act 1997"

SEXUAL = {"schedule_3": True, "schedule_15_part": 2}
VIOLENT = {"schedule_15_part": 1}
# Schedule 15 Part 3, which does not count for category 2, and Schedule 19ZA, which does for category 4.
TERRORIST = {"schedule_15_part": 3, "relevant_terrorist": True}

OFFENCES = [
    ("SOA1", "Rape", f"{SOA} s.1", SEXUAL),
    ("SOA2", "Assault by penetration", f"{SOA} s.2", SEXUAL),
    ("SOA3", "Sexual assault", f"{SOA} s.3 (Schedule 3 para 18: victim under 18, or sentence)", SEXUAL),
    ("SOA4", "Causing sexual activity without consent", f"{SOA} s.4", SEXUAL),
    ("SOA5", "Rape of a child under 13", f"{SOA} s.5", SEXUAL),
    ("SOA6", "Assault of a child under 13 by penetration", f"{SOA} s.6", SEXUAL),
    ("SOA7", "Sexual assault of a child under 13", f"{SOA} s.7 (Schedule 3 para 20: offender 18, or sentence)", SEXUAL),
    ("SOA8", "Causing or inciting a child under 13 to engage in sexual activity", f"{SOA} s.8", SEXUAL),
    ("SOA9", "Sexual activity with a child", f"{SOA} s.9", SEXUAL),
    ("SOA14", "Arranging or facilitating a child sex offence", f"{SOA} s.14 (Schedule 3 para 23: offender 18, or sentence)", SEXUAL),
    ("SOA15", "Meeting a child following sexual grooming", f"{SOA} s.15", SEXUAL),
    (
        "SOA48",
        "Causing or inciting sexual exploitation of a child",
        f"{SOA} s.48 (Schedule 3 para 29A: offender 18, or sentence)",
        SEXUAL,
    ),
    (
        "PCA1",
        "Making or distributing indecent photographs of a child",
        "Protection of Children Act 1978 s.1 (Schedule 3 para 13: child under 16, and offender’s age or sentence)",
        SEXUAL,
    ),
    (
        "CJA160",
        "Possessing indecent photographs of a child",
        "Criminal Justice Act 1988 s.160 (Schedule 3 para 15: child under 16, and offender’s age or sentence)",
        SEXUAL,
    ),
    ("MURDER", "Murder", "Common law", {"murder": True}),
    ("MANSL", "Manslaughter", "Common law", VIOLENT),
    ("ATTMUR", "Attempted murder", "Criminal Attempts Act 1981 s.1", VIOLENT),
    ("KIDNAP", "Kidnapping", "Common law", VIOLENT),
    ("FALSEIMP", "False imprisonment", "Common law", VIOLENT),
    ("OAPA16", "Threats to kill", f"{OAPA} s.16", VIOLENT),
    ("OAPA18", "Wounding or causing grievous bodily harm with intent", f"{OAPA} s.18", VIOLENT),
    ("OAPA20", "Malicious wounding or inflicting grievous bodily harm", f"{OAPA} s.20", VIOLENT),
    ("OAPA47", "Assault occasioning actual bodily harm", f"{OAPA} s.47", VIOLENT),
    ("ROBBERY", "Robbery", "Theft Act 1968 s.8", VIOLENT),
    ("AGGBURG", "Aggravated burglary", "Theft Act 1968 s.10", VIOLENT),
    ("ARSON", "Arson being reckless or intending to endanger life", "Criminal Damage Act 1971 s.1(2) and (3)", VIOLENT),
    ("STALK4A", "Stalking involving fear of violence or serious alarm or distress", f"{PHA} s.4A", VIOLENT),
    ("STALK2A", "Stalking", f"{PHA} s.2A", {}),
    (
        "SCA76",
        "Controlling or coercive behaviour in an intimate or family relationship",
        "Serious Crime Act 2015 s.76 (since 3 February 2025)",
        VIOLENT,
    ),
    ("CAA1", "Abduction of a child by a parent", "Child Abduction Act 1984 s.1", {"section_327_4a": True}),
    ("TA5", "Preparation of terrorist acts", "Terrorism Act 2006 s.5", TERRORIST),
    ("TA58", "Collecting information useful for terrorism", "Terrorism Act 2000 s.58", TERRORIST),
    ("THEFT", "Theft", "Theft Act 1968 s.1", {}),
    ("BATTERY", "Battery", "Criminal Justice Act 1988 s.39", {}),
]


def load(apps, schema_editor):
    Offence = apps.get_model("offenders", "Offence")
    for code, title, statute, flags in OFFENCES:
        Offence.objects.get_or_create(code=code, defaults={"title": title, "statute": statute, **flags})


class Migration(migrations.Migration):
    dependencies = [("offenders", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
