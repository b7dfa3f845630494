"""Every statement that readers run, by entity.

They are made to the wants of an operation, and to the size, order and filters of a list; the last ones used are kept.
"""

MOST_STATEMENTS = 512
