"""Access logs, emergency access and its review, retention and disposal: the pages of information assurance."""

from django.urls import path

from assurance import views

app_name = "assurance"
urlpatterns = [
    path("assurance/emergency/", views.emergencies, name="emergencies"),
    path("assurance/emergency/<str:reference>/", views.emergency, name="emergency"),
    path("assurance/emergency/<str:reference>/end/", views.end_emergency, name="end_emergency"),
    path("assurance/emergency/<str:reference>/answer/", views.answer_emergency, name="answer_emergency"),
    path("assurance/who/", views.who_by_reference, name="who_by_reference"),
]
