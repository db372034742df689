"""A serious case review: its terms, its chronology, what it found and recommends, its report, and what becomes of it."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Role, User
from agencies.outbox import tell_person
from audit.record import record
from mappa import dates
from offenders.actions import lift_hold, lock
from offenders.actions.case import reason_in_words
from panels.actions.observing import advisers_of
from reviews.auditing import staff_of
from reviews.following import finish, require_finishing
from reviews.models import ChronologyEntry, Recommendation, ReportSection, ReviewFinding, SeriousCase
from reviews.plain_words import refuse_naming
from reviews.serious_cases import keep, tell_holders

State = SeriousCase.State
UNDER_WAY = (State.UNDER_REVIEW, State.TO_ACCEPT, State.ACCEPTED)


@transaction.atomic
def set_terms(
    *,
    serious: SeriousCase,
    terms: str,
    reviewer: str,
    adviser: User | None,
    for_adviser: str,
    version: int,
    by: User,
) -> SeriousCase:
    """Say what the review asks, who leads it, which lay adviser observes it, and what he reads."""
    require(by, Perm.BOARD_PREPARE, on=serious)
    row = keep(serious, State.UNDER_REVIEW, by=by)
    if row.version != version:
        words = _("Someone else changed this meanwhile. Check what it says now, then save.")
        raise ValidationError(words, code="stale", params={"version": row.version})
    if adviser is not None and not advisers_of(row.area_id).filter(user=adviser).exists():
        raise ValidationError({"adviser": _("Choose a lay adviser of this area")})
    refuse_naming(row.offender, by=by, terms=terms, for_adviser=for_adviser)
    is_new = adviser is not None and adviser.pk != row.adviser_id
    row.terms, row.reviewer, row.adviser = terms.strip(), reviewer.strip(), adviser
    row.for_adviser, row.version = for_adviser.strip(), row.version + 1
    row.full_clean()
    row.save(update_fields=["terms", "reviewer", "adviser", "for_adviser", "version"])
    record("serious_case.terms_set", by=by, about=row, adviser=adviser.pk if adviser else None)
    if adviser is not None and is_new:
        words = _("You are asked to observe a serious case review. Sign in to read what is written for you.")
        tell_person(
            adviser,
            about=row,
            key=f"serious:{row.reference}:adviser:{adviser.pk}:{row.version}",
            subject=_("A review to observe: %s") % row.reference,
            words=words,
            path=row.get_absolute_url(),
        )
    return row


@transaction.atomic
def draw_chronology(*, serious: SeriousCase, since: date, until: date, by: User) -> int:
    """Draw what the record tells of a time into the chronology, as far as who draws it may read it; how much was new.

    What is drawn stays as it was told on that day, and cannot be taken out of the record any more.
    """
    require(by, Perm.BOARD_PREPARE, on=serious)
    row = keep(serious, State.UNDER_REVIEW, by=by)
    if until < since:
        raise ValidationError({"until": _("The last day must not be before the first")})
    offender = lock(row.offender, by=by)
    drawn = ChronologyEntry.objects.visible_to(by).filter(serious=row).values("source")
    told = offender.timeline.visible_to(by).filter(at__date__range=(since, until), restricted=False)
    new = [
        ChronologyEntry(serious=row, source=entry, at=entry.at, title=entry.title, text=entry.text, drawn_by=by)
        for entry in told.exclude(pk__in=drawn).order_by("at", "pk")
    ]
    ChronologyEntry.objects.bulk_create(new)
    record("serious_case.chronology_drawn", by=by, about=row, entries=len(new))
    return len(new)


@transaction.atomic
def write_report(*, serious: SeriousCase, texts: Mapping[str, str], version: int, by: User) -> SeriousCase:
    """Keep the sections of the report (MAPPA O). An empty one is one that is not written yet."""
    require(by, Perm.BOARD_PREPARE, on=serious)
    row = keep(serious, State.UNDER_REVIEW, by=by)
    if row.version != version:
        words = _("Someone else changed this meanwhile. Check what it says now, then save.")
        raise ValidationError(words, code="stale", params={"version": row.version})
    refuse_naming(row.offender, by=by, **texts)
    kept = {section.heading: section for section in row.sections.visible_to(by)}
    for heading, text in texts.items():
        section = kept.get(heading) or ReportSection(serious=row, heading=heading)
        if section.text == text.strip():
            continue
        section.text, section.saved_by = text.strip(), by
        section.full_clean(exclude=["text"])
        section.save()
    row.version += 1
    row.save(update_fields=["version"])
    record("serious_case.report_written", by=by, about=row)
    return row


@transaction.atomic
def add_review_finding(*, serious: SeriousCase, kind: str, words: str, by: User) -> ReviewFinding:
    """What the review found."""
    require(by, Perm.BOARD_PREPARE, on=serious)
    row = keep(serious, State.UNDER_REVIEW, by=by)
    refuse_naming(row.offender, by=by, words=words)
    finding = ReviewFinding(serious=row, kind=kind, words=words.strip(), made_by=by)
    finding.full_clean()
    if row.findings.visible_to(by).filter(kind=kind, words=finding.words).exists():
        raise ValidationError(_("This is recorded already. Nothing was saved twice."))
    finding.save()
    record("review.found", by=by, about=finding)
    return finding


@transaction.atomic
def recommend(*, serious: SeriousCase, words: str, how: str, owner: User, due_on: date, by: User) -> Recommendation:
    """What is to be done about it: how, by whom and by when (MAPPA O, section 8)."""
    require(by, Perm.BOARD_PREPARE, on=serious)
    row = keep(serious, State.UNDER_REVIEW, by=by)
    if due_on <= dates.today():
        raise ValidationError({"due_on": _("The day must be in the future")})
    if not staff_of(row.area).filter(user=owner).exists():
        raise ValidationError({"owner": _("Choose someone who works in this area")})
    refuse_naming(row.offender, by=by, words=words, how=how)
    found = Recommendation(serious=row, words=words.strip(), how=how.strip(), owner=owner, due_on=due_on, made_by=by)
    found.full_clean()
    found.save()
    record("recommendation.made", by=by, about=found, owner=owner.pk)
    return found


def missing(serious: SeriousCase, *, by: User) -> list[str]:
    """What a report still lacks before it goes to the board."""
    written = set(serious.sections.visible_to(by).exclude(text="").values_list("heading", flat=True))
    lacks = [str(label) for heading, label in ReportSection.Heading.choices if heading not in written]
    lacks += [] if serious.terms else [_("Terms of reference")]
    lacks += [] if serious.reviewer else [_("Lead reviewer")]
    lacks += [] if serious.adviser_id else [_("A lay adviser who observes it")]
    return lacks


@transaction.atomic
def report(*, serious: SeriousCase, by: User) -> SeriousCase:
    """Put the report before the board. Nothing of it changes until the board has answered."""
    require(by, Perm.BOARD_PREPARE, on=serious)
    row = keep(serious, State.UNDER_REVIEW, by=by)
    if lacks := missing(row, by=by):
        raise ValidationError(_("Not yet: still missing are: %s.") % "; ".join(lacks))
    row.reported_by, row.reported_at, row.state, row.returned_because = by, timezone.now(), State.TO_ACCEPT, ""
    row.full_clean()
    row.save(update_fields=["reported_by", "reported_at", "state", "returned_because"])
    record("serious_case.reported", by=by, about=row)
    return row


@transaction.atomic
def return_report(*, serious: SeriousCase, reason: str, by: User) -> SeriousCase:
    """The board sends the report back, with what is missing."""
    require(by, Perm.BOARD_DECIDE, on=serious)
    row = keep(serious, State.TO_ACCEPT, by=by)
    if row.reported_by_id == by.pk:
        raise ValidationError(_("Someone else answers: you put this report before the board yourself."))
    refuse_naming(row.offender, by=by, reason=reason)
    row.returned_because = reason_in_words(reason, missing=_("Enter what is missing"))
    row.state, row.reported_at, row.reported_by = State.UNDER_REVIEW, None, None
    row.full_clean()
    row.save(update_fields=["returned_because", "state", "reported_at", "reported_by"])
    record("serious_case.returned", by=by, about=row)
    return row


def wrote_of(serious: SeriousCase, user: User) -> bool:
    """Did the person write a section of the report last?"""
    return serious.sections.visible_to(user).filter(saved_by=user).exists()


@transaction.atomic
def accept_report(*, serious: SeriousCase, by: User) -> SeriousCase:
    """The board accepts the report. Its recommendations are carried out from now, and their owners are told."""
    require(by, Perm.BOARD_DECIDE, on=serious)
    row = keep(serious, State.TO_ACCEPT, by=by)
    if wrote_of(row, by):
        raise ValidationError(_("Someone else accepts it: you wrote some of this report yourself."))
    row.accepted_by, row.accepted_at, row.state, row.due_on = by, timezone.now(), State.ACCEPTED, None
    row.full_clean()
    row.save(update_fields=["accepted_by", "accepted_at", "state", "due_on"])
    record("serious_case.accepted", by=by, about=row)
    for found in row.recommendations.visible_to(by).select_related("owner"):
        words = _("A serious case review asks you for something by %s.") % f"{found.due_on:%-d %B %Y}"
        tell_person(
            found.owner,
            about=found,
            key=f"recommendation:{found.reference}",
            subject=_("A recommendation to carry out: %s") % found.reference,
            words=words,
            path=found.get_absolute_url(),
        )
    return row


@transaction.atomic
def carry_out(*, recommendation: Recommendation, outcome: str, by: User) -> Recommendation:
    """Say that it is done, and what came of it."""
    require(by, Perm.SIGNED_IN, on=recommendation)
    require_finishing(recommendation, by=by)
    rows = Recommendation.objects.visible_to(by).select_for_update(of=("self",)).select_related("serious", "owner")
    row = rows.get(pk=recommendation.pk)
    if row.serious.state != State.ACCEPTED:
        raise ValidationError(
            _("It is carried out once the board has accepted the report, until the review is closed.")
        )
    return finish(row, offender=row.serious.offender, outcome=outcome, event="recommendation.done", by=by)


def _unpublished(serious: SeriousCase, version: int, *, by: User) -> SeriousCase:
    row = keep(serious, State.ACCEPTED, State.CLOSED, by=by)
    if row.published_at is not None:
        raise ValidationError(_("This is published already, and is not changed any more."))
    if row.version != version:
        words = _("Someone else changed this meanwhile. It says now: %(words)s")
        raise ValidationError(words, code="stale", params={"version": row.version, "words": row.proposed_words})
    return row


@transaction.atomic
def propose_publication(*, serious: SeriousCase, proposed_words: str, version: int, by: User) -> SeriousCase:
    """Write what the board is asked to publish about a review. Nobody but the board's own readers sees it yet."""
    require(by, Perm.BOARD_PREPARE, on=serious)
    row = _unpublished(serious, version, by=by)
    if not proposed_words.strip():
        raise ValidationError({"proposed_words": _("Enter what is to be published")})
    refuse_naming(row.offender, by=by, proposed_words=proposed_words)
    row.proposed_words, row.proposed_by, row.version = proposed_words.strip(), by, row.version + 1
    row.full_clean()
    row.save(update_fields=["proposed_words", "proposed_by", "version"])
    record("serious_case.publication_proposed", by=by, about=row)
    words = _("Words about a serious case review wait for a board member to publish them.")
    tell_holders(row, Role.Code.BOARD_MEMBER, _("To publish: %s") % row.reference, words, step=f"publish:{row.version}")
    return row


@transaction.atomic
def publish(*, serious: SeriousCase, version: int, by: User) -> SeriousCase:
    """The board publishes the text that was proposed, once: to everyone who reads the board's pages, lay advisers too.

    Nothing of a review is published without the board (MAPPA O): whoever put the report before it does not approve it, nor
    whoever wrote the words.
    """
    require(by, Perm.BOARD_DECIDE, on=serious)
    row = _unpublished(serious, version, by=by)
    if not row.proposed_words:
        raise ValidationError(_("Nothing is proposed for publication yet. Write it first."))
    row.published_words, row.published_by, row.published_at = row.proposed_words, by, timezone.now()
    row.full_clean()
    row.save(update_fields=["published_words", "published_by", "published_at"])
    record("serious_case.published", by=by, about=row)
    return row


@transaction.atomic
def close_review(*, serious: SeriousCase, reason: str, by: User) -> SeriousCase:
    """Close a review whose every recommendation is carried out. The record is held no more.

    Somebody else than who put the report before the board, or says that a recommendation is carried out.
    """
    require(by, Perm.BOARD_DECIDE, on=serious)
    row = keep(serious, State.ACCEPTED, by=by)
    if row.reported_by_id == by.pk or row.recommendations.visible_to(by).filter(done_by=by).exists():
        words = _("Someone else closes it: you put the report before the board, or carried out a recommendation.")
        raise ValidationError(words)
    if row.recommendations.visible_to(by).open().exists():
        raise ValidationError(_("Not yet: a recommendation is still to be carried out."))
    refuse_naming(row.offender, by=by, reason=reason)
    row.closing_words = reason_in_words(reason, missing=_("Enter what the board says at the end"))
    row.closed_by, row.closed_at, row.state = by, timezone.now(), State.CLOSED
    row.full_clean()
    row.save(update_fields=["closing_words", "closed_by", "closed_at", "state"])
    lift_hold(source=row.reference, reason=_("The review is closed"), by=by)
    record("serious_case.closed", by=by, about=row)
    return row
