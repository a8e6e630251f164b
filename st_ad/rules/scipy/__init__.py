"""What SciPy means; read only when a program uses it. SciPy itself is imported when a formula is needed."""
