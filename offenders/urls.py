"""Addresses of the room."""

from django.urls import path

from offenders import views

app_name = "offenders"
urlpatterns = [
    path("", views.people, name="people"),
    path("register/", views.register, name="register"),
    path("<str:reference>/", views.overview, name="overview"),
    path("<str:reference>/timeline/", views.timeline, name="timeline"),
    path("<str:reference>/who-can-see/", views.who, name="who"),
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
