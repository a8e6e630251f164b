"""scipy.sparse: solves with a constant matrix; `rules.sparse` has the products, and what goes by the entries."""

from ..notation import Unknown, constant, linear, refuse

_CONSTANT = Unknown("make the matrix of its entries in the function: sparse.csr_matrix((data, (rows, columns)))")
linear("scipy.sparse.linalg.spsolve(A, b, permc_spec=None, use_umfpack=True)", _CONSTANT,
       "sparse.linalg.spsolve(np.transpose(A), y_bar)", None, None, forward=(None, "sparse.linalg.spsolve(A, b_dot)"))  # fmt: skip
constant("scipy.sparse.issparse", "scipy.sparse.isspmatrix")
for _name in ("csr_matrix", "csc_matrix", "coo_matrix", "csr_array", "csc_array", "coo_array", "dia_array", "dia_matrix", "diags",
              "diags_array", "bmat", "block_diag", "kron", "hstack", "vstack", "spdiags"):  # fmt: skip
    refuse(f"scipy.sparse.{_name}", "give the entries as one array: sparse.csr_matrix((data, (rows, columns)), shape=...)")
for _name in ("splu", "factorized", "cg", "gmres", "bicgstab", "eigsh", "svds", "expm_multiply", "spsolve_triangular"):
    refuse(f"scipy.sparse.linalg.{_name}", "write scipy.sparse.linalg.spsolve, or dense arrays")
