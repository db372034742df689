"""Sign-in by django-allauth: nobody registers himself, every try is recorded."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView, LogoutView
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import Membership, User
from agencies.reauthentication import prove
from agencies.sessions import read_typed
from audit.record import record_sign_in
from mappa import dates


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No self-registration; a person without a membership in force does not get in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        if not Membership.objects.filter(user=user).in_force(dates.today()).exists():
            record_sign_in("sign_in.refused", actor_id=user.pk, why="no membership in force")
            return render(request, "account/no_membership.html", status=403)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response


@receiver(user_logged_in)
def _signed_in(user: User, request: HttpRequest | None = None, **_kwargs: Any) -> None:
    if request is not None:
        prove(request)
    record_sign_in("sign_in.succeeded", actor_id=user.pk)


@receiver(user_logged_out)
def _signed_out(user: User | None, **_kwargs: Any) -> None:
    if user is not None:
        record_sign_in("sign_out", actor_id=user.pk)


@receiver(user_login_failed)
def _refused(credentials: dict[str, Any], **_kwargs: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "").lower()
    known = User.objects.filter(email=email).values_list("pk", flat=True).first()
    record_sign_in("sign_in.failed", actor_id=known)


def demo_sign_ins() -> list[dict[str, str]]:
    """Who can be played in the demo: shown on its sign-in page and nowhere else."""
    if not settings.DEMO:
        return []
    held = Membership.objects.filter(user__email__endswith="@demo.invalid", agency__area__slug__in=DEMO_AREAS)
    rows = held.select_related("user", "agency", "role").order_by("agency__area__name", "role__position", "user__email")
    return [
        {"email": m.user.email, "who": f"{m.user.name}, {m.role.name.lower()}, {m.agency.name}"}
        for m in rows
        if not m.user.is_system
    ]


DEMO_AREAS = ("bedfordshire", "north-wales")


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; in a demo it lists who can be played."""

    login_required = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "demo_sign_ins": demo_sign_ins(),
            "demo_password": settings.DEMO_PASSWORD if settings.DEMO else "",
        }

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        carried = self.request.POST.get("carried", "")
        if carried and self.request.user.is_authenticated:
            self.request.session["carried"] = carried
        return response


class SignOut(LogoutView):  # type: ignore[misc]
    """Sign out, by POST."""

    login_required = False


sign_in = SignIn.as_view()
sign_out = SignOut.as_view()
sign_in.login_required = False
sign_out.login_required = False


@guarded(Perm.SIGNED_IN)
@require_http_methods(["GET"])
def send_again(request: AuthedRequest) -> HttpResponse:
    """What was typed into a session that ended, shown to the same person for sending."""
    typed = read_typed(request.session.pop("carried", ""))
    if typed is None or typed["owner"] not in {None, request.user.pk}:
        return redirect("/")
    fields = [
        {"name": name, "value": value, "label": name.replace("_", " ").capitalize()}
        for name, values in typed["typed"].items()
        for value in values
    ]
    return render(request, "account/send_again.html", {"fields": fields, "action": typed["path"]})
