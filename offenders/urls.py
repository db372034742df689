"""Addresses of the room."""

from django.urls import URLPattern

app_name = "offenders"
urlpatterns: list[URLPattern] = []
