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
]
