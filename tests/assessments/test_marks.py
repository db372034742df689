"""What changed between two texts is told word by word."""

from hypothesis import given
from hypothesis import strategies as st

from assessments.marks import ADDED, REMOVED, SAME, marks


def test_words_that_came_and_went_are_marked():
    assert marks("Seen weekly at home", "Seen daily at home") == [
        (SAME, "Seen "),
        (REMOVED, "weekly "),
        (ADDED, "daily "),
        (SAME, "at home"),
    ]


def test_the_same_text_has_no_marks():
    assert marks("Weekly", "Weekly") == [(SAME, "Weekly")]
    assert marks("", "") == []


def test_a_very_long_text_counts_as_changed_whole():
    assert [mark.kind for mark in marks("a " * 5000, "b " * 5000)] == [REMOVED, ADDED]


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_either_text_can_be_read_out_of_the_marks(before, after):
    found = marks(" ".join(before), " ".join(after))

    assert "".join(m.words for m in found if m.kind != REMOVED).split() == after
    assert "".join(m.words for m in found if m.kind != ADDED).split() == before
