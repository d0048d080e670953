"""The door for staff in a checkout: `python cli.py COMMAND`, the same as the console script `searchsvc`."""

from searchsvc.commands import main

if __name__ == "__main__":
    main()
