"""The world, and everybody at a browser, are those of the walk over all routes."""

from tests.test_routes import rendered_plainly, sitting, world

__all__ = ["rendered_plainly", "sitting", "world"]
