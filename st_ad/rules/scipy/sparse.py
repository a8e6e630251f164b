"""scipy.sparse: solves with a constant matrix. Products with it are `sparse_product`."""

from ..notation import Unknown, constant, linear, refuse

_CONSTANT = Unknown("make the sparse matrix constant, or write the system with dense arrays")
linear("scipy.sparse.linalg.spsolve(A, b, permc_spec=None, use_umfpack=True)", _CONSTANT,
       "sparse.linalg.spsolve(np.transpose(A), y_bar)", None, None, forward=(None, "sparse.linalg.spsolve(A, b_dot)"))  # fmt: skip
constant("scipy.sparse.issparse", "scipy.sparse.isspmatrix")
for _name in ("csr_matrix", "csc_matrix", "coo_matrix", "csr_array", "csc_array", "coo_array", "dia_array", "dia_matrix", "diags",
              "diags_array", "bmat", "block_diag", "kron", "hstack", "vstack", "spdiags"):  # fmt: skip
    refuse(f"scipy.sparse.{_name}", "the entries of a sparse matrix are constants here: multiply with np.add.at, or write dense arrays")
for _name in ("splu", "factorized", "cg", "gmres", "bicgstab", "eigsh", "svds", "expm_multiply", "spsolve_triangular"):
    refuse(f"scipy.sparse.linalg.{_name}", "write scipy.sparse.linalg.spsolve, or dense arrays")
