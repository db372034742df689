"""Every address of the service. tests/test_guard.py walks them all."""

from django.contrib import admin
from django.urls import include, path

from mappa.csp_reports import csp_report
from mappa.health import health
from mappa.security_txt import security_txt

urlpatterns = [
    path("", include("reviews.urls")),
    path("", include("assurance.urls")),
    path("", include("panels.urls")),
    path("", include("offenders.urls")),
    path("people/", include("assessments.urls")),
    path("people/", include("disclosures.urls")),
    path("", include("agencies.urls")),
    path("health/", health, name="health"),
    path("csp-report/", csp_report, name="csp_report"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("offenders.api.urls")),
    path("api/v1/", include("assessments.api.urls")),
    path("api/v1/", include("disclosures.api.urls")),
]

handler400 = "mappa.errors.bad_request"
handler403 = "mappa.errors.forbidden"
handler404 = "mappa.errors.not_found"
handler500 = "mappa.errors.fault"
# Of django-allauth, which counts tries.
handler429 = "mappa.errors.too_many"
