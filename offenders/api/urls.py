"""Addresses of the API."""

from django.urls import path

from agencies.api.addresses import for_systems
from agencies.api.schema import description, schema
from agencies.api.tokens import RotationView, TokenView
from offenders.api.cases import CasesView, CaseView, PurposesView, SearchView
from offenders.api.category import CategoriesView
from offenders.api.documents import DocumentsView, DocumentWithdrawalView, DownloadView, PhotographsView
from offenders.api.facts import OF_FACTS, BirthView, NameChangeView, NameCorrectionView
from offenders.api.identity import (
    AddressesView,
    AliasesView,
    ContactsView,
    IdentifiersView,
    OccupationsView,
    VehiclesView,
)
from offenders.api.mappa_detail import MappaDetailView
from offenders.api.notification import DuesView, NotificationsView, RequirementsView
from offenders.api.orders import (
    LicencesView,
    MonitoringView,
    OrderEndView,
    OrdersView,
    OrderTermsView,
    OrderVariationView,
    PlacesView,
)
from offenders.api.records import FlagRemovalView, FlagReviewView, FlagsView, NoteCorrectionView, NotesView
from offenders.api.rules.serializers import QUESTIONS
from offenders.api.rules.views import RuleView
from offenders.api.sentences import ConvictionsView, DisposalsView, KeyDateChangeView, KeyDatesView, WhereaboutsView

app_name = "api"

CASE = "cases/<str:reference>"

urlpatterns = for_systems(
    path("token/", TokenView.as_view(), name="token"),
    path("token/rotate/", RotationView.as_view(), name="rotate_token"),
    path("cases/", CasesView.as_view(), name="cases"),
    path("cases/search/", SearchView.as_view(), name="search"),
    path(f"{CASE}/", CaseView.as_view(), name="case"),
    path(f"{CASE}/purposes/", PurposesView.as_view(), name="purposes"),
    path(f"{CASE}/identifiers/", IdentifiersView.as_view(), name="identifiers"),
    path(f"{CASE}/aliases/", AliasesView.as_view(), name="aliases"),
    path(f"{CASE}/addresses/", AddressesView.as_view(), name="addresses"),
    path(f"{CASE}/contacts/", ContactsView.as_view(), name="contacts"),
    path(f"{CASE}/vehicles/", VehiclesView.as_view(), name="vehicles"),
    path(f"{CASE}/occupations/", OccupationsView.as_view(), name="occupations"),
    *(path(f"{CASE}/{address}", view.as_view(), name=name) for address, name, view in OF_FACTS),
    path(f"{CASE}/name/correct/", NameCorrectionView.as_view(), name="correct_name"),
    path(f"{CASE}/name/change/", NameChangeView.as_view(), name="change_name"),
    path(f"{CASE}/date-of-birth/", BirthView.as_view(), name="change_birth"),
    path(f"{CASE}/convictions/", ConvictionsView.as_view(), name="convictions"),
    path(f"{CASE}/convictions/<str:row>/disposals/", DisposalsView.as_view(), name="disposals"),
    path(f"{CASE}/key-dates/", KeyDatesView.as_view(), name="key_dates"),
    path(f"{CASE}/key-dates/<str:row>/change/", KeyDateChangeView.as_view(), name="change_key_date"),
    path(f"{CASE}/whereabouts/", WhereaboutsView.as_view(), name="whereabouts"),
    path(f"{CASE}/categories/", CategoriesView.as_view(), name="categories"),
    path(f"{CASE}/requirements/", RequirementsView.as_view(), name="requirements"),
    path(f"{CASE}/notification-dues/", DuesView.as_view(), name="notification_dues"),
    path(f"{CASE}/notifications/", NotificationsView.as_view(), name="notifications"),
    path(f"{CASE}/orders/", OrdersView.as_view(), name="orders"),
    path(f"{CASE}/orders/<str:row>/terms/", OrderTermsView.as_view(), name="order_terms"),
    path(f"{CASE}/orders/<str:row>/vary/", OrderVariationView.as_view(), name="vary_order"),
    path(f"{CASE}/orders/<str:row>/end/", OrderEndView.as_view(), name="end_order"),
    path(f"{CASE}/licences/", LicencesView.as_view(), name="licences"),
    path(f"{CASE}/monitoring/", MonitoringView.as_view(), name="monitoring"),
    path(f"{CASE}/premises-places/", PlacesView.as_view(), name="premises_places"),
    path(f"{CASE}/documents/", DocumentsView.as_view(), name="documents"),
    path(f"{CASE}/documents/<str:row>/download/", DownloadView.as_view(), name="download"),
    path(f"{CASE}/documents/<str:row>/withdraw/", DocumentWithdrawalView.as_view(), name="withdraw_document"),
    path(f"{CASE}/photographs/", PhotographsView.as_view(), name="photographs"),
    path(f"{CASE}/flags/", FlagsView.as_view(), name="flags"),
    path(f"{CASE}/flags/<str:row>/review/", FlagReviewView.as_view(), name="review_flag"),
    path(f"{CASE}/flags/<str:row>/remove/", FlagRemovalView.as_view(), name="remove_flag"),
    path(f"{CASE}/notes/", NotesView.as_view(), name="notes"),
    path(f"{CASE}/notes/<str:row>/correct/", NoteCorrectionView.as_view(), name="correct_note"),
    path("persons/<str:number>/risks/mappadetail", MappaDetailView.as_view(), name="mappa_detail"),
    *(
        path(f"rules/{name}/", RuleView.as_view(serializer_class=question), name=f"rule_{name}")
        for name, question in QUESTIONS.items()
    ),
)
urlpatterns += [path("schema/", schema, name="schema"), path("", description, name="description")]
