"""One sentence about the level over time."""

from datetime import date

import pytest

from assessments.history import sentence
from tests.factories import AssessmentFactory

JAN, FEB, MAR = date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ([2, 3, 3], "rose from medium to high on 5 February 2026"),
        ([4, 4, 1], "fell from very high to low on 5 March 2026"),
        ([3, 3, 3], "was high in each of the last 3 assessments, from 5 January 2026 on"),
        ([None, 2, 2], "was not known before 5 February 2026, and is medium since"),
        ([2, 2, None], "The last assessment, of 5 March 2026, leaves the overall level not known"),
        ([1, None, 1], "was not known before 5 March 2026, and is low since"),
    ],
)
def test_the_sentence_says_what_became_of_the_level(levels, words):
    assert words in sentence(list(zip([JAN, FEB, MAR], levels, strict=True)))


def test_the_overall_level_is_the_highest_known_of_risk_to_others():
    known = {"children": None, "public": 2, "known_adult": 1, "staff": 1, "prisoners": None, "to_self": 4}

    assert AssessmentFactory.build(**known, offender=None, assessed_by=None).overall == 2
