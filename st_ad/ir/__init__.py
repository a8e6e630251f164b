"""What a program is: equations, structured regions, types, and ways to read, build, check and run them.

`syntax` has the nodes, `types` the abstract values, `primitives` the names an equation may carry,
`build` makes blocks, `walk` reads and rewrites them, `show` prints the Wengert list, `check` verifies it,
and `interpret` is the reference meaning that every pass is tested against.
"""
