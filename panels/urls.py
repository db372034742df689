"""Addresses of the room: referrals, meetings, minutes, actions."""

from django.urls import path

from panels import views

app_name = "panels"
urlpatterns = [
    path("people/<str:reference>/refer/", views.refer, name="refer"),
    path("people/<str:reference>/meetings/", views.case_meetings, name="case_meetings"),
    path("people/<str:reference>/actions/", views.case_actions, name="case_actions"),
    path("referrals/", views.screening, name="screening"),
    path("referrals/<str:reference>/", views.referral, name="referral"),
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/arrange/", views.arrange, name="arrange"),
    path("meetings/<str:reference>/", views.meeting, name="meeting"),
    path("meetings/<str:reference>/add/", views.add_item, name="add_item"),
    path("meetings/<str:reference>/approve/", views.approve, name="approve"),
    path("meetings/<str:reference>/minutes/", views.minutes, name="minutes"),
    path("meetings/<str:reference>/actions/", views.meeting_actions, name="meeting_actions"),
    path("meetings/<str:reference>/minutes.pdf", views.minutes_pdf, name="minutes_pdf"),
    path("items/<str:reference>/", views.workspace, name="workspace"),
    path("items/<str:reference>/invite/", views.invite, name="invite"),
    path("items/<str:reference>/move/", views.move, name="move"),
    path("items/<str:reference>/remove/", views.remove_item, name="remove_item"),
    path("items/<str:reference>/paragraph/", views.paragraph, name="paragraph"),
    path("items/<str:reference>/decide/", views.decide, name="decide"),
    path("items/<str:reference>/actions/", views.add_action, name="add_action"),
    path("invitations/<str:reference>/attendance/", views.attendance, name="attendance"),
    path("invitations/<str:reference>/information/", views.send_information, name="send_information"),
    path("actions/", views.actions, name="actions"),
    path("actions/<str:reference>/", views.action, name="action"),
    path("actions/<str:reference>/update/", views.update_action, name="update_action"),
    path("actions/<str:reference>/answer/", views.settle_action, name="settle_action"),
    path("actions/<str:reference>/postpone/", views.postpone_action, name="postpone_action"),
    path("actions/<str:reference>/assign/", views.assign_action, name="assign_action"),
    path("actions/<str:reference>/evidence/", views.add_evidence, name="add_evidence"),
    path("actions/<str:reference>/evidence/upload/", views.upload_evidence, name="upload_evidence"),
    path("actions/<str:reference>/reassign/", views.reassign_action, name="reassign_action"),
    path("actions/<str:reference>/withdraw/", views.withdraw_action, name="withdraw_action"),
]
