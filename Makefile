# Everything is in running/, which needs Python 3.11 to 3.13 and nothing else: `make` only gives it short names.
# Another port:        make run PORT=8001
# Some of the tests:   make test ARGS="tests/offenders -k refer"
PYTHON ?= python3
export PORT ARGS

.PHONY: run test check fix audit sbom bench shell migrate setup stop screenshots

run:
	@$(PYTHON) -m running up

test check fix audit sbom bench shell migrate setup stop:
	@$(PYTHON) -m running $@

# the README's pictures, from a site that `make run` has up
screenshots:
	@$(PYTHON) -m running exec -- python docs/screenshots.py
