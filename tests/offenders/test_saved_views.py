"""Filters under a name: one's own, and never words."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from offenders import saved_views
from offenders.models import SavedView
from tests.factories import SavedViewFactory


def test_filters_are_saved_under_a_name_and_words_are_not(client, practitioner, offender):
    client.force_login(practitioner)
    page = client.post("/people/", {"words": "Ashdown", "level": "1", "mine": "on"}, follow=True)

    client.post(page.context["save_url"], {"name": "Mine at level 1"})

    view = SavedView.objects.visible_to(practitioner).get()
    assert (view.name, view.filters) == ("Mine at level 1", {"level": "1", "mine": "True"})
    assert client.get(f"/people/views/{view.reference}/", follow=True).context["rows"][0]["name"] == "Ashdown, Peter"


def test_my_people_and_my_area_are_there_for_everybody(client, practitioner, offender):
    client.force_login(practitioner)

    views = client.get("/people/").context["views"]

    assert [(view["label"], view["url"]) for view in views] == [
        ("My people", "/people/?mine=on"),
        ("My area", "/people/?area=bedfordshire"),
    ]


def test_a_view_is_renamed_and_deleted(client, practitioner):
    view = SavedViewFactory(user=practitioner)
    client.force_login(practitioner)

    client.post(f"/people/views/{view.reference}/rename/", {"name": "New"})
    assert SavedView.objects.visible_to(practitioner).get().name == "New"
    client.post(f"/people/views/{view.reference}/delete/")

    assert not SavedView.objects.visible_to(practitioner).exists()


def test_another_persons_view_does_not_exist(client, practitioner, manager):
    view = SavedViewFactory(user=manager)
    client.force_login(practitioner)

    for page in ("", "rename/", "delete/"):
        assert client.get(f"/people/views/{view.reference}/{page}").status_code == 404
    with pytest.raises(PermissionDenied):
        saved_views.delete_view(view=view, by=practitioner)


@pytest.mark.parametrize(("name", "message"), [("", "Enter a name for the view"), ("view 1", "a view of this name")])
def test_a_refused_name_saves_nothing(client, practitioner, name, message):
    SavedViewFactory(user=practitioner, name="View 1")
    client.force_login(practitioner)

    response = client.post("/people/views/save/?level=1", {"name": name})

    assert message in response.text
    assert SavedView.objects.visible_to(practitioner).count() == 1


@pytest.mark.parametrize("filters", [{}, {"words": "Ashdown"}, {"level": ""}])
def test_nothing_to_keep_is_refused(practitioner, filters):
    with pytest.raises(ValidationError, match="at least one filter"):
        saved_views.save_view(name="x", filters=filters, by=practitioner)


@pytest.mark.parametrize("filters", [{"words": "Ashdown"}, {"level": 1}, {"level": "x" * 41}, ["level"]])
def test_the_model_takes_only_known_filters(practitioner, filters):
    with pytest.raises(ValidationError, match="cannot be saved"):
        SavedView(user=practitioner, name="x", filters=filters).full_clean()


def test_thirty_views_are_enough(practitioner):
    for _each in range(SavedView.MOST):
        SavedViewFactory(user=practitioner)

    with pytest.raises(ValidationError, match="Delete one first"):
        saved_views.save_view(name="x", filters={"level": "1"}, by=practitioner)


def test_a_view_that_has_lost_a_filter_says_so(client, practitioner, offender, other_area):
    view = SavedViewFactory(user=practitioner, filters={"area": other_area.slug, "level": "1"})
    client.force_login(practitioner)

    page = client.get(f"/people/views/{view.reference}/", follow=True)

    assert "is not there any more, and shows more people for it: Area." in page.text


def test_whoever_sees_cases_no_more_does_nothing_with_views_of_before(national):
    view = SavedViewFactory(user=national)

    with pytest.raises(PermissionDenied):
        saved_views.rename_view(view=view, name="New", by=national)
    with pytest.raises(PermissionDenied):
        saved_views.delete_view(view=view, by=national)
