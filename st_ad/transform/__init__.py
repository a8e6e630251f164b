"""Differentiation: `reverse` makes the adjoint of a program, `forward` its tangent, `split` a pullback.

`adjoints` has the arithmetic of adjoints (sums, broadcasting, dtypes, zeros), `equations` what a rule says of one
equation, and `record` what a backward sweep needs from the forward sweep of a loop or branch.
"""
