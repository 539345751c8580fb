"""`python -m apexlab_desktop` is the command line."""

from apexlab_desktop.cli import main

if __name__ == "__main__":
    main()
