"""Signing in and out, and the pages that belong to nobody's case."""

from django.conf import settings
from django.urls import path

from agencies import pages
from agencies.account import agency, factors, lost, own, passwords
from agencies.account.again import again
from agencies.colleagues.pages import join, read_terms
from agencies.sign_in import passkey_sign_in, second_factor, send_again, sign_in, sign_out

# No namespace: django-allauth looks its pages up by these names.
urlpatterns = [
    path("sign-in/", sign_in, name="account_login"),
    path("sign-out/", sign_out, name="account_logout"),
    path("sign-in/code/", second_factor, name="mfa_authenticate"),
    path("sign-in/passkey/", passkey_sign_in, name="mfa_login_webauthn"),
    path("account/", own.own_account, name="own_account"),
    path("account/sessions/end/", own.end_sessions, name="end_sessions"),
    path("account/password/", passwords.change_password, name="change_password"),
    path("sign-in/forgotten/", passwords.forgotten, name="forgotten"),
    path("sign-in/new-password/", passwords.new_password, name="new_password"),
    path("sign-in/new-password/<str:token>/", passwords.reset_password, name="reset_password"),
    path("account/agency/", agency.link_agency, name="link_agency"),
    path("account/agency/confirm/", agency.confirm_link, name="confirm_link"),
    path("account/agency/<str:provider>/unlink/", agency.unlink_agency, name="unlink_agency"),
    path("sign-in/agency/", agency.agencies_sign_in, name="agencies_sign_in"),
    path("sign-in/agency/back/", agency.agency_back, name="agency_back"),
    path("sign-in/agency/<slug:provider>/", agency.sign_in_by_agency, name="sign_in_by_agency"),
    path("lost-factors/", lost.lost_factors, name="lost_factors"),
    path("lost-factors/answer/", lost.answer_lost_factor, name="answer_lost_factor"),
    path("account/app/", factors.add_app, name="add_app"),
    path("account/app/remove/", factors.remove_app, name="remove_app"),
    path("account/passkeys/add/", factors.add_passkey, name="add_passkey"),
    path("account/passkeys/remove/", factors.remove_passkey, name="remove_passkey"),
    path("account/recovery-codes/", factors.recovery_codes, name="recovery_codes"),
    path("send-again/", send_again, name="send_again"),
    path("again/", again, name="again"),
    path("again/agency/", agency.again_by_agency, name="again_by_agency"),
    path("join/<str:token>/", join, name="join"),
    path("terms/", read_terms, name="terms"),
    path("still-here/", pages.still_here, name="still_here"),
    path("accessibility/", pages.accessibility, name="accessibility"),
]
if settings.DEMO:
    # The furniture of pages, for whoever builds them: no deployment has it.
    urlpatterns.append(path("components/", pages.components, name="components"))
