"""Functions whose derivative is zero wherever it exists."""

from .notation import constant

constant(
    "np.floor", "np.ceil", "np.trunc", "np.rint", "np.round", "np.fix", "np.floor_divide", "np.signbit", "np.spacing",
    "np.isnan", "np.isinf", "np.isfinite", "np.isneginf", "np.isposinf", "np.iscomplex", "np.isreal",
    "np.iscomplexobj", "np.isrealobj", "np.isscalar", "np.isclose", "np.allclose", "np.array_equal", "np.array_equiv",
    "np.less", "np.less_equal", "np.greater", "np.greater_equal", "np.equal", "np.not_equal", "np.logical_and",
    "np.logical_or", "np.logical_not", "np.logical_xor", "np.bitwise_and", "np.bitwise_or", "np.bitwise_xor",
    "np.invert", "np.left_shift", "np.right_shift", "np.gcd", "np.lcm", "np.result_type", "np.promote_types",
    "np.can_cast", "np.issubdtype", "np.finfo", "np.iinfo", "np.dtype", "np.int64", "np.int32", "np.int16", "np.int8",
    "np.uint8", "np.uint16", "np.uint32", "np.uint64", "np.bool_", "np.bool", "np.intp",
    "np.broadcast_shapes", "np.may_share_memory", "np.shares_memory", "np.seterr", "np.geterr", "np.isdtype",
    "operator.truth", "operator.index", "np.min_scalar_type", "np.errstate", "np.iterable",
    "ndarray.itemsize", "ndarray.nbytes", "ndarray.strides", "ndarray.flags", "ndarray.base", "ndarray.data", "ndarray.device",
    "ndarray.tobytes", "np.bitwise_count", "np.diag_indices_from", "np.tril_indices_from", "np.triu_indices_from", "np.einsum_path",
    "np.set_printoptions", "np.loadtxt", "np.frombuffer", "np.random.multinomial", "exception", "string.join", "bin", "bool", "chr", "format", "hash", "hex", "id", "isinstance", "oct", "range", "repr", "str", "type",
)  # fmt: skip
