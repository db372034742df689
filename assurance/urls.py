"""Access logs, emergency access and its review, retention and disposal: the pages of information assurance."""

from django.urls import path

from assurance import views
from assurance.views import asked, disposals, disputes, holds, log, taking_out, unusual

app_name = "assurance"
urlpatterns = [
    path("assurance/emergency/", views.emergencies, name="emergencies"),
    path("assurance/emergency/<str:reference>/", views.emergency, name="emergency"),
    path("assurance/emergency/<str:reference>/end/", views.end_emergency, name="end_emergency"),
    path("assurance/emergency/<str:reference>/answer/", views.answer_emergency, name="answer_emergency"),
    path("assurance/who/", views.who_by_reference, name="who_by_reference"),
    path("people/<str:reference>/access-log/", log.access_log_of_case, name="case_log"),
    path("people/<str:reference>/access-log/take-out/", taking_out.take_out_access_log_of_case, name="take_out_case"),
    path("access-log/", log.access_logs, name="logs"),
    path("access-log/case/", log.log_of_case, name="log_of_case"),
    path("access-log/person/", log.person_log, name="person_log"),
    path("access-log/agency/", log.agency_log, name="agency_log"),
    path("access-log/numbers/", log.agency_numbers, name="agency_numbers"),
    path("access-log/team/", log.access_log_of_team, name="team"),
    path("access-log/mine/", log.own_access_log, name="mine"),
    path("access-log/take-out/", taking_out.take_out_access_log, name="take_out"),
    path("unusual-access/", unusual.unusual_list, name="unusual_list"),
    path("unusual-access/rules/", unusual.access_rules, name="rules"),
    path("unusual-access/<str:reference>/", unusual.unusual_access, name="unusual"),
    path("unusual-access/<str:reference>/ask-manager/", unusual.ask_manager, name="ask_manager"),
    path("unusual-access/<str:reference>/explain/", unusual.explain_access, name="explain"),
    path("unusual-access/<str:reference>/decide/", unusual.decide_on_access, name="decide"),
    path("people/<str:reference>/data/", holds.case_data, name="case_data"),
    path("people/<str:reference>/asked/", asked.take_request, name="take_request"),
    path("asked/<str:reference>/", asked.access_request, name="access_request"),
    path("asked/<str:reference>/rows/", asked.decide_rows, name="decide_rows"),
    path("asked/<str:reference>/send/", asked.send_to_check, name="send_to_check"),
    path("asked/<str:reference>/check/", asked.check_pack, name="check_pack"),
    path("asked/<str:reference>/extend/", asked.extend_request, name="extend_request"),
    path("asked/<str:reference>/answer/", asked.answer_request, name="answer_request"),
    path("asked/<str:reference>/pack/", asked.request_pack, name="request_pack"),
    path("people/<str:reference>/dispute/", disputes.take_dispute, name="take_dispute"),
    path("disputes/<str:reference>/decide/", disputes.decide_dispute, name="decide_dispute"),
    path("people/<str:reference>/hold/", holds.hold, name="hold"),
    path("holds/<str:reference>/lift/", holds.lift_hold, name="lift_hold"),
    path("assurance/holds/", holds.holds, name="holds"),
    path("assurance/holds/place/", holds.hold_by_reference, name="hold_by_reference"),
    path("assurance/retention/", disposals.due_for_disposal, name="retention"),
    path("assurance/disposals/", disposals.disposals, name="disposals"),
    path("assurance/disposals/propose/", disposals.propose, name="propose_disposal"),
    path("disposals/<str:reference>/", disposals.disposal, name="disposal"),
    path("disposals/<str:reference>/decide/", disposals.decide, name="decide_disposal"),
    path("disposals/<str:reference>/take-back/", disposals.take_back, name="take_back_disposal"),
    path("disposals/<str:reference>/certificate/", disposals.certificate, name="disposal_certificate"),
]
