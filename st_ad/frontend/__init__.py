"""Python to IR: an abstract interpreter that runs a function's syntax tree on types instead of numbers.

    text/    the text of functions, and what the names in it mean
    syntax/  trees before they are run: what is not on the whitelist is refused, early exits become flags
    data/    what names stand for: numbers, containers, objects, and the storage behind them. Arrays are cells that are
             rewritten functionally, so that every alias and view sees a store; containers vanish into their leaves
    calls/   what is called: primitives become equations, functions of the user are inlined
    flow/    what runs when: branches and where their paths meet, loops and what they carry, guards, generators
    expressions, operators, assignment, statements   what each kind of syntax node does, on top of these
    lower    from a function and the kind of its arguments to its program

The interpreter is one class, made of mixins each on top of the one before; `interpreter` says what the lower ones ask of
those above them. From the bottom: `state` (cells, equations) and `views` (storage); lists, dicts, operators and
`expressions`; `choices`, `joined_arrays` and `branches`; `carries`, `widening` and `loops`; objects; `primitive_calls` to
`calls`; `assignment` to `statements`.
"""
