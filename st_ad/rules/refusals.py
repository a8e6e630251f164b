"""Functions that are refused when something active goes into them, with what to write instead."""

from .notation import refuse

refuse("np.matrix", "write np.array and @")
refuse("ndarray.view", "a view of other dtype reads the bits of a number: write astype")
refuse("ndarray.fill", "write x[...] = value")
refuse("ndarray.sort", "write x[...] = np.sort(x)")
refuse("ndarray.resize", "write np.reshape or np.concatenate")
for _name in ("power", "float_power", "arctan2"):
    for _method in ("reduce", "reduceat"):
        refuse(f"np.{_name}.{_method}", "what NumPy gives depends on how the array lies in memory: write a loop, or accumulate")
