"""Kinds of flag. Where no period is published, the months are a proposal for the administrator to confirm."""

from django.db import migrations

LOCAL = "Local practice: no period is published"
REGISTER = "Register of the probation case system: default review after"

KINDS = [
    # code, name, tone, months, warns, citation
    ("risk-to-staff", "Risk to staff", "severe", 3, True, LOCAL),
    ("risk-to-children", "Risk to children", "risk", 3, False, LOCAL),
    ("media-interest", "Media interest", "alert", 6, False, f"{REGISTER} 6 months (public-interest case)"),
    (
        "critical-public-protection",
        "Critical public protection case",
        "severe",
        6,
        False,
        "Probation Instruction 06/2013; the period is local practice",
    ),
    (
        "victim-contact",
        "Victim contact: ask the liaison officer before disclosing the address",
        "risk",
        3,
        False,
        f"{REGISTER} 3 months (victim contact)",
    ),
    ("weapons", "Weapons", "severe", 6, False, LOCAL),
    ("escape", "Escape or absconding", "risk", 6, False, LOCAL),
    ("gang", "Gang or organised crime", "risk", 6, False, LOCAL),
    ("hostage-taking", "Hostage taking", "severe", 6, False, LOCAL),
    ("arson", "Arson", "risk", 6, False, LOCAL),
    ("self-harm", "Suicide or self-harm", "risk", 3, False, LOCAL),
]


def load(apps, schema_editor):
    FlagKind = apps.get_model("offenders", "FlagKind")
    for code, name, tone, months, warns, citation in KINDS:
        FlagKind.objects.get_or_create(
            code=code,
            defaults={"name": name, "tone": tone, "review_months": months, "warns": warns, "citation": citation},
        )


class Migration(migrations.Migration):
    dependencies = [("offenders", "0004_flags_and_notes")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
