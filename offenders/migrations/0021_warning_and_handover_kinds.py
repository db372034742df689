"""Warnings that say nothing of a victim, and what is handed over with a case. Proposals for the administrator to confirm."""

from django.db import migrations

LOCAL = "Local practice: no list is published"

WARNINGS = [
    # code, words, citation
    (
        "ask-liaison",
        "Victim contact: ask the liaison officer before disclosing the address",
        "Register of the probation case system (INVI, victim contact): prompts contact with the liaison officer",
    ),
    ("release-address", "Do not disclose the release address", LOCAL),
    ("near", "A person at risk lives near: ask before changing the address", LOCAL),
    ("dates", "Tell the liaison officer before release, leave or a move is arranged", LOCAL),
    ("no-contact", "Contact of any kind with certain people is to be reported at once", LOCAL),
]

HANDOVER = [
    # code, name, citation
    ("plan", "The risk management plan is up to date", "MAPPA Guidance 12.2 and 12.5: the lead agency's plan, shared"),
    ("risk", "The risk assessment is current", LOCAL),
    ("minutes", "The level, and the minutes of the last meetings, were sent", "MAPPA Guidance ch 17; not checked in full"),
    ("visor", "Who owns the ViSOR record was agreed", LOCAL),
    ("victims", "The liaison officers of both areas know", LOCAL),
    ("police", "The police of both areas know, and where the person notifies", "Sexual Offences Act 2003 s.84"),
    ("orders", "Orders and licence conditions were passed on", LOCAL),
    ("spoken", "The receiving officer was spoken to", LOCAL),
]


def load(apps, schema_editor):
    WarningKind = apps.get_model("offenders", "WarningKind")
    HandoverKind = apps.get_model("offenders", "HandoverKind")
    for code, words, citation in WARNINGS:
        WarningKind.objects.get_or_create(code=code, defaults={"words": words, "citation": citation})
    for position, (code, name, citation) in enumerate(HANDOVER, start=1):
        defaults = {"name": name, "position": position, "citation": citation}
        HandoverKind.objects.get_or_create(code=code, defaults=defaults)


class Migration(migrations.Migration):
    dependencies = [("offenders", "0020_victims_and_transfer")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
