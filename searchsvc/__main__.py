"""`python -m searchsvc`: the same as the console script."""

from searchsvc.commands import main

main()
