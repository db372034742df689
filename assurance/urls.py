"""Access logs, emergency access and its review, retention and disposal: the pages of information assurance."""

from django.urls import URLPattern

app_name = "assurance"
urlpatterns: list[URLPattern] = []
