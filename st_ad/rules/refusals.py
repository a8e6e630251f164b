"""Functions that are refused when something active goes into them, with what to write instead."""

from .notation import refuse

refuse("np.vectorize", "write the function in terms of arrays; np.vectorize hides it")
refuse("np.frompyfunc", "write the function in terms of arrays")
refuse("np.apply_along_axis", "write the function in terms of arrays, or a loop over the rows")
refuse("np.apply_over_axes", "write a loop over the axes")
refuse("np.fromfunction", "call the function on np.indices")
refuse("np.piecewise", "write np.where")
refuse("np.select", "write nested np.where")
refuse("np.unique", "sort, and take the differences; the number of results depends on the values")
refuse("np.histogram", "the counts are piecewise constant: pass the weights through np.sum over a mask")
refuse("np.roots", "the roots of a polynomial: differentiate the polynomial at the root (implicit function)")
refuse(
    "np.i0",
    "its derivative is a Bessel function that NumPy does not have: state a rule with st_ad.elementwise",
)
refuse("np.matrix", "write np.array and @")
refuse("ndarray.view", "a view of other dtype reads the bits of a number: write astype")
refuse("ndarray.fill", "write x[...] = value")
refuse("ndarray.sort", "write x[...] = np.sort(x)")
refuse("ndarray.put", "write x[indices] = values")
refuse("ndarray.partition", "write x[...] = np.partition(x, kth)")
refuse("ndarray.resize", "write np.reshape or np.concatenate")
refuse("ndarray.flat", "write x.ravel()")
refuse("np.histogram_bin_edges", "the edges depend on the extremes: write np.linspace of np.min and np.max")
