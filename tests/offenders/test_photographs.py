"""Photographs of the person."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from audit.models import AccessEvent
from offenders import store
from offenders.models import Photograph
from tests.factories import PhotographFactory, a_pdf, a_picture, in_days


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/photographs/"


def taken(day, kind="face", content=None, name="IMG_1.JPG", **more):
    parts = {"taken_on_day": day.day, "taken_on_month": day.month, "taken_on_year": day.year}
    return {"kind": kind, "file": SimpleUploadedFile(name, content or a_picture()), "notes": "", **parts, **more}


def stored(row):
    return Image.open(store.storage().path(row.stored_as))


def test_a_photograph_is_made_anew_upright_small_and_with_nothing_else(client, practitioner, url):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "12 Mill Lane"
    exif.get_ifd(0x8825)[1] = "N"
    client.force_login(practitioner)

    client.post(f"{url}add/", taken(in_days(-2), content=a_picture(size=(4000, 3000), exif=exif)))

    row = Photograph.objects.visible_to(practitioner).get()
    with stored(row) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 1600))
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert (row.kind, row.taken_on, row.by) == ("face", in_days(-2), practitioner)


def test_a_clear_picture_is_laid_on_white(client, practitioner, url):
    out = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    client.force_login(practitioner)

    client.post(f"{url}add/", taken(in_days(-2), content=out.getvalue(), name="a.png"))

    with stored(Photograph.objects.visible_to(practitioner).get()) as picture:
        assert picture.getpixel((20, 20)) == (255, 255, 255)


BAD = [
    ({"content": b"\xff\xd8\xff" + b"0" * (40 * 2**20)}, "file", "The file is 40 MB. It must be no larger than 20 MB"),
    ({"content": a_pdf(), "name": "a.pdf"}, "file", "must be a JPEG or PNG picture"),
    ({"content": a_picture()[:300]}, "file", "damaged"),
    ({"kind": "x"}, "kind", "Select a valid choice"),
    ({"day": in_days(1)}, "taken_on", "today or in the past"),
    ({"day": in_days(-365 * 100)}, "taken_on", "before the person was born"),
]


@pytest.mark.parametrize(("change", "field", "message"), BAD)
def test_what_is_no_photograph_is_refused_and_leaves_nothing(client, practitioner, url, change, field, message):
    client.force_login(practitioner)
    change = {"day": in_days(-2)} | change

    response = client.post(f"{url}add/", taken(**change, notes="Left arm"))

    assert message in response.context["form"].errors[field][0]
    assert "Left arm" in response.text
    assert not Photograph.objects.visible_to(practitioner).exists()
    assert AccessEvent.objects.filter(event="file.refused", outcome="N").count() == (field == "file")


def test_the_newest_face_stands_on_the_overview_and_its_words_name_nobody(client, practitioner, offender):
    PhotographFactory(offender=offender, taken_on=in_days(-90))
    newest = PhotographFactory(offender=offender, taken_on=in_days(-9))
    PhotographFactory(offender=offender, taken_on=in_days(-1), kind="mark")
    client.force_login(practitioner)

    text = client.get(f"/people/{offender.reference}/").text

    assert f'src="/people/photographs/{newest.reference}/small/"' in text
    assert 'alt="Photograph of the person"' in text
    assert text.count("/small/") == 1


@pytest.mark.parametrize(("size", "longest"), [("small", 200), ("large", 1600)])
def test_each_look_is_recorded_and_kept_by_no_browser(client, practitioner, offender, size, longest):
    row = PhotographFactory(offender=offender, content=a_picture(size=(1600, 1200)))
    client.force_login(practitioner)

    answer = client.get(f"/people/photographs/{row.reference}/{size}/")

    picture = Image.open(BytesIO(answer.getvalue()))
    assert (picture.format, picture.width) == ("JPEG", longest)
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{row.reference}.jpg"'
    event = AccessEvent.objects.get(event=f"offenders.photograph_{size}.opened")
    assert (event.case_id, event.reference) == (offender.pk, row.reference)


def test_a_replacement_stands_in_its_place_and_the_earlier_stays(client, practitioner, offender, url):
    first = PhotographFactory(offender=offender)
    client.force_login(practitioner)

    client.post(
        f"/people/photographs/{first.reference}/replace/", taken(in_days(-1), content=a_picture("PNG"), name="b.png")
    )

    second = Photograph.objects.visible_to(practitioner).get(supersedes=first)
    context = client.get(url).context
    assert [row["reference"] for row in context["standing"]] == [second.reference]
    assert [row["reference"] for row in context["past"]] == [first.reference]


def test_a_replacement_that_is_withdrawn_replaces_nothing(client, practitioner, offender, url):
    good = PhotographFactory(offender=offender, by=practitioner)
    strangers = PhotographFactory(offender=offender, supersedes=good)
    client.force_login(practitioner)

    client.post(f"/people/photographs/{strangers.reference}/withdraw/", {"reason": "Somebody else"})

    assert [row["reference"] for row in client.get(url).context["standing"]] == [good.reference]
    assert f"/{good.reference}/small/" in client.get(f"/people/{offender.reference}/").text
    answer = client.post(
        f"/people/photographs/{good.reference}/replace/", taken(in_days(-1), content=a_picture("PNG"), name="b.png")
    )
    assert answer.status_code == 302


def test_a_picture_that_was_replaced_may_be_put_back(client, practitioner, offender, url):
    client.force_login(practitioner)
    client.post(f"{url}add/", taken(in_days(-2)))
    first = Photograph.objects.visible_to(practitioner).get()
    second = PhotographFactory(offender=offender, supersedes=first)

    answer = client.post(f"/people/photographs/{second.reference}/replace/", taken(in_days(-2)))

    assert answer.status_code == 302
    assert Photograph.objects.visible_to(practitioner).standing().get().sha256 == first.sha256


def test_a_photograph_that_was_replaced_can_be_withdrawn(client, practitioner, offender, url):
    strangers = PhotographFactory(offender=offender)
    PhotographFactory(offender=offender, supersedes=strangers)
    client.force_login(practitioner)

    assert f"/people/photographs/{strangers.reference}/withdraw/" in client.get(url).text


def test_of_somebody_born_about_a_year_the_earliest_day_counts(client, practitioner, offender, url):
    offender.born_on, offender.born_is = date(1981, 1, 1), "about"
    offender.save()
    client.force_login(practitioner)

    client.post(f"{url}add/", taken(date(1980, 6, 1)))

    assert Photograph.objects.visible_to(practitioner).get().taken_on == date(1980, 6, 1)


def test_a_withdrawn_photograph_is_shown_nowhere(client, practitioner, offender, url):
    row = PhotographFactory(offender=offender)
    client.force_login(practitioner)

    client.post(f"/people/photographs/{row.reference}/withdraw/", {"reason": "Another person"})

    assert "/small/" not in client.get(f"/people/{offender.reference}/").text
    assert "Another person" in client.get(url).text
    assert client.get(f"/people/photographs/{row.reference}/large/").status_code == 410


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_change_it_sees_photographs(client, request, granted, offender, url, person):
    row = PhotographFactory(offender=offender)
    client.force_login(request.getfixturevalue(person))

    assert client.post(f"{url}add/", taken(in_days(-1))).status_code == 403
    assert client.post(f"/people/photographs/{row.reference}/withdraw/", {"reason": "x"}).status_code == 403
    assert Photograph._base_manager.count() == 1


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_there_is_one(client, request, offender, url, person):
    row = PhotographFactory(offender=offender)
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404
    assert client.get(f"/people/photographs/{row.reference}/small/").status_code == 404


def test_the_page_costs_the_same_for_one_photograph_and_for_many(
    client, practitioner, offender, url, django_assert_max_num_queries
):
    for number in range(12):
        PhotographFactory(offender=offender, taken_on=in_days(-1 - number))
    client.force_login(practitioner)
    client.get(url)

    with django_assert_max_num_queries(24):
        client.get(url)
