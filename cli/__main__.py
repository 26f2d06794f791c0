"""`python -m cli` is `journey`, for machines that block launcher executables."""

from cli.main import main

main()
