"""The offences of not keeping notification requirements: the annual report counts who was convicted of the first (table 3)."""

from django.db import migrations

OFFENCES = [
    ("SOA91", "Failing to comply with notification requirements", "Sexual Offences Act 2003 s.91"),
    ("CTA54", "Failing to comply with notification requirements (terrorism)", "Counter-Terrorism Act 2008 s.54"),
]


def load(apps, schema_editor):
    Offence = apps.get_model("offenders", "Offence")
    for code, title, statute in OFFENCES:
        Offence.objects.get_or_create(code=code, defaults={"title": title, "statute": statute})


class Migration(migrations.Migration):
    dependencies = [("offenders", "0046_legal_hold")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
