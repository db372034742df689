"""Addresses of the room."""

from django.urls import path

from assessments import views

app_name = "assessments"
urlpatterns = [
    path("<str:reference>/risk/", views.risk, name="risk"),
    path("<str:reference>/risk/assess/", views.assess, name="assess"),
]
