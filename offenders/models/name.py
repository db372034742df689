"""The names by which people are found: words that stand for nobody, and the other names a person goes by."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from mappa.plain import NameField
from offenders import names
from offenders.models.fact import DatedFact, FactQuerySet
from offenders.models.offender import Offender

WORDS_AT_ONCE = 1000


class NameWord(models.Model):
    """A word that occurs in the name of some person, or of none any more. It holds no case: only the word.

    From these a search takes the words that somebody may have meant; which cases bear them is asked of the cases
    that the user sees, and of no others.
    """

    word = models.CharField(max_length=names.LONGEST, unique=True, db_collation="C")
    sound = models.CharField(max_length=names.LONGEST, blank=True, db_collation="C")

    class Meta:
        indexes = [models.Index(fields=["sound"], name="words_by_sound")]

    def __str__(self) -> str:
        return self.word

    @staticmethod
    def learn(words: Iterable[str]) -> None:
        """Know these words from now on. In one order always, so that two who learn at once wait and do not lock."""
        new = sorted(set(words))
        NameWord.objects.bulk_create(
            [NameWord(word=word, sound=names.sound(word)) for word in new],
            ignore_conflicts=True,
            batch_size=WORDS_AT_ONCE,
        )
        NameForm.objects.bulk_create(
            [NameForm(form=form, word=word) for word in new for form in sorted(names.shorter(word))],
            ignore_conflicts=True,
            batch_size=WORDS_AT_ONCE,
        )


class NameForm(models.Model):
    """A word with a letter or two left out: words that share one are a slip or two apart.

    Rows and not an array of the word: of rows the planner knows how few it will find, of long arrays it does not.
    """

    form = models.CharField(max_length=names.LONGEST, db_collation="C")
    word = models.CharField(max_length=names.LONGEST, db_collation="C")

    class Meta:
        constraints = [models.UniqueConstraint("form", "word", name="one_form_of_a_word")]

    def __str__(self) -> str:
        return self.form


class Alias(DatedFact):
    """Another name that a person goes or went by. One that is no longer used still finds the person."""

    class Kind(models.TextChoices):
        ALSO_KNOWN_AS = "also_known_as", _("Also known as")
        BIRTH = "birth", _("Name at birth")
        MAIDEN = "maiden", _("Maiden name")
        MARRIED = "married", _("Married name")
        DEED_POLL = "deed_poll", _("Changed by deed poll")
        FORMER = "former", _("Former name")
        NICKNAME = "nickname", _("Nickname")

    # Names that a person begins to use, which those who must notify do notify (Sexual Offences Act 2003 s.84(1)(a)).
    USED = ("also_known_as", "married", "deed_poll")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="aliases")
    surname = NameField(_("last name"), max_length=80, blank=True)
    forenames = NameField(_("first names"), max_length=120, blank=True)
    kind = models.CharField(max_length=15, choices=Kind, default=Kind.ALSO_KNOWN_AS)
    # It was the recorded name of the case until `until`, when another took its place or it was put right.
    was_recorded = models.BooleanField(default=False, editable=False)

    objects = FactQuerySet["Alias"].as_manager()

    class Meta(DatedFact.Meta):
        verbose_name = _("other name")
        verbose_name_plural = _("aliases")
        ordering = ["surname", "forenames", "pk"]
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(surname="", forenames=""),
                name="an_alias_has_a_name",
                violation_error_message=_("Enter a last name or first names."),
            ),
            models.UniqueConstraint(
                "offender",
                "surname",
                "forenames",
                "kind",
                condition=models.Q(withdrawn_at__isnull=True, was_recorded=False),
                name="one_alias_of_a_kind",
                violation_error_message=_("This name is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The words by which the case is found follow in the same transaction."""
        super().save(*args, **kwargs)
        if self.withdrawn_at is not None:
            return  # what it taught is taken away by the verb that withdraws it
        NameWord.learn(names.single_words(self.surname, self.forenames))
        case = self.offender
        case.alias_words = sorted({*case.alias_words, *names.words_of(self.surname, self.forenames)})
        case.save(update_fields=["alias_words"])

    def prepare(self) -> None:
        self.surname, self.forenames = self.surname.strip(), self.forenames.strip()

    @property
    def full_name(self) -> str:
        """As lists write it: last name first."""
        return ", ".join(part for part in (self.surname, self.forenames) if part)
