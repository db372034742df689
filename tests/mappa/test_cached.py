"""What is kept in Redis is JSON: whoever writes there makes no process of ours run anything."""

import pickle

import pytest
from django.conf import settings
from django.core.cache import caches
from hypothesis import given
from hypothesis import strategies as st

from mappa.cached import Json

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
KEPT = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@given(kept=KEPT)
def test_what_is_kept_comes_back(kept):
    written = Json().dumps(kept)

    assert Json().loads(str(written).encode() if isinstance(written, int) else written) == kept


def test_the_service_keeps_what_it_keeps_so_and_counts_in_redis():
    cache = caches["default"]
    assert settings.CACHES["default"]["OPTIONS"]["serializer"] == "mappa.cached.Json"

    cache.set("told", ("why", 7), 60)
    cache.set("counted", 1, 60)

    assert cache.get("told") == ["why", 7]
    assert cache.incr("counted") == 2
    assert cache._cache.get_client(write=True).get(cache.make_key("told")) == b'["why", 7]'


class Evil:
    def __reduce__(self):
        return (pytest.fail, ("it ran",))


def test_a_pickle_is_not_run():
    with pytest.raises(ValueError, match=r"codec|Expecting"):
        Json().loads(pickle.dumps(Evil()))
