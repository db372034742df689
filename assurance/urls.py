"""Access logs, emergency access and its review, retention and disposal: the pages of information assurance."""

from django.urls import path

from assurance import views
from assurance.views import log, taking_out, unusual

app_name = "assurance"
urlpatterns = [
    path("assurance/emergency/", views.emergencies, name="emergencies"),
    path("assurance/emergency/<str:reference>/", views.emergency, name="emergency"),
    path("assurance/emergency/<str:reference>/end/", views.end_emergency, name="end_emergency"),
    path("assurance/emergency/<str:reference>/answer/", views.answer_emergency, name="answer_emergency"),
    path("assurance/who/", views.who_by_reference, name="who_by_reference"),
    path("people/<str:reference>/access-log/", log.case_log, name="case_log"),
    path("people/<str:reference>/access-log/take-out/", taking_out.take_out_case, name="take_out_case"),
    path("access-log/", log.logs, name="logs"),
    path("access-log/case/", log.log_of_case, name="log_of_case"),
    path("access-log/person/", log.person_log, name="person_log"),
    path("access-log/agency/", log.agency_log, name="agency_log"),
    path("access-log/numbers/", log.agency_numbers, name="agency_numbers"),
    path("access-log/team/", log.team, name="team"),
    path("access-log/mine/", log.mine, name="mine"),
    path("access-log/take-out/", taking_out.take_out, name="take_out"),
    path("unusual-access/", unusual.unusual_list, name="unusual_list"),
    path("unusual-access/rules/", unusual.rules, name="rules"),
    path("unusual-access/<str:reference>/", unusual.unusual, name="unusual"),
    path("unusual-access/<str:reference>/ask-manager/", unusual.ask_manager, name="ask_manager"),
    path("unusual-access/<str:reference>/explain/", unusual.explain, name="explain"),
    path("unusual-access/<str:reference>/decide/", unusual.decide, name="decide"),
]
