"""A library as large as one likes, made up from a seed and put straight into the database.

Everything about a video is determined by the random seed and the video's place, so a load is the same everywhere and
can be stopped at any time: every hundred videos are one transaction with their jobs and metadata, and the same plan
again adds what is missing. A video that is there is left as it is.

There are rows only, no files; so jobs that are PENDING or PROCESSING have no entry in the queue, where a worker would
take them and fail for want of a file.
"""

from services.bulk_seed.load import Loaded, load_bulk_library
from services.bulk_seed.plan import BulkPlan

__all__ = ["BulkPlan", "Loaded", "load_bulk_library"]
