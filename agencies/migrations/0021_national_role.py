"""The role of the national team, who compares areas and sees no case (docs/access.md)."""

from django.db import migrations, models


def add(apps, schema_editor):
    apps.get_model("agencies", "Role").objects.get_or_create(
        code="national",
        defaults={
            "name": "National",
            "purpose": "The figures of every area side by side: aggregates only, no case.",
            "position": 10,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0020_invitation_answer_standard")]

    operations = [
        migrations.AlterField(
            model_name="role",
            name="code",
            field=models.CharField(
                choices=[
                    ("practitioner", "Practitioner"),
                    ("contact-point", "Contact point"),
                    ("victim-liaison", "Victim liaison"),
                    ("coordinator", "Coordinator"),
                    ("chair", "Chair"),
                    ("board-member", "Board member"),
                    ("lay-adviser", "Lay adviser"),
                    ("information-officer", "Information officer"),
                    ("administrator", "Administrator"),
                    ("national", "National"),
                    ("integration", "Integration"),
                ],
                max_length=30,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
