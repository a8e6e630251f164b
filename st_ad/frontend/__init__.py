"""Python to IR: an abstract interpreter that runs a function's syntax tree on types instead of numbers.

`source` finds the text of a function, `fence` refuses what is not on the whitelist, `structure` turns early exits
into flags, and `lower` runs the result: arrays become cells that are rewritten functionally (so that every alias
and view sees a store), containers and objects vanish into their leaves, user functions are inlined.
"""
