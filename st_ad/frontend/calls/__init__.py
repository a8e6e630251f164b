"""What is called: primitives, builtins, libraries, functions of the user, solvers, and derivatives inside."""
