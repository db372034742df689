"""Give every conviction its sentence as a row of its own, and the list of offences more of Schedules 3 and 15.

Both may be stopped at any time, and run again. Where an entry of Schedule 3 counts only with a condition on ages or on
the sentence, it is flagged and the condition is named in the statute line, as in 0002. What is not sure is not flagged,
and the statute line asks whoever records it to check.
"""

from django.db import migrations, transaction

from mappa.reference_numbers import new_reference

AT_ONCE = 2000
SOA = "Sexual Offences Act 2003"
OLD = "Sexual Offences Act 1956"
OAPA = "Offences against the Person Act 1861"
FIREARMS = "Firearms Act 1968"
ROADS = "Road Traffic Act 1988"
TA2000, TA2006 = "Terrorism Act 2000", "Terrorism Act 2006"

SEXUAL = {"schedule_3": True, "schedule_15_part": 2}
SEXUAL_15 = {"schedule_15_part": 2}
VIOLENT = {"schedule_15_part": 1}
TERRORIST = {"schedule_15_part": 3, "relevant_terrorist": True}
WITH_SENTENCE = "Schedule 3: only with a sentence as it says"

OFFENCES = [
    ("SOA10", "Causing or inciting a child to engage in sexual activity", f"{SOA} s.10", SEXUAL),
    ("SOA11", "Engaging in sexual activity in the presence of a child", f"{SOA} s.11", SEXUAL),
    ("SOA12", "Causing a child to watch a sexual act", f"{SOA} s.12", SEXUAL),
    ("SOA13", "Child sex offence committed by a child or young person", f"{SOA} s.13 ({WITH_SENTENCE})", SEXUAL),
    ("SOA15A", "Sexual communication with a child", f"{SOA} s.15A (check Schedule 15)", {"schedule_3": True}),
    ("SOA16", "Abuse of position of trust: sexual activity with a child", f"{SOA} s.16 ({WITH_SENTENCE})", SEXUAL),
    (
        "SOA17",
        "Abuse of position of trust: causing or inciting a child to engage in sexual activity",
        f"{SOA} s.17 ({WITH_SENTENCE})",
        SEXUAL,
    ),
    ("SOA25", "Sexual activity with a child family member", f"{SOA} s.25 (Schedule 3: offender 18, or sentence)", SEXUAL),
    (
        "SOA26",
        "Inciting a child family member to engage in sexual activity",
        f"{SOA} s.26 (Schedule 3: offender 18, or sentence)",
        SEXUAL,
    ),
    ("SOA30", "Sexual activity with a person with a mental disorder impeding choice", f"{SOA} s.30", SEXUAL),
    (
        "SOA31",
        "Causing or inciting a person with a mental disorder impeding choice to engage in sexual activity",
        f"{SOA} s.31",
        SEXUAL,
    ),
    (
        "SOA38",
        "Care workers: sexual activity with a person with a mental disorder",
        f"{SOA} s.38 ({WITH_SENTENCE})",
        SEXUAL,
    ),
    (
        "SOA47",
        "Paying for sexual services of a child",
        f"{SOA} s.47 (Schedule 3: victim under 16, and offender 18 or sentence)",
        SEXUAL,
    ),
    ("SOA49", "Controlling a child in relation to sexual exploitation", f"{SOA} s.49 (Schedule 3: offender 18, or sentence)", SEXUAL),
    ("SOA50", "Arranging or facilitating sexual exploitation of a child", f"{SOA} s.50 (Schedule 3: offender 18, or sentence)", SEXUAL),
    ("SOA52", "Causing or inciting prostitution for gain", f"{SOA} s.52", SEXUAL_15),
    ("SOA53", "Controlling prostitution for gain", f"{SOA} s.53", SEXUAL_15),
    ("SOA61", "Administering a substance with intent", f"{SOA} s.61", SEXUAL),
    (
        "SOA62",
        "Committing an offence with intent to commit a sexual offence",
        f"{SOA} s.62 (Schedule 3: intended victim under 18, or sentence)",
        SEXUAL,
    ),
    (
        "SOA63",
        "Trespass with intent to commit a sexual offence",
        f"{SOA} s.63 (Schedule 3: intended victim under 18, or sentence)",
        SEXUAL,
    ),
    ("SOA64", "Sex with an adult relative: penetration", f"{SOA} s.64 ({WITH_SENTENCE})", SEXUAL),
    ("SOA65", "Sex with an adult relative: consenting to penetration", f"{SOA} s.65 ({WITH_SENTENCE})", SEXUAL),
    ("SOA66", "Exposure", f"{SOA} s.66 (Schedule 3: victim under 18, or sentence)", SEXUAL),
    ("SOA67", "Voyeurism", f"{SOA} s.67 (Schedule 3: victim under 18, or sentence)", SEXUAL),
    ("SOA69", "Intercourse with an animal", f"{SOA} s.69 ({WITH_SENTENCE})", SEXUAL),
    ("SOA70", "Sexual penetration of a corpse", f"{SOA} s.70 ({WITH_SENTENCE})", SEXUAL),
    ("SOA71", "Sexual activity in a public lavatory", f"{SOA} s.71", {}),
    ("SOA1956-1", "Rape (before 1 May 2004)", f"{OLD} s.1", SEXUAL),
    ("SOA1956-5", "Intercourse with a girl under 13 (before 1 May 2004)", f"{OLD} s.5", SEXUAL),
    ("SOA1956-6", "Intercourse with a girl under 16 (before 1 May 2004)", f"{OLD} s.6 (Schedule 3: offender 20)", SEXUAL),
    (
        "SOA1956-14",
        "Indecent assault on a woman (before 1 May 2004)",
        f"{OLD} s.14 (Schedule 3: victim under 18, or sentence)",
        SEXUAL,
    ),
    (
        "SOA1956-15",
        "Indecent assault on a man (before 1 May 2004)",
        f"{OLD} s.15 (Schedule 3: victim under 18, or sentence)",
        SEXUAL,
    ),
    ("ICA1", "Indecency with a child (before 1 May 2004)", "Indecency with Children Act 1960 s.1", SEXUAL),
    (
        "CJIA63",
        "Possessing extreme pornographic images",
        "Criminal Justice and Immigration Act 2008 s.63 (Schedule 3: offender 18 and 2 years; check Schedule 15)",
        {"schedule_3": True},
    ),
    (
        "CAJA62",
        "Possessing prohibited images of children",
        "Coroners and Justice Act 2009 s.62 (Schedule 3: offender 18 and 2 years; check Schedule 15)",
        {"schedule_3": True},
    ),
    (
        "SCA69",
        "Possessing a paedophile manual",
        "Serious Crime Act 2015 s.69 (Schedule 3: offender 18, or sentence; check Schedule 15)",
        {"schedule_3": True},
    ),
    ("OAPA4", "Soliciting murder", f"{OAPA} s.4", VIOLENT),
    ("OAPA21", "Attempting to choke, suffocate or strangle in order to commit an offence", f"{OAPA} s.21", VIOLENT),
    ("OAPA22", "Using chloroform and the like to commit an offence", f"{OAPA} s.22", VIOLENT),
    ("OAPA23", "Administering poison so as to endanger life or inflict grievous bodily harm", f"{OAPA} s.23", VIOLENT),
    ("OAPA27", "Abandoning a child under 2", f"{OAPA} s.27", VIOLENT),
    ("OAPA28", "Causing bodily injury by explosives", f"{OAPA} s.28", VIOLENT),
    ("OAPA29", "Using explosives with intent to do grievous bodily harm", f"{OAPA} s.29", VIOLENT),
    ("OAPA35", "Injuring persons by furious driving", f"{OAPA} s.35", VIOLENT),
    ("OAPA38", "Assault with intent to resist arrest", f"{OAPA} s.38", VIOLENT),
    ("ESA2", "Causing an explosion likely to endanger life or property", "Explosive Substances Act 1883 s.2", VIOLENT),
    ("ESA3", "Attempting to cause an explosion", "Explosive Substances Act 1883 s.3", VIOLENT),
    ("CYPA1", "Cruelty to a child", "Children and Young Persons Act 1933 s.1", VIOLENT),
    ("INFANT1", "Infanticide", "Infanticide Act 1938 s.1", VIOLENT),
    ("FA16", "Possessing a firearm with intent to endanger life", f"{FIREARMS} s.16", VIOLENT),
    ("FA16A", "Possessing a firearm with intent to cause fear of violence", f"{FIREARMS} s.16A", VIOLENT),
    ("FA17-1", "Using a firearm to resist arrest", f"{FIREARMS} s.17(1)", VIOLENT),
    ("FA17-2", "Possessing a firearm when committing an offence", f"{FIREARMS} s.17(2)", VIOLENT),
    ("FA18", "Carrying a firearm with criminal intent", f"{FIREARMS} s.18", VIOLENT),
    ("BURGGBH", "Burglary with intent to inflict grievous bodily harm or do damage", "Theft Act 1968 s.9(1)(a)", VIOLENT),
    ("BURG", "Burglary with intent to steal", "Theft Act 1968 s.9", {}),
    ("AGGVEH", "Aggravated vehicle-taking causing death", "Theft Act 1968 s.12A", VIOLENT),
    ("HOSTAGE", "Hostage-taking", "Taking of Hostages Act 1982 s.1", VIOLENT),
    ("MHA127", "Ill-treatment of a mental patient", "Mental Health Act 1983 s.127", VIOLENT),
    ("POA1", "Riot", "Public Order Act 1986 s.1", VIOLENT),
    ("POA2", "Violent disorder", "Public Order Act 1986 s.2", VIOLENT),
    ("POA3", "Affray", "Public Order Act 1986 s.3", VIOLENT),
    ("RTA1", "Causing death by dangerous driving", f"{ROADS} s.1", VIOLENT),
    ("RTA3A", "Causing death by careless driving when under the influence", f"{ROADS} s.3A", VIOLENT),
    ("PHA2", "Harassment", "Protection from Harassment Act 1997 s.2", {}),
    ("PHA4", "Putting people in fear of violence", "Protection from Harassment Act 1997 s.4", VIOLENT),
    ("CDA29", "Racially or religiously aggravated assault", "Crime and Disorder Act 1998 s.29", VIOLENT),
    (
        "DVCVA5",
        "Causing or allowing the death of a child or vulnerable adult",
        "Domestic Violence, Crime and Victims Act 2004 s.5",
        VIOLENT,
    ),
    ("FGMA1", "Female genital mutilation", "Female Genital Mutilation Act 2003 s.1", VIOLENT),
    ("MSA1", "Slavery, servitude and forced or compulsory labour", "Modern Slavery Act 2015 s.1", VIOLENT),
    (
        "SCA75A",
        "Strangulation or suffocation",
        "Serious Crime Act 2015 s.75A (check Schedule 15)",
        {},
    ),
    ("TA11", "Membership of a proscribed organisation", f"{TA2000} s.11", TERRORIST),
    ("TA54", "Weapons training", f"{TA2000} s.54", TERRORIST),
    ("TA56", "Directing a terrorist organisation", f"{TA2000} s.56", TERRORIST),
    ("TA57", "Possession of an article for terrorist purposes", f"{TA2000} s.57", TERRORIST),
    ("TA2006-1", "Encouragement of terrorism", f"{TA2006} s.1", TERRORIST),
    ("TA2006-2", "Dissemination of terrorist publications", f"{TA2006} s.2", TERRORIST),
    ("TA2006-6", "Training for terrorism", f"{TA2006} s.6", TERRORIST),
    ("TA2006-8", "Attendance at a place used for terrorist training", f"{TA2006} s.8", TERRORIST),
]


def offences(apps, schema_editor):
    Offence = apps.get_model("offenders", "Offence")
    for code, title, statute, flags in OFFENCES:
        Offence.objects.get_or_create(code=code, defaults={"title": title, "statute": statute, **flags})


def sentences(apps, schema_editor):
    """In the order of the keys, some thousands in a transaction: convictions keep being written meanwhile."""
    Conviction, Disposal, Term = (apps.get_model("offenders", name) for name in ("Conviction", "Disposal", "Term"))
    database = schema_editor.connection.alias
    waiting = Conviction.objects.using(database).filter(reference__isnull=True).order_by("pk")
    while True:
        with transaction.atomic(using=database):
            rows = list(waiting.select_related("offender").select_for_update(of=("self",))[:AT_ONCE])
            if not rows:
                return
            for row in rows:
                row.reference = new_reference("CV")
                row.added_at, row.added_by_id = row.offender.registered_at, row.offender.registered_by_id
            made = Disposal.objects.using(database).bulk_create([_disposal(Disposal, row) for row in rows])
            Term.objects.using(database).bulk_create(
                [_term(Term, row, one) for row, one in zip(rows, made, strict=True) if _has_term(row)]
            )
            Conviction.objects.using(database).bulk_update(rows, ["reference", "added_at", "added_by"])


def _has_term(row):
    return row.disposal in {"imprisonment", "detention"} and (row.term_years or row.term_months or row.term_days)


def _disposal(Disposal, row):
    discharged = row.disposal == "conditional_discharge"
    return Disposal(
        reference=new_reference("DI"),
        offender_id=row.offender_id,
        conviction_id=row.pk,
        kind=row.disposal,
        imposed_on=row.dealt_with_on,
        discharge_years=row.term_years if discharged else 0,
        discharge_months=row.term_months if discharged else 0,
        discharge_days=row.term_days if discharged else 0,
        ends_on=row.licence_ends_on if row.licence_ends_on and row.licence_ends_on >= row.dealt_with_on else None,
        added_at=row.added_at,
        added_by_id=row.added_by_id,
    )


def _term(Term, row, disposal):
    return Term(
        offender_id=row.offender_id,
        disposal_id=disposal.pk,
        position=1,
        years=row.term_years,
        months=row.term_months,
        days=row.term_days,
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("offenders", "0009_sentences_and_whereabouts")]

    operations = [
        migrations.RunPython(offences, migrations.RunPython.noop),
        migrations.RunPython(sentences, migrations.RunPython.noop),
    ]
