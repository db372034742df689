"""The way to a release: which steps come before it, by when, and what slips when one is late. docs/record/release.md."""
