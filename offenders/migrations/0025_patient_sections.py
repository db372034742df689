"""Sections and orders under which somebody is a patient. Proposals for the administrator to confirm."""

from django.db import migrations

MHA = "Mental Health Act 1983"
CITED = "Mental Health Act 1983 Part 3; whether restricted: to be checked by an administrator"
SECTIONS = [
    # code, name, statute, restriction, in hospital
    ("37", "Hospital order", f"{MHA} s.37", "never", True),
    ("37-41", "Hospital order with restrictions", f"{MHA} ss.37 and 41", "always", True),
    ("38", "Interim hospital order", f"{MHA} s.38", "never", True),
    ("45a", "Hospital and limitation directions", f"{MHA} s.45A", "always", True),
    ("47", "Transfer of a sentenced prisoner", f"{MHA} s.47", "never", True),
    ("47-49", "Transfer of a sentenced prisoner, with restrictions", f"{MHA} ss.47 and 49", "always", True),
    ("48", "Transfer of another prisoner or detainee", f"{MHA} s.48", "never", True),
    ("48-49", "Transfer of another prisoner or detainee, with restrictions", f"{MHA} ss.48 and 49", "always", True),
    ("37-guardianship", "Guardianship order", f"{MHA} s.37", "never", False),
    ("7", "Guardianship", f"{MHA} s.7", "never", False),
    (
        "insanity",
        "Hospital order after insanity or unfitness to plead",
        "Criminal Procedure (Insanity) Act 1964 s.5",
        "may",
        True,
    ),
    ("3", "Admission for treatment, not by a court", f"{MHA} s.3", "never", True),
]


def load(apps, schema_editor):
    Section = apps.get_model("offenders", "PatientSection")
    for position, (code, name, statute, restriction, in_hospital) in enumerate(SECTIONS, start=1):
        Section.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "statute": statute,
                "restriction": restriction,
                "in_hospital": in_hospital,
                "position": position,
                "citation": CITED,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("offenders", "0024_particular_groups")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
