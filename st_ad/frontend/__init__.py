"""Python to IR: an abstract interpreter that runs a function's syntax tree on types instead of numbers.

`source` and `files` find the text of a function, `fence` refuses what is not on the whitelist, `structure` turns early
exits into flags, and `lower` runs the result: arrays become cells that are rewritten functionally (so that every alias
and view sees a store), containers and objects vanish into their leaves, user functions are inlined.

The interpreter is one class, made of mixins each on top of the one before. From the bottom: `state` (cells, equations) and
`views` (storage); lists, dicts, operators and `expressions`; `choices`, `joined_arrays` and `branches` (two paths, and where
they meet); `carries`, `widening` and `loops`; objects; `primitive_calls` to `calls` (what is called); `assignment` to
`statements`. What it computes with is in `values`.
"""
