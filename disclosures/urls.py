"""Addresses of the room."""

from django.urls import path

from disclosures import views

app_name = "disclosures"
urlpatterns = [
    path("<str:reference>/disclosures/", views.log, name="log"),
    path("<str:reference>/disclosures/record/", views.record, name="record"),
]
