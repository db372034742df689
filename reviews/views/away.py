"""Who stands in while somebody is away."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies import delegating
from agencies.access import AuthedRequest, Perm, guarded
from agencies.asking import ask
from agencies.models import Delegation, User
from agencies.teams import managed_by, people_of
from mappa import dates
from mappa.forms import ANSWERS, Form, sent
from mappa.templatetags.mappa import long_date
from offenders.views.record import Card, Line, Link, Part
from reviews.forms.away import StandInForm


@guarded(Perm.SIGNED_IN)
@require_safe
def away(request: AuthedRequest) -> HttpResponse:
    """What is arranged: for the person, by the person, and in the teams that he manages."""
    user, today = request.user, dates.today()
    rows = list(delegating.known_to(user, managed(user)))
    parts = [
        Part(
            "mine",
            _("While you are away"),
            [_card(row, user) for row in rows if row.person_id == user.pk],
            empty=_("Nobody stands in for you."),
        ),
        Part(
            "for-others",
            _("For whom you stand in"),
            [_card(row, user) for row in rows if row.to_id == user.pk],
            empty=_("You stand in for nobody."),
        ),
    ]
    if managed_by(user):
        theirs = [_card(row, user) for row in rows if user.pk not in {row.person_id, row.to_id}]
        parts.append(Part("team", _("In your team"), theirs, empty=_("Nothing is arranged.")))
    return render(request, "reviews/away.html", {"parts": parts, "today": today})


def managed(user: User) -> QuerySet[User]:
    """Everybody in the teams that the user manages."""
    return people_of(managed_by(user), dates.today())


def _card(row: Delegation, user: User) -> Card:
    has_begun = row.from_on <= dates.today()
    end = Link(f"{reverse('reviews:end_away')}?{urlencode({'row': row.reference})}", _("End it"), str(row.person))
    lines = [
        Line(_("Away"), _("%(from)s to %(until)s") % {"from": long_date(row.from_on), "until": long_date(row.until)})
    ]
    lines.append(Line(_("Stands in"), _("You") if row.to_id == user.pk else str(row.to)))
    return Card(
        _("You") if row.person_id == user.pk else str(row.person),
        lines,
        [end],
        tag=_("Now") if has_begun else _("Arranged"),
        colour="green" if has_begun else "blue",
    )


@guarded(Perm.SIGNED_IN)
@ANSWERS
def arrange_away(request: AuthedRequest) -> HttpResponse:
    """Who is away, and who stands in: for oneself, or for somebody of one's team."""
    user, today = request.user, dates.today()
    people = (
        User.objects.filter(pk=user.pk) | User.objects.filter(pk__in=managed(user).order_by().values("pk"))
    ).distinct()
    agencies = {membership.agency_id for membership in user.memberships.in_force(today)}
    colleagues = people_of(agencies, today)
    form = StandInForm(sent(request), people=people, colleagues=colleagues, initial={"person": user.email})
    alone = not colleagues.exclude(pk=user.pk).exists()
    return ask(
        request,
        form,
        delegating.stand_in,
        about={},
        back=reverse("reviews:away"),
        done=_("Arranged. Whoever stands in is told by mail."),
        title=_("Arrange who stands in"),
        intro=_(
            "Until the last day the colleague is shown and reminded of what falls due, besides whoever is away. "
            "It gives no access: what the colleague may not see stays hidden."
        ),
        button=_("Arrange"),
        nothing=_("You have no colleague here who could stand in. Ask your agency’s contact point.") if alone else "",
    )


@guarded(Perm.SIGNED_IN)
@ANSWERS
def end_away(request: AuthedRequest) -> HttpResponse:
    """End what was arranged before its last day."""
    if not (reference := request.GET.get("row")):
        return redirect("reviews:away")
    user = request.user
    row = get_object_or_404(delegating.known_to(user, managed(user)), reference=reference)
    return ask(
        request,
        Form(sent(request)),
        delegating.end_standing_in,
        about={"delegation": row},
        back=reverse("reviews:away"),
        done=_("Ended."),
        title=_("End standing in?"),
        caption=str(row.person),
        intro=_("From now on %(to)s is shown only what is %(to)s’s own. Both of them are told by mail.")
        % {"to": row.to},
        button=_("End it"),
    )
