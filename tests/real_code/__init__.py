"""Functions of well-known packages, differentiated as they are installed, against differences."""
