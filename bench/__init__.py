"""Benchmarks: commands, which see what the system sees; the pages they open look with the eyes of whoever opens them."""

from mappa import eyes

eyes.outside_requests(eyes.EVERYTHING)
