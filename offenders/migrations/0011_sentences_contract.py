"""What convictions have had since 0009 is required, and the columns that it copied go."""

import functools

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mappa.reference_numbers


class Migration(migrations.Migration):

    dependencies = [
        ("offenders", "0010_sentences_and_offences"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="conviction",
            name="reference",
            field=models.CharField(
                default=functools.partial(mappa.reference_numbers.new_reference, *("CV",), **{}),
                editable=False,
                max_length=12,
                unique=True,
            ),
        ),
        migrations.AlterField(
            model_name="conviction",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RemoveConstraint(
            model_name='conviction',
            name='only_some_disposals_have_a_term',
        ),
        migrations.RemoveField(
            model_name='conviction',
            name='disposal',
        ),
        migrations.RemoveField(
            model_name='conviction',
            name='licence_ends_on',
        ),
        migrations.RemoveField(
            model_name='conviction',
            name='term_days',
        ),
        migrations.RemoveField(
            model_name='conviction',
            name='term_months',
        ),
        migrations.RemoveField(
            model_name='conviction',
            name='term_years',
        ),
    ]
