"""``python -m pyresty``: the nginx command."""

import sys

from pyresty.cli.nginx import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
