"""Addresses of the room."""

from django.urls import include, path

from offenders import views
from offenders.check.views import ASK, check

app_name = "offenders"
people = [
    path("", views.people, name="people"),
    path("register/", views.register, name="register"),
    path("<str:reference>/", views.overview, name="overview"),
    path("<str:reference>/timeline/", views.timeline, name="timeline"),
    path("<str:reference>/flags/", views.flags, name="flags"),
    path("<str:reference>/flags/add/", views.add_flag, name="add_flag"),
    path("flags/<str:reference>/review/", views.review_flag, name="review_flag"),
    path("flags/<str:reference>/remove/", views.remove_flag, name="remove_flag"),
    path("<str:reference>/notes/add/", views.add_note, name="add_note"),
    path("notes/<str:reference>/correct/", views.correct_note, name="correct_note"),
    path("<str:reference>/who-can-see/", views.who, name="who"),
    path("<str:reference>/names/", views.add_alias, name="add_alias"),
    path("<str:reference>/review/", views.review, name="review"),
    path("<str:reference>/reason/", views.reason, name="reason"),
    path("<str:reference>/share/", views.share_with, name="share_with"),
    path("<str:reference>/share/end/", views.end_share, name="end_share"),
    path("<str:reference>/name/", views.name_person, name="name_person"),
    path("<str:reference>/name/end/", views.end_naming, name="end_naming"),
    path("<str:reference>/restrict/", views.restrict, name="restrict"),
    path("<str:reference>/restrict/lift/", views.lift_restriction, name="lift_restriction"),
    path("<str:reference>/exclude/", views.exclude, name="exclude"),
    path("<str:reference>/exclude/end/", views.end_exclusion, name="end_exclusion"),
]

# Each question is an address of its own under one name, so that the walking tests find every one of them:
# {% url "offenders:check_rule" rule="level" %}.
checks = [
    path("", check, name="check"),
    *(path(f"{rule}/", ask, {"rule": rule}, name="check_rule") for rule, ask in ASK.items()),
]

urlpatterns = [path("people/", include(people)), path("check/", include(checks))]
