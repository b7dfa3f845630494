"""Coroutines that nobody awaited."""

import pytest

# graphql-core itself leaves coroutines unawaited beside what fails: that is no fault of the compiled execution. Where
# Python can't even say so (in the constructor of a named tuple it can't import `warnings`), it tells that instead.
LEAVES_UNAWAITED = [
    pytest.mark.usefixtures("collected"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
