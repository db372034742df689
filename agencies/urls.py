"""Signing in and out, and the pages that belong to nobody's case."""

from django.urls import path

from agencies import pages
from agencies.account.again import again
from agencies.sign_in import send_again, sign_in, sign_out

# No namespace: django-allauth looks its pages up by these names.
urlpatterns = [
    path("sign-in/", sign_in, name="account_login"),
    path("sign-out/", sign_out, name="account_logout"),
    path("send-again/", send_again, name="send_again"),
    path("again/", again, name="again"),
    path("still-here/", pages.still_here, name="still_here"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("components/", pages.components, name="components"),
]
