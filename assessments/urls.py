"""Addresses of the room."""

from django.urls import path

from assessments import views

app_name = "assessments"
urlpatterns = [
    path("<str:reference>/risk/", views.risk, name="risk"),
    path("<str:reference>/risk/assess/", views.assess, name="assess"),
    path("assessments/<str:reference>/", views.assessment, name="assessment"),
    path("assessments/<str:reference>/countersign/", views.countersign, name="countersign"),
    path("assessments/<str:reference>/send-back/", views.send_back, name="send_back"),
]
