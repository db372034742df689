"""Set up, run and test mappa on one machine: `python3 -m running --help`.

Standard library only, because this is what makes the environment everything else needs.
"""
