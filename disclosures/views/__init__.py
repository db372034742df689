from disclosures.views.log import log
from disclosures.views.third_party import authorise, correct, deliver, disclosure, letter_pdf, letter_word, review
from disclosures.views.writing import begin, check, discard, step

__all__ = [
    "authorise",
    "begin",
    "check",
    "correct",
    "deliver",
    "discard",
    "disclosure",
    "letter_pdf",
    "letter_word",
    "log",
    "review",
    "step",
]
