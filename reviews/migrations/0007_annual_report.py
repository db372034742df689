"""The annual report, published totals, populations and regions; by when a report is due."""

from datetime import date

import django.core.validators
import django.db.models.deletion
import functools
import mappa.reference_numbers
from django.conf import settings
from django.db import migrations, models


# What was approved is what was read: figures, definitions and words change no more; of what was published nothing does.
FINAL = """
CREATE FUNCTION refuse_change_of_annual_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'mappa_app' AND (
        TG_OP = 'DELETE' OR OLD.state = 'published' OR (OLD.state = 'approved' AND (
            OLD.figures_id, OLD.area_id, OLD.year, OLD.revision, OLD.foreword, OLD.arrangements,
            OLD.work, OLD.commentary, OLD.plans, OLD.lay_words
        ) IS DISTINCT FROM (
            NEW.figures_id, NEW.area_id, NEW.year, NEW.revision, NEW.foreword, NEW.arrangements,
            NEW.work, NEW.commentary, NEW.plans, NEW.lay_words
        ))
    ) THEN
        RAISE EXCEPTION 'An approved annual report does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER annual_reports_are_final BEFORE UPDATE OR DELETE ON reviews_annualreport FOR EACH ROW
    EXECUTE FUNCTION refuse_change_of_annual_report();
"""

NOT_FINAL = """
DROP TRIGGER annual_reports_are_final ON reviews_annualreport;
DROP FUNCTION refuse_change_of_annual_report;
"""

REGIONS = {
    "East Midlands": ["Derbyshire", "Leicestershire and Rutland", "Lincolnshire", "Nottinghamshire"],
    "East of England": ["Bedfordshire", "Cambridgeshire", "Essex", "Hertfordshire", "Norfolk", "Northamptonshire", "Suffolk"],
    "Greater Manchester": ["Greater Manchester"],
    "Kent, Surrey and Sussex": ["Kent", "Surrey", "Sussex"],
    "London": ["London"],
    "North East": ["Cleveland", "Durham", "Northumbria"],
    "North West": ["Cheshire", "Cumbria", "Lancashire", "Merseyside"],
    "South Central": ["Hampshire and Isle of Wight", "Thames Valley"],
    "South West": ["Avon and Somerset", "Devon and Cornwall", "Dorset", "Gloucestershire", "Wiltshire"],
    "Wales": ["Dyfed-Powys", "Gwent", "North Wales", "South Wales"],
    "West Midlands": ["Staffordshire", "Warwickshire", "West Mercia", "West Midlands"],
    "Yorkshire and the Humber": ["Humberside", "North Yorkshire", "South Yorkshire", "West Yorkshire"],
}
BY = "Regions of the Probation Service since 26 June 2021; from 2024-25 annual reports are published by region"


def load(apps, schema_editor):
    """Reference data. Run again, it puts back what is missing and leaves what an administrator has changed."""
    areas = {area.name: area for area in apps.get_model("agencies", "Area").objects.all()}
    for name, members in REGIONS.items():
        fresh = {"citation": BY, "certainty": "R+"}
        region, is_new = apps.get_model("reviews", "Region").objects.get_or_create(name=name, defaults=fresh)
        if is_new:
            region.areas.set([areas[member] for member in members if member in areas])
    apps.get_model("agencies", "Standard").objects.get_or_create(
        name="annual_report_due_months",
        area=None,
        from_on=date(2001, 4, 1),
        defaults={
            "value": 7,
            "unit": "months",
            "citation": "CJA 2003 s.326(5): as soon as practicable after 31 March; reports have come out at the end of October",
            "certainty": "R?",
        },
    )


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0023_board_standards'),
        ('reviews', '0006_serious_cases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('citation', models.CharField(max_length=200)),
                ('certainty', models.CharField(blank=True, help_text='How far the source was checked.', max_length=10)),
                ('areas', models.ManyToManyField(blank=True, related_name='+', to='agencies.area')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='AnnualReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=functools.partial(mappa.reference_numbers.new_reference, *('AR',), **{}), editable=False, max_length=12, unique=True)),
                ('year', models.PositiveSmallIntegerField(help_text='The year in which it begins: 2025 is 1 April 2025 to 31 March 2026.', validators=[django.core.validators.MinValueValidator(2001), django.core.validators.MaxValueValidator(2100)])),
                ('revision', models.PositiveSmallIntegerField(default=1)),
                ('correction_reason', models.TextField(blank=True)),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('due', 'To be drafted'), ('draft', 'Draft'), ('approved', 'Approved'), ('published', 'Published')], default='due', max_length=10)),
                ('foreword', models.TextField(blank=True)),
                ('arrangements', models.TextField(blank=True)),
                ('work', models.TextField(blank=True)),
                ('commentary', models.TextField(blank=True)),
                ('plans', models.TextField(blank=True)),
                ('lay_words', models.TextField(blank=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('sent_back_reason', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.area')),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='reviews.annualreport')),
                ('figures', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.snapshot')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('writers', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-year', '-revision'],
                'indexes': [models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['due_on'], name='annual_reports_open')],
                'constraints': [models.UniqueConstraint(models.F('area'), models.F('year'), models.F('revision'), name='one_report_a_revision'), models.UniqueConstraint(models.F('area'), models.F('year'), condition=models.Q(('state', 'published'), _negated=True), name='one_open_report_a_year', violation_error_message='A report of this year is being written already. Open that one.'), models.CheckConstraint(condition=models.Q(models.Q(('correction_reason', ''), ('corrects__isnull', True), ('revision', 1)), models.Q(('corrects__isnull', False), ('revision__gt', 1), models.Q(('correction_reason', ''), _negated=True)), _connector='OR'), name='a_revision_says_what_it_corrects_and_why'), models.CheckConstraint(condition=models.Q(models.Q(('figures__isnull', True), ('state', 'due')), models.Q(models.Q(('state', 'due'), _negated=True), ('figures__isnull', False)), _connector='OR'), name='a_drafted_report_has_figures'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True), ('state__in', ['due', 'draft'])), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('state__in', ['approved', 'published'])), _connector='OR'), name='an_approved_report_says_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by__isnull', True), models.Q(('state', 'published'), _negated=True)), models.Q(('published_at__gte', models.F('approved_at')), ('published_by__isnull', False), ('state', 'published')), _connector='OR'), name='a_published_report_says_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='Population',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2001), django.core.validators.MaxValueValidator(2100)], verbose_name='year of the estimate')),
                ('people', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='people aged 10 and over')),
                ('source', models.CharField(max_length=200)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.area')),
            ],
            options={
                'ordering': ['area', '-year'],
                'constraints': [models.UniqueConstraint(models.F('area'), models.F('year'), name='one_population_a_year', violation_error_message='The area has an estimate of this year already. Change that one.'), models.CheckConstraint(condition=models.Q(('people__gt', 0)), name='an_area_has_people')],
            },
        ),
        migrations.CreateModel(
            name='PublishedTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=functools.partial(mappa.reference_numbers.new_reference, *('PT',), **{}), editable=False, max_length=12, unique=True)),
                ('year', models.PositiveSmallIntegerField(help_text='The year in which it begins: 2025 is 1 April 2025 to 31 March 2026.', validators=[django.core.validators.MinValueValidator(2001), django.core.validators.MaxValueValidator(2100)])),
                ('table', models.CharField(choices=[('eligible', 'MAPPA-eligible offenders on 31 March'), ('managed', 'Managed at levels 2 and 3 in the year'), ('notification-breaches', 'Cautioned or convicted for breach of notification'), ('lifetime-revoked', 'Lifetime notification revoked on application'), ('shpo', 'Sexual harm prevention orders imposed'), ('shpo-travel', 'Of these, with a foreign travel restriction'), ('notification-orders', 'Notification orders imposed'), ('sro-breaches', 'Subject to notification for breach of a sexual risk order'), ('returned-licence', 'Returned to custody for breach of licence'), ('returned-order', 'Returned to custody for breach of an order'), ('rate', 'Registered sexual offenders per 100,000 people aged 10 and over'), ('serious', 'Charged with a serious further offence')], max_length=30)),
                ('category', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Category 1'), (2, 'Category 2'), (3, 'Category 3'), (4, 'Category 4')], null=True)),
                ('level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Level 1'), (2, 'Level 2'), (3, 'Level 3')], null=True)),
                ('number', models.PositiveIntegerField()),
                ('source', models.CharField(max_length=200)),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.area')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-year', 'table', models.OrderBy(models.F('category'), nulls_first=True), models.OrderBy(models.F('level'), nulls_first=True)],
                'constraints': [models.UniqueConstraint(fields=('area', 'year', 'table', 'category', 'level'), name='one_published_total', nulls_distinct=False, violation_error_message='This total is entered already. Remove it first, then enter it as it should be.')],
            },
        ),
        migrations.RunSQL(FINAL, NOT_FINAL),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
