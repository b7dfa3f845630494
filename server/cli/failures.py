"""How the command line shows what went wrong as expected."""

from rich.console import Console

from database.errors import ReelgraphError


def show_failure(error: ReelgraphError) -> None:
    """Print what is wrong, and the way out if there is one."""
    console = Console(stderr=True, highlight=False)
    console.print("error:", style="bold red", end=" ")
    console.print(str(error), markup=False, soft_wrap=True)
    if error.hint:
        console.print("hint:", style="bold", end=" ")
        console.print(error.hint, markup=False, soft_wrap=True)
