import sys

from bench.pages import main

sys.exit(main(sys.argv[1:]))
