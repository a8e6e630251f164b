"""What NumPy means: one derivative template per function.

`notation` has the words that rules are written in, `catalogue` finds them, `names` knows which primitive a callable
stands for; every other file is one area of NumPy.
"""
