from disclosures.views.log import log
from disclosures.views.requests import (
    answer_information,
    chase_request,
    request_information,
    requests,
    requests_to_us,
    withdraw_request,
)
from disclosures.views.third_party import authorise, correct, deliver, disclosure, letter_pdf, letter_word, review
from disclosures.views.writing import begin, check, discard, step

__all__ = [
    "answer_information",
    "authorise",
    "begin",
    "chase_request",
    "check",
    "correct",
    "deliver",
    "discard",
    "disclosure",
    "letter_pdf",
    "letter_word",
    "log",
    "request_information",
    "requests",
    "requests_to_us",
    "review",
    "step",
    "withdraw_request",
]
