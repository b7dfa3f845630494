"""What a client may ask for, and for how long: see docs/limits.md.

- `measures`: how large a document is, in linear time; `reading`: documents that are too large are refused before
  anything that takes long looks at them. `cost`: what an operation may come to, a formula of its variables.
- `budget`: what a viewer may spend in a minute; `slots`: how many things they may hold open.
- `deadline`: how long an operation may take, and that it ends when its client leaves.
- `refusals`: how all of these say no.
"""
