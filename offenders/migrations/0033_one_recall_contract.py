from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('offenders', '0032_recalls_in_one_table'),
    ]

    operations = [
        migrations.DeleteModel(
            name='LicenceRecall',
        ),
    ]
