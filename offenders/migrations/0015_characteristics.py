"""Values of characteristics, and references for the names and numbers that were recorded before they had any.

Wording and codes are to be confirmed by the administrator, who edits them in the admin.
"""

from django.db import migrations
from django.db.models import OuterRef, Subquery

from mappa.reference_numbers import new_reference

CENSUS = "Office for National Statistics, Census 2021 (England and Wales)"
ETHNICITY = "Self-defined ethnicity 18+1 of the police, after ONS Census 2011; W4 after Census 2021"
EQUALITY = "Equality Act 2010"

NOT_KNOWN = ("unknown", "Not known", 98)
NOT_SAID = ("not-said", "Prefers not to say", 99)
LAST = (NOT_KNOWN, NOT_SAID)

# kind: citation, values as code and name in their order
VALUES = {
    "sex": (f"{CENSUS}: sex", [("F", "Female"), ("M", "Male")]),
    "gender": (
        f"{CENSUS}: gender identity",
        [
            ("woman", "Woman"),
            ("man", "Man"),
            ("non-binary", "Non-binary"),
            ("trans-woman", "Trans woman"),
            ("trans-man", "Trans man"),
            ("other", "Another gender identity"),
        ],
    ),
    "ethnicity": (
        ETHNICITY,
        [
            ("W1", "White: English, Welsh, Scottish, Northern Irish or British"),
            ("W2", "White: Irish"),
            ("W3", "White: Gypsy or Irish Traveller"),
            ("W4", "White: Roma"),
            ("W9", "White: any other White background"),
            ("M1", "Mixed: White and Black Caribbean"),
            ("M2", "Mixed: White and Black African"),
            ("M3", "Mixed: White and Asian"),
            ("M9", "Mixed: any other Mixed or multiple background"),
            ("A1", "Asian or Asian British: Indian"),
            ("A2", "Asian or Asian British: Pakistani"),
            ("A3", "Asian or Asian British: Bangladeshi"),
            ("A4", "Asian or Asian British: Chinese"),
            ("A9", "Asian or Asian British: any other Asian background"),
            ("B1", "Black or Black British: Caribbean"),
            ("B2", "Black or Black British: African"),
            ("B9", "Black or Black British: any other Black background"),
            ("O2", "Other: Arab"),
            ("O9", "Other: any other ethnic group"),
        ],
    ),
    "marital": (
        f"{CENSUS}: legal partnership status",
        [
            ("single", "Never married or in a civil partnership"),
            ("married", "Married"),
            ("civil", "In a civil partnership"),
            ("separated", "Separated"),
            ("divorced", "Divorced, or civil partnership dissolved"),
            ("widowed", "Widowed, or surviving civil partner"),
        ],
    ),
    "religion": (
        f"{CENSUS}: religion",
        [
            ("none", "No religion"),
            ("christian", "Christian"),
            ("buddhist", "Buddhist"),
            ("hindu", "Hindu"),
            ("jewish", "Jewish"),
            ("muslim", "Muslim"),
            ("sikh", "Sikh"),
            ("other", "Any other religion or belief"),
        ],
    ),
    "disability": (
        f"{EQUALITY} s.6; kinds of impairment after the Government Statistical Service harmonised standard",
        [
            ("none", "None"),
            ("vision", "Vision"),
            ("hearing", "Hearing"),
            ("mobility", "Mobility"),
            ("dexterity", "Dexterity"),
            ("learning", "Learning, understanding or concentrating"),
            ("memory", "Memory"),
            ("mental-health", "Mental health"),
            ("stamina", "Stamina, breathing or fatigue"),
            ("social", "Socially or behaviourally, as with autism"),
            ("other", "Other"),
        ],
    ),
    "orientation": (
        f"{CENSUS}: sexual orientation",
        [
            ("straight", "Straight or heterosexual"),
            ("gay", "Gay or lesbian"),
            ("bisexual", "Bisexual"),
            ("other", "Other sexual orientation"),
        ],
    ),
    "reassignment": (f"{EQUALITY} s.7", [("no", "Does not apply"), ("yes", "Applies")]),
    "pregnancy": (
        f"{EQUALITY} s.17 and s.18",
        [("no", "Not pregnant"), ("pregnant", "Pregnant"), ("maternity", "Gave birth within the last 26 weeks")],
    ),
}
COUNTRIES = (
    "Afghanistan|Albania|Algeria|Andorra|Angola|Antigua and Barbuda|Argentina|Armenia|Australia|Austria|"
    "Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|"
    "Bosnia and Herzegovina|Botswana|Brazil|Brunei|Bulgaria|Burkina Faso|Burundi|Cambodia|Cameroon|Canada|"
    "Cape Verde|Central African Republic|Chad|Chile|China|Colombia|Comoros|Congo|Congo (Democratic Republic)|"
    "Costa Rica|Croatia|Cuba|Cyprus|Czechia|Denmark|Djibouti|Dominica|Dominican Republic|East Timor|Ecuador|"
    "Egypt|El Salvador|Equatorial Guinea|Eritrea|Estonia|Eswatini|Ethiopia|Fiji|Finland|France|Gabon|Gambia|"
    "Georgia|Germany|Ghana|Greece|Grenada|Guatemala|Guinea|Guinea-Bissau|Guyana|Haiti|Honduras|Hong Kong|"
    "Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Ivory Coast|Jamaica|Japan|Jordan|"
    "Kazakhstan|Kenya|Kiribati|Kosovo|Kuwait|Kyrgyzstan|Laos|Latvia|Lebanon|Lesotho|Liberia|Libya|"
    "Liechtenstein|Lithuania|Luxembourg|Madagascar|Malawi|Malaysia|Maldives|Mali|Malta|Marshall Islands|"
    "Mauritania|Mauritius|Mexico|Micronesia|Moldova|Monaco|Mongolia|Montenegro|Morocco|Mozambique|"
    "Myanmar (Burma)|Namibia|Nauru|Nepal|Netherlands|New Zealand|Nicaragua|Niger|Nigeria|North Korea|"
    "North Macedonia|Norway|Occupied Palestinian Territories|Oman|Pakistan|Palau|Panama|Papua New Guinea|"
    "Paraguay|Peru|Philippines|Poland|Portugal|Qatar|Romania|Russia|Rwanda|Samoa|San Marino|"
    "Sao Tome and Principe|Saudi Arabia|Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia|"
    "Solomon Islands|Somalia|South Africa|South Korea|South Sudan|Spain|Sri Lanka|St Kitts and Nevis|St Lucia|"
    "St Vincent|Sudan|Suriname|Sweden|Switzerland|Syria|Taiwan|Tajikistan|Tanzania|Thailand|Togo|Tonga|"
    "Trinidad and Tobago|Tunisia|Turkey|Turkmenistan|Tuvalu|Uganda|Ukraine|United Arab Emirates|United States|"
    "Uruguay|Uzbekistan|Vanuatu|Vatican City|Venezuela|Vietnam|Yemen|Zambia|Zimbabwe"
).split("|")
LANGUAGES = (
    "Albanian|Amharic|Arabic|Bengali|Bosnian, Croatian or Serbian|British Sign Language|Bulgarian|Cantonese|"
    "Czech|Dari|Dutch|Farsi (Persian)|French|German|Greek|Gujarati|Hebrew|Hindi|Hungarian|Igbo|Italian|"
    "Japanese|Korean|Kurdish (Kurmanji)|Kurdish (Sorani)|Latvian|Lingala|Lithuanian|Malayalam|Mandarin|Nepali|"
    "Oromo|Pashto|Polish|Portuguese|Punjabi|Romanian|Romani|Russian|Shona|Sinhala|Slovak|Somali|Spanish|"
    "Swahili|Swedish|Sylheti|Tagalog (Filipino)|Tamil|Telugu|Thai|Tigrinya|Turkish|Twi|Ukrainian|Urdu|"
    "Vietnamese|Welsh|Wolof|Yiddish|Yoruba|Zulu"
).split("|")


def rows():
    for kind, (citation, values) in VALUES.items():
        for order, (code, name) in enumerate(values):
            yield kind, code, name, order, citation
        for code, name, order in LAST:
            yield kind, code, name, order, citation
    countries = "Nationality: country names as the Foreign, Commonwealth and Development Office writes them"
    yield "nationality", "british", "United Kingdom", 0, countries
    for name in COUNTRIES:
        yield "nationality", _code(name), name, 1, countries
    for code, name in (("stateless", "Stateless"), ("other", "Other"), NOT_KNOWN[:2]):
        yield "nationality", code, name, 98, countries
    languages = f"{CENSUS}: main language; with British Sign Language (British Sign Language Act 2022)"
    yield "language", "english", "English", 0, languages
    for name in LANGUAGES:
        yield "language", _code(name), name, 1, languages
    for code, name in (("other", "Other"), NOT_KNOWN[:2]):
        yield "language", code, name, 98, languages


def _code(name):
    return "-".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())[:20].strip("-")


def load(apps, schema_editor):
    Value = apps.get_model("offenders", "CharacteristicValue")
    for kind, code, name, order, citation in rows():
        Value.objects.get_or_create(
            kind=kind, code=code, defaults={"name": name, "order": order, "citation": citation}
        )


def give_references(apps, schema_editor):
    """A thousand at a time, so that memory does not grow with the table."""
    for model in (apps.get_model("offenders", "Alias"), apps.get_model("offenders", "Identifier")):
        batch = []
        for row in model.objects.filter(reference=None).only("pk").iterator(chunk_size=1000):
            row.reference = new_reference("ID")
            batch.append(row)
            if len(batch) == 1000:
                model.objects.bulk_update(batch, ["reference"])
                batch = []
        model.objects.bulk_update(batch, ["reference"])


def date_numbers(apps, schema_editor):
    """Numbers were recorded with the case, by whoever registered it."""
    Identifier, Offender = apps.get_model("offenders", "Identifier"), apps.get_model("offenders", "Offender")
    case = Offender.objects.filter(pk=OuterRef("offender"))
    Identifier.objects.filter(added_by=None).update(
        added_at=Subquery(case.values("registered_at")), added_by=Subquery(case.values("registered_by"))
    )


class Migration(migrations.Migration):
    dependencies = [("offenders", "0014_identity")]

    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunPython(give_references, migrations.RunPython.noop),
        migrations.RunPython(date_numbers, migrations.RunPython.noop),
    ]
